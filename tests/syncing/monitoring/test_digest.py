"""What is broken, to whom and since when; who is new; whether the watcher lives; and all of it in five lines."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO

import pytest
from django.apps import apps
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from syncing.models import Drift, Leg, MirroredModel
from syncing.monitoring.digest import digest
from syncing.monitoring.newcomers import newcomers
from syncing.monitoring.overview import overview
from syncing.registry import Entity, entities
from syncing.scheduling.models import JobRun
from tests.syncing.monitoring.test_freshness import NOW, broken, leg
from tests.web.people import everything_read, person

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def everything() -> None:
    for entity in entities():
        leg(entity.name, MINUTE)


@pytest.fixture
def announcing() -> Entity:
    return next(entity for entity in entities() if entity.newcomers)


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


# -- which promise, to whom, since when --------------------------------------------------------------------------------


def test_a_promise_is_broken_to_somebody_since_the_minute_it_ran_out(everything: None) -> None:
    late = next(entity for entity in entities() if entity.serves == "au bureau")
    Leg.objects.filter(entity=late.name).delete()
    leg(late.name, late.promise + timedelta(minutes=43))
    [one] = overview(NOW).broken
    assert (one.whom, one.tables, one.limit) == ("au bureau", late.label, late.promise)
    assert one.since == NOW - timedelta(minutes=43)
    assert plain(one.told(NOW)) == (
        f"{late.label} : promesse de 2 h faite au bureau, rompue depuis 13 h 47."
    )  # fmt: skip


def test_tables_promised_alike_are_one_promise_and_what_was_never_read_another(everything: None) -> None:
    alike = [entity for entity in entities() if entity.serves == "au bureau"]
    Leg.objects.filter(entity__in=[entity.name for entity in alike]).delete()
    never, *read = alike
    for number, entity in enumerate(read):
        leg(entity.name, timedelta(hours=5 + number))
    found = overview(NOW).broken
    assert [one.since for one in found] == [NOW - timedelta(hours=3 + len(read) - 1), None]
    assert found[1].tables == never.label
    assert "jamais tenue encore" in found[1].told(NOW)


def test_nothing_is_broken_while_everything_is_kept(everything: None) -> None:
    assert overview(NOW).broken == ()


def test_a_reading_that_fails_breaks_no_promise_before_its_time(everything: None) -> None:
    broken(next(iter(entities())).name, timedelta(0))
    assert overview(NOW).broken == ()


# -- who is new --------------------------------------------------------------------------------------------------------


def test_a_newcomer_is_told_by_name_and_a_first_reading_announces_nobody(announcing: Entity) -> None:
    model: type[MirroredModel] = apps.get_model(announcing.model)
    leg(announcing.name, timedelta(hours=5))
    for number, ago in enumerate((timedelta(hours=5, seconds=5), timedelta(hours=2), timedelta(hours=1))):
        model._base_manager.create(id=f"usr_{number}", created_at=NOW - ago, is_placeholder=True)
    [found] = newcomers(NOW)
    assert (found.count, [one.text for one in found.named]) == (2, ["Inconnu (usr_2)", "Inconnu (usr_1)"])
    assert plain(found.told).startswith("2 nouveaux")
    assert newcomers(NOW + timedelta(days=1))[0].count == 0


def test_before_any_reading_nobody_is_new(announcing: Entity) -> None:
    apps.get_model(announcing.model)._base_manager.create(id="usr_1", created_at=NOW)
    assert newcomers(NOW)[0].count == 0


# -- the watcher -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("enabled", "ago", "word"),
    [
        (False, MINUTE, "Sans horaire"),
        (True, MINUTE, "Vivant"),
        (True, timedelta(minutes=4), "Muet"),
        (True, None, "Muet"),
    ],
)
@pytest.mark.parametrize("hour", [9, 17])
def test_a_silent_watcher_is_not_calm(
    settings: Settings, enabled: bool, ago: timedelta | None, word: str, hour: int
) -> None:
    """By day and by night: something beats every minute."""
    settings.SCHEDULER_ENABLED, now = enabled, NOW.replace(hour=hour)
    if ago is not None:
        JobRun.objects.create(job="tick", slot=now - ago, trigger="scheduler", heartbeat_at=now - ago)
    assert overview(now).watcher.word == word


# -- five lines --------------------------------------------------------------------------------------------------------


def test_a_calm_day_is_five_calm_lines(everything: None) -> None:
    calm, kept, day, waiting, after = plain(digest(NOW)).splitlines()
    assert calm.startswith("Tout va bien. ")
    assert kept == f"Promesses : {len(list(entities()))} toutes tenues."
    assert day.startswith("24 dernières heures : 30 lignes lues, 0 changée, ")
    assert "0 nouveau" in day
    assert waiting == "À décider : rien."
    assert after.startswith("À faire maintenant : rien. Veilleur : sans horaire, ")


def test_a_bad_day_says_the_same_as_the_page_in_five_lines(everything: None) -> None:
    first, second = list(entities())[:2]
    Leg.objects.filter(entity=first.name).delete()
    leg(first.name, timedelta(days=2))
    broken(first.name, timedelta(minutes=3))
    Drift.objects.create(kind="value", entity=second.name, path="state", value="SOLD")
    seen = overview(NOW)
    told = digest(NOW)
    assert len(told.splitlines()) == 5
    assert seen.verdict.next is not None
    for words in (seen.verdict.title, seen.verdict.lede, seen.verdict.next.cause, seen.broken[0].told(NOW)):
        assert words in told
    assert "À décider : 1. " in plain(told)
    assert seen.decisions[0].cause in told
    assert f"python manage.py sync {first.name}." in told


def test_the_page_the_mail_and_the_command_agree(client: Client) -> None:
    client.force_login(person("Bureau"))
    everything_read(timedelta(hours=5))
    out = StringIO()
    call_command("syncstatus", stdout=out)
    first = plain(out.getvalue()).splitlines()[:5]
    assert first == plain(digest(timezone.now())).splitlines()
    page = plain(client.get("/systeme/").content.decode())
    for one in overview().broken:
        assert f"Promesse faite {one.whom}" in page
        assert one.tables in page
    assert "Le veilleur lui-même" in page
    assert "Copier la commande" in page
