"""The words of this house, read from the database: its people, institutions, makes, towns and nicknames.

Read again as soon as a nickname changes, in every process; what Gazelle brings waits ten minutes at most.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from django.contrib.auth.models import User
from django.db.models import Count, Max, Q

from assistant.models import HouseWord
from assistant.selectors import own_agenda, with_technician
from assistant.understanding.vocabulary import Named, Person, Vocabulary
from clients.models import Client, Contact, Institution, Technician
from pianos.models import Piano

READ_EVERY = timedelta(minutes=10)
EVERY = Q()
INSTITUTION = "institution"
"""Gazelle's own kind of client, as typed by the office; who the office says is one here counts as well."""


class _Kept(NamedTuple):
    words: object
    read_at: datetime
    vocabulary: Vocabulary


_kept: _Kept | None = None


def vocabulary(now: datetime, words: object = None) -> Vocabulary:
    """The vocabulary as of now; one query when nothing changed, none when the caller read what changes with `words`."""
    global _kept  # one per process
    if words is None:
        words = tuple(HouseWord.objects.aggregate(Count("pk"), Max("changed_at")).values())
    if _kept is None or _kept.words != words or not timedelta() <= now - _kept.read_at < READ_EVERY:
        _kept = _Kept(words, now, read())
    return _kept.vocabulary


def forget() -> None:
    """Read everything again at the next question."""
    global _kept  # as above
    _kept = None


def technician_of(account: User) -> str:
    """The name under which somebody's own visits are; empty for whoever receives none."""
    return own_agenda(with_technician().get(pk=account.pk))


def read() -> Vocabulary:
    """Everything from the tables, in seven queries."""
    nicknames: dict[tuple[str, str], list[str]] = defaultdict(list)
    for kind, means, word in HouseWord.objects.values_list("kind", "means", "word"):
        nicknames[kind, means].append(word)

    def named(kind: HouseWord.Kind, names: Iterator[str]) -> list[Named]:
        known = dict.fromkeys([*names, *(means for of, means in nicknames if of == kind)])
        return [Named(name, nicknames.get((kind, name), ())) for name in known]

    return Vocabulary(
        people=[_person(one, nicknames[HouseWord.Kind.TECHNICIAN, str(one)]) for one in _staff()],
        institutions=named(HouseWord.Kind.INSTITUTION, _institutions()),
        makes=named(HouseWord.Kind.MAKE, _distinct(Piano, "make")),
        cities=named(HouseWord.Kind.CITY, _distinct(Contact, "municipality")),
        house_words={
            means.casefold(): words for (kind, means), words in nicknames.items() if kind == HouseWord.Kind.TERM
        },
    )


def _institutions() -> Iterator[str]:
    """The clients that are one, then the names of the houses they belong to, as the office gives them."""
    yield from _distinct(Client, "display_name", Q(client_type=INSTITUTION) | Q(institution__isnull=False))
    yield from Institution.objects.values_list("name", flat=True)


def _staff() -> Iterator[Technician]:
    yield from Technician.objects.present().prefetch_related("login__groups")


def _person(technician: Technician, nicknames: list[str]) -> Person:
    account = technician.login
    groups = frozenset(group.name for group in account.groups.all()) if account else frozenset[str]()
    return Person(
        str(technician),
        (*aliases(technician.first_name), *nicknames),
        groups,
        is_technician=technician.is_schedulable is not False,
    )


def aliases(first_name: str) -> tuple[str, ...]:
    """« Jean-Marc » is also written « jean marc », « jeanmarc », « jm », « j-m »."""
    parts = first_name.replace("-", " ").casefold().split()
    if len(parts) < 2:
        return tuple(parts)
    initials = [part[0] for part in parts]
    return ("-".join(parts), " ".join(parts), "".join(parts), "".join(initials), "-".join(initials))


def _distinct(model: type[Client | Contact | Piano], column: str, only: Q = EVERY) -> Iterator[str]:
    rows = model.objects.present().filter(only).exclude(**{column: ""}).order_by(column)
    yield from rows.values_list(column, flat=True).distinct()
