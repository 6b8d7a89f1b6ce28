"""From findings to a probability, a decision, and the sentence that explains it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import log2

from syncing.french import NBSP, listed
from syncing.matching.model import Census, Decision, Finding, Level, Model, Record

SMOOTHING = 1_000
"""One other holder in a small index proves no commonness: values are counted as if in a base this much larger."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one aspect says, in bits: above 0 for the same record, below 0 for strangers."""

    aspect: str
    level: str
    weight: float
    left: str
    right: str


class Stance(StrEnum):
    """For what a piece of evidence speaks."""

    AGREES = "agrees"
    DIFFERS = "differs"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Told:
    """One piece of evidence as people read it."""

    stance: Stance
    words: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Two records that may be one, how likely, and why."""

    left_id: str
    right_id: str
    probability: float
    decision: Decision
    sentence: str
    evidence: tuple[Evidence, ...]
    rivals: bool = False
    """It puts in doubt any other suggestion for the same record."""
    told: tuple[Told, ...] = ()
    """What the sentence says, piece by piece, and what could not be compared."""


def suggest(
    model: Model[Record],
    left: Record,
    right: Record,
    findings: Sequence[Finding],
    census: Census,
    size: int,
    expected_same: float | None = None,
) -> Suggestion | None:
    """The suggestion two records deserve; None when nothing is found or they are too likely different."""
    if not findings:
        return None
    same = (model.expected_same if expected_same is None else expected_same) / max(size, 1)
    related = model.expected_related / max(size, 1)
    stranger = 1.0
    told = []
    for finding in findings:
        level = model.levels[finding.aspect, finding.level]
        others = _others(finding, census) if level.by_rarity or level.related is None else 0
        by_chance = level.stranger
        if level.by_rarity:
            by_chance += others / (census.total(finding.aspect) + SMOOTHING)
        same *= level.same
        related *= level.related if level.related is not None else others + 1
        stranger *= by_chance
        told.append((finding, level, by_chance))
    probability = same / (same + related + stranger)
    if probability < model.perhaps_at:
        return None
    decision = Decision.SAME if probability >= model.same_at else Decision.PERHAPS
    by_aspect = {finding.aspect: finding for finding in findings}
    remark, rivals = "", False
    for rule in model.rules:
        if rule.applies(by_aspect):
            if rule.at_most is Decision.DIFFERENT:
                return None
            if decision is Decision.SAME:
                decision = rule.at_most
            remark, rivals = remark or rule.remark, rivals or rule.rivals(by_aspect)
    evidence = tuple(
        Evidence(finding.aspect, finding.level, log2(level.same / by_chance), finding.left, finding.right)
        for finding, level, by_chance in told
    )
    pieces = tuple(_tell(model, [(finding, level) for finding, level, _ in told]))
    return Suggestion(left.id, right.id, probability, decision, explain(pieces, remark), evidence, rivals, pieces)


def _others(finding: Finding, census: Census) -> int:
    """How many records share the value besides the one it is compared with."""
    if finding.holders is not None:
        return finding.holders
    return max(census.count(finding.aspect, finding.shared) - 1, 0) if finding.shared else 0


def _tell(model: Model[Record], found: Sequence[tuple[Finding, Level]]) -> Iterator[Told]:
    rank = {aspect: position for position, aspect in enumerate(model.order)}
    for finding, level in sorted(found, key=lambda pair: rank.get(pair[0].aspect, len(rank))):
        if level.says:
            stance = Stance.AGREES if level.agrees else Stance.DIFFERS
            yield Told(stance, level.says.format(left=finding.left, right=finding.right))
    compared = {finding.aspect for finding, _ in found}
    for aspect, words in model.absent.items():
        if aspect not in compared:
            yield Told(Stance.UNKNOWN, words)


def explain(told: Sequence[Told], remark: str) -> str:
    """« Même adresse (22, rue X) et même téléphone ; le prénom diffère : Marie / Marc — peut-être des conjoints. »"""
    agreements = listed([one.words for one in told if one.stance is Stance.AGREES])
    differences = [one.words for one in told if one.stance is Stance.DIFFERS]
    parts = [part for part in (agreements, *differences) if part]
    sentence = f"{NBSP}; ".join(parts)
    if remark:
        sentence = f"{sentence} — {remark}" if sentence else remark
    return f"{sentence[:1].upper()}{sentence[1:]}."
