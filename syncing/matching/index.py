"""Records held in memory under their keys, so that a new one meets only those it has something in common with."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Generic

from syncing.french import NBSP
from syncing.matching.model import Census, Decision, Finding, Model, Record
from syncing.matching.scoring import Suggestion, suggest

CROWD = 250
"""A key that more records share than this finds nobody by itself: a switchboard, a very common name."""
RIVAL = 300
"""How many times likelier than any other candidate one must be."""


class Index(Generic[Record]):
    """What is known, ready to be compared with what arrives. Adding is for building: an index is then only read."""

    def __init__(self, model: Model[Record], records: Iterable[Record] = ()) -> None:
        self.model = model
        self.census = Census()
        self._records: dict[str, Record] = {}
        self._blocks: dict[str, list[str]] = defaultdict(list)
        for record in records:
            self.add(record)

    def __len__(self) -> int:
        return len(self._records)

    def __contains__(self, record_id: object) -> bool:
        return record_id in self._records

    def add(self, record: Record) -> None:
        if record.id in self._records:
            raise ValueError(f"indexed twice: {record.id}")
        self._records[record.id] = record
        for field in self.model.fields:
            self.census.add(field.counted(record))
            for key in set(field.keys(record)):
                self._blocks[key].append(record.id)

    def candidates(self, record: Record) -> set[str]:
        """Ids of the records that share a key with this one, itself apart."""
        found: set[str] = set()
        for field in self.model.fields:
            for key in set(field.looked_up(record)):
                block = self._blocks.get(key, ())
                if len(block) <= CROWD:
                    found.update(block)
        found.discard(record.id)
        return found

    def compare(
        self, left: Record, right: Record, beside: Sequence[Finding] = (), expected_same: float | None = None
    ) -> Suggestion | None:
        """The suggestion this pair deserves, if any; `beside` is what was found outside the two records."""
        findings = [
            finding for field in self.model.fields for finding in field.compare(left, right, self.census)
        ]  # fmt: skip
        return suggest(self.model, left, right, [*findings, *beside], self.census, len(self), expected_same)

    def matches(
        self,
        record: Record,
        beside: Mapping[str, Sequence[Finding]] | None = None,
        expected_same: float | None = None,
    ) -> list[Suggestion]:
        """Whom this record may be, most likely first. Records named in `beside` are looked at without a common key."""
        beside = beside or {}
        ids = self.candidates(record) | {pk for pk in beside if pk in self._records and pk != record.id}
        found = (self.compare(record, self._records[pk], beside.get(pk, ()), expected_same) for pk in ids)
        return _settled(sorted((one for one in found if one), key=lambda one: (-one.probability, one.right_id)))

    def pairs(self) -> Iterator[Suggestion]:
        """Every pair of the index that deserves one, each once; sure only when it is seen from both sides."""
        waiting: dict[tuple[str, str], Suggestion] = {}
        for record in self._records.values():
            for here in self.matches(record):
                if there := waiting.pop((here.right_id, here.left_id), None):
                    sure = there.decision is Decision.SAME and here.decision is Decision.PERHAPS
                    yield _doubted(there) if sure else there
                else:
                    waiting[here.left_id, here.right_id] = here
        yield from waiting.values()


def _settled(found: list[Suggestion]) -> list[Suggestion]:
    """A record is one other, not two: as long as a second one is nearly as likely, a person chooses."""
    return [
        _doubted(one)
        if one.decision is Decision.SAME
        and any(other is not one and (other.rivals or _odds(other) * RIVAL > _odds(one)) for other in found)
        else one
        for one in found
    ]


def _doubted(one: Suggestion) -> Suggestion:
    joint = f"{NBSP};" if " — " in one.sentence else " —"
    sentence = f"{one.sentence.removesuffix('.')}{joint} une autre fiche lui ressemble aussi."
    return replace(one, decision=Decision.PERHAPS, sentence=sentence)


def _odds(one: Suggestion) -> float:
    return one.probability / max(1 - one.probability, 1e-12)
