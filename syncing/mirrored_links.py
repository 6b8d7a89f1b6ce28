"""What stands around a record: who cites it, what it was before, where it is in Gazelle."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db.models import CharField, Count, Field, Value
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from syncing import french
from syncing.examining import shown
from syncing.models import MirroredModel, Version
from syncing.monitoring.awaiting import field_name
from syncing.registry import Entity, entities

COUNTED_UP_TO = 1000
VERSIONS_SHOWN = 30


def links(record: MirroredModel, entity: Entity | None) -> SafeString:
    """Each table that cites the record, counted, leading to its list; one query for all. Then the record in Gazelle."""
    told = [
        format_html('<a href="{}">{}</a> <span class="quiet">{}</span>', url, label, count)
        for url, label, count in _citing(record)
    ]
    if address := gazelle_address(entity, record.pk):
        told.append(format_html('<a href="{}" rel="noreferrer">Ouvrir dans Gazelle</a>', address))
    if not told:
        return format_html('<span class="quiet">{}</span>', "Aucune fiche ne cite celle-ci.")
    return format_html('<ul class="linked">{}</ul>', format_html_join("", "<li>{}</li>", ((one,) for one in told)))


def gazelle_address(entity: Entity | None, gazelle_id: str) -> str:
    """The page of a record in Gazelle; "" when nobody said how its addresses are made."""
    if not settings.GAZELLE_RECORD_URL or entity is None:
        return ""
    return str(settings.GAZELLE_RECORD_URL).replace("{table}", entity.name).replace("{id}", gazelle_id)


def _citing(record: MirroredModel) -> Iterator[tuple[str, str, str]]:
    wanted: dict[str, tuple[str, str]] = {}
    queries = []
    for model, field in columns_citing(type(record)):
        column = field.attname
        try:
            url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        except NoReverseMatch:
            continue
        rows = model._base_manager.filter(**{column: record.pk}).order_by().values("pk")[: COUNTED_UP_TO + 1]
        key = f"{model._meta.label}.{column}"
        wanted[key] = (f"{url}?{column}={record.pk}", _label(model, field))
        counted = model._base_manager.filter(pk__in=rows).annotate(what=Value(key, output_field=CharField()))
        queries.append(counted.order_by().values("what").annotate(n=Count("pk")).values_list("what", "n"))
    if not queries:
        return
    found = dict(queries[0].union(*queries[1:], all=True))
    for key, (url, label) in wanted.items():
        if count := found.get(key, 0):
            many = count > COUNTED_UP_TO
            yield url, label, f"plus de {french.number(COUNTED_UP_TO)}" if many else french.number(count)


def columns_citing(model: type[MirroredModel]) -> Iterator[tuple[type[MirroredModel], Field[Any, Any]]]:
    """Every mirrored column that may hold the id of such a record: foreign keys, and `<name>_gazelle_id` texts."""
    for entity in entities():
        citing: type[MirroredModel] = apps.get_model(entity.model)
        for field in citing._meta.concrete_fields:
            if field.related_model is model or field.name == f"{model._meta.model_name}_gazelle_id":
                yield citing, field


def _label(model: type[MirroredModel], field: Field[Any, Any]) -> str:
    """« Rendez-vous », and which column when several of one table cite the same record."""
    plural = str(model._meta.verbose_name_plural)
    label = plural[:1].upper() + plural[1:]
    to_the_same = [one for one in model._meta.concrete_fields if one.related_model is field.related_model is not None]
    return f"{label} ({field.verbose_name})" if len(to_the_same) > 1 else label


def told_versions(record: MirroredModel, entity: Entity | None) -> SafeString:
    """What each version changed, newest first; one query."""
    if entity is None:
        return format_html("{}", "—")
    rows = Version.objects.filter(entity=entity.name, gazelle_id=record.pk).select_related("by").order_by("-version")
    told = [
        (
            version.version,
            french.day_and_clock(version.at, timezone.now()),
            (version.by.get_full_name() or version.by.get_username()) if version.by else version.get_cause_display(),
            format_html_join("", "<li>{} : <del>{}</del> → <ins>{}</ins></li>", _changes(version, entity)),
        )
        for version in rows[:VERSIONS_SHOWN]
    ]
    if not told:
        return format_html('<span class="quiet">{}</span>', "Aucun changement de sens depuis sa première lecture.")
    lines = format_html_join("", "<tr><th>{}</th><td>{}</td><td>{}</td><td><ul>{}</ul></td></tr>", told)
    return format_html(
        '<table class="versions"><thead><tr><th>Version</th><th>Le</th><th>Par</th><th>Changements</th></tr></thead>'
        "<tbody>{}</tbody></table>",
        lines,
    )


def _changes(version: Version, entity: Entity) -> Iterator[tuple[str, str, str]]:
    for column, (before, after) in version.changes.items():
        yield field_name(entity, column), _said(before), _said(after)


def _said(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else shown(value)
    return text or "vide"
