"""A note cut into clauses, and the cues of each: what is said of a thing stands beside its name, or just after."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from pianos.notes.lexicon import Cue, Lexicon, Role
from pianos.notes.tokens import Shape, Token

_STOPS = frozenset(".;!?…•")
_PAUSES = frozenset(",()[]/|+&")
_JOINS = frozenset(("et", "and", "mais", "but", "puis", "then", "pis", "donc"))
_POINTED = frozenset(("temp", "hum", "deg", "env", "approx", "min", "max", "no", "dr", "mme", "st", "ste"))
"""Words whose full stop ends no sentence."""

LONGEST = 40
"""Words of a clause at most: a text without any comma is no sentence, and must not cost the square of its length."""

SAYING = frozenset({Role.WRONG, Role.RIGHT, Role.TO_DO, Role.DEED, Role.PROBLEM, Role.RESOLUTION})
GENERAL = frozenset({Role.SETTLED, Role.TO_SETTLE, Role.WRONG_AGAIN})


@dataclass(frozen=True)
class Mark:
    """A phrase found in a clause: its words `[first, last)`, and what it may mean."""

    first: int
    last: int
    cues: tuple[Cue, ...]

    def has(self, role: Role) -> bool:
        return any(cue.role is role for cue in self.cues)

    @property
    def subject(self) -> Cue | None:
        return next((cue for cue in self.cues if cue.role is Role.SUBJECT), None)

    @property
    def says(self) -> bool:
        return any(cue.role in SAYING or cue.role in GENERAL for cue in self.cues)


@dataclass
class Clause:
    """Words that stand together, without a comma or a conjunction between them."""

    tokens: list[Token]
    opens_sentence: bool
    marks: list[Mark] = field(default_factory=list)
    strangers: list[int] = field(default_factory=list)
    """Words that are neither cues nor neutral: the clause may speak of something else."""

    def subjects(self) -> list[tuple[Mark, Cue]]:
        return [(mark, cue) for mark in self.marks if (cue := mark.subject)]


def read(tokens: Sequence[Token], lexicon: Lexicon) -> Iterator[Clause]:
    """The clauses that hold a word, with their marks."""
    for clause in _cut(tokens):
        words = [lexicon.speller.mend(token.text) for token in clause.tokens]
        place = 0
        while place < len(words):
            found = lexicon.longest_at(words, place)
            if found is None:
                if clause.tokens[place].shape is Shape.WORD and len(words[place]) > 1:
                    clause.strangers.append(place)
                place += 1
                continue
            end, cues = found
            clause.marks.append(Mark(place, end, cues))
            place = end
        yield clause


def _cut(tokens: Sequence[Token]) -> Iterator[Clause]:
    words: list[Token] = []
    opens = True
    for place, token in enumerate(tokens):
        is_mark = token.shape is Shape.MARK
        stops = is_mark and token.text in _STOPS and not _is_abbreviation(tokens, place)
        pauses = is_mark and (token.text in _PAUSES or (token.text == "-" and _is_dash(tokens, place)))
        joins = token.shape is Shape.WORD and token.text in _JOINS
        breaks = token.after_line_break
        if stops or pauses or joins or breaks or len(words) >= LONGEST:
            if words:
                yield Clause(words, opens)
                opens = False
            words = []
            opens = opens or stops or breaks
        if not is_mark and not joins:
            words.append(token)
        elif is_mark and token.text in "%$":
            words.append(token)  # « remise 10 % » is no cover put back
    if words:
        yield Clause(words, opens)


def _is_abbreviation(tokens: Sequence[Token], place: int) -> bool:
    before = tokens[place - 1] if place else None
    return tokens[place].text == "." and before is not None and before.text in _POINTED


def _is_dash(tokens: Sequence[Token], place: int) -> bool:
    """« housse - ok », not « dampp-chaser »."""
    token = tokens[place]
    glued_before = place > 0 and tokens[place - 1].end == token.start
    glued_after = place + 1 < len(tokens) and tokens[place + 1].start == token.end
    return not (glued_before and glued_after)
