"""Which clients are an institution: proposed by the names it goes by, accepted or set aside by a person, one by one."""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.contrib.auth.models import User
from django.db import transaction

from clients.models import Client, Institution, InstitutionRefusal
from syncing.editing import edit
from syncing.folding import fold
from syncing.people import trail
from syncing.registry import entities
from syncing.vocabulary import SyncError


class NotProposed(SyncError):
    """The client is not, or no longer, one that the institution's names propose."""

    code = "not_proposed"
    action = "Rechargez la page : quelqu’un a déjà répondu, ou la fiche a changé."


def proposals(institution: Institution) -> list[Client]:
    """The clients of no institution whose name holds one of its names, those that were set aside left out."""
    wanted = [key for name in institution.name_patterns.splitlines() if (key := _words(name)).strip()]
    if not wanted:
        return []
    aside = InstitutionRefusal.objects.filter(institution=institution).values("client")
    free = Client.objects.present().filter(institution=None).exclude(pk__in=aside).lightly()
    return [client for client in free.order_by("search_key", "pk") if _bears(client, wanted)]


def accept(institution: Institution, client_id: str, *, by: User) -> Client:
    """Say that a proposed client is of this institution. Raises NotProposed."""
    client = _proposed(institution, client_id)
    with transaction.atomic():
        edit(client, entities()["clients"], {"institution_id": None}, {"institution_id": institution.pk}, by=by)
        trail.record(institution, by, changes=[trail.Change("Clients", "", str(client))])
    return client


def refuse(institution: Institution, client_id: str, *, by: User) -> Client:
    """Say that a proposed client is not of this institution: it is not proposed again. Raises NotProposed."""
    client = _proposed(institution, client_id)
    with transaction.atomic():
        InstitutionRefusal.objects.get_or_create(institution=institution, client=client, defaults={"by": by})
        trail.record(institution, by, f"« {client} » n’en est pas un client.")
    return client


def _proposed(institution: Institution, client_id: str) -> Client:
    found = next((client for client in proposals(institution) if client.pk == client_id), None)
    if found is None:
        raise NotProposed("Ce client n’est plus proposé.")
    return found


def _bears(client: Client, wanted: Iterable[str]) -> bool:
    names = (_words(client.display_name), _words(client.company_name))
    return any(key in name for key in wanted for name in names)


def _words(text: str) -> str:
    """« École Vincent-d’Indy » → ` ecole vincent d indy `: whole words are found between spaces."""
    return f" {re.sub(r'[^a-z0-9]+', ' ', fold(text)).strip()} "
