"""What a note says of each type of problem: the state told, the thing it is said of, and what turns its meaning.

A state (« vide », « replacée », « rebranché ») is said of the nearest thing of its clause that can be so; failing that,
of the last one named, when nothing else is spoken of in between. « Pas », « plus », « à faire », « si » then turn it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from pianos.notes.clauses import GENERAL, Clause, Mark, read
from pianos.notes.lexicon import ARTICLES, Cue, Lexicon, Role
from pianos.notes.results import Finding, Polarity, Span
from pianos.notes.tokens import Token

_WRONG = frozenset({Role.WRONG, Role.PROBLEM})
_RIGHT = frozenset({Role.RIGHT, Role.RESOLUTION, Role.SETTLED})
_UNDONE = frozenset({Role.TO_DO, Role.DEED, Role.TO_SETTLE})
_ALONE = frozenset({Role.PROBLEM, Role.RESOLUTION, Role.DEED})
_POSSESSIVES = frozenset(("sa", "son", "ses", "leur", "its", "his", "her", "any"))
_EVERYTHING = frozenset(("tout", "tous", "toute", "toutes", "everything", "all", "both"))
_HOW = frozenset(("a", "au", "avec", "par", "en", "with", "by", "to"))
_NOW = frozenset(("maintenant", "now", "aujourd", "today"))
MEMORY = 8
"""Clauses back at which the thing spoken of is still looked for."""
UNPLUGGED = "power"
"""The thing whose « pas branché » needs no name: nothing else of a piano is plugged."""


def find(text: str, tokens: Sequence[Token], lexicon: Lexicon) -> Iterator[Finding]:
    """Every finding of the text, in order."""
    past: list[_Told] = []
    for clause in read(tokens, lexicon):
        told = _Told(clause, past, lexicon)
        yield from told.findings(text)
        past = [*past[-MEMORY:], told]


@dataclass(frozen=True)
class _About:
    """The thing a state is said of; `mark` when its name stands in the same clause."""

    cue: Cue
    mark: Mark | None = None


class _Told:
    """One clause, with those before it."""

    def __init__(self, clause: Clause, past: Sequence[_Told], lexicon: Lexicon) -> None:
        self.clause = clause
        self.past = past
        self.lexicon = lexicon
        self.subjects = clause.subjects()
        self.found: list[tuple[Finding, Cue]] = []

    def findings(self, text: str) -> Iterator[Finding]:
        if not any(mark.says or mark.subject for mark in self.clause.marks):
            return
        for place, mark in enumerate(self.clause.marks):
            if mark.says:
                for about, role in self._said(mark):
                    yield from self._finding(text, place, about, role)
            elif mark.subject and mark.subject.thing in self.lexicon.missed:
                yield from self._missing(text, place, mark)

    # --- of what it is said

    def _said(self, mark: Mark) -> Iterator[tuple[_About, Role]]:
        about = self._named_here(mark) or self._alone(mark) or self._general_here(mark) or self._named_before(mark)
        if about is not None:
            yield about, about.cue.role
            return
        for cue in mark.cues:
            if cue.role in GENERAL:
                yield from ((_About(one), cue.role) for one in self._pending(mark))
                return

    def _named_here(self, mark: Mark) -> _About | None:
        """The nearest thing of the clause that can be so, before the state rather than after."""
        before = [one for one in reversed(self.subjects) if one[0].last <= mark.first]
        after = [one for one in self.subjects if one[0].first >= mark.last]
        for named, thing in [*before, *after]:
            for cue in mark.cues:
                same = cue.thing == thing.thing if cue.role not in _ALONE else cue.type == thing.type
                if cue.thing and same and not (cue.is_vague and thing.is_vague):
                    return _About(cue, named)
        return None

    def _alone(self, mark: Mark) -> _About | None:
        if any(one.has(Role.FOREIGN) and one.last <= mark.first for one in self.clause.marks):
            return None
        cue = next((cue for cue in mark.cues if cue.role in _ALONE), None)
        if cue is None and self._negations(mark):
            cue = next((c for c in mark.cues if c.thing == UNPLUGGED and c.role is Role.RIGHT and not c.is_vague), None)
            cue = cue if cue and not self.subjects else None
        return _About(cue) if cue else None

    def _general_here(self, mark: Mark) -> _About | None:
        """« problème d’humidité réglé », « pas de problème avec le PLS »."""
        role = next((cue.role for cue in mark.cues if cue.role in GENERAL), None)
        if role is None or not self.subjects:
            return None
        named, thing = min(self.subjects, key=lambda one: abs(one[0].first - mark.first))
        if thing.is_vague and not self.found:
            return None
        return _About(Cue(role, thing.type, thing.thing), named)

    def _named_before(self, mark: Mark) -> _About | None:
        """« Housse retirée, remise après »: the last thing that can be so, while nothing else is spoken of."""
        if not self._speaks_of_the_same(mark):
            return None
        for told in self._back():
            things = {cue.thing for _, cue in told.subjects} | {cue.thing for _, cue in told.found}
            for cue in mark.cues:
                if cue.thing in things and not (cue.is_vague and not self._follows_at_once(told, mark)):
                    return _About(cue)
        return None

    def _follows_at_once(self, told: _Told, mark: Mark) -> bool:
        """« PLS, ok », « maintenant fonctionnel »: a vague word is said of what stands just before it, or of now."""
        last = self.past[-1] if self.past else None
        if any(token.text in _NOW for token in self.clause.tokens):
            return True
        return told is last and not self.clause.opens_sentence and mark.first == 0 and not told.found

    def _pending(self, mark: Mark) -> Iterator[Cue]:
        """« C’est réglé », « Fixed everything »: the last problem told, or all of them."""
        if not self._speaks_of_the_same(mark):
            return
        role = next(cue.role for cue in mark.cues if cue.role in GENERAL)
        if role is Role.WRONG_AGAIN:
            return
        words = {token.text for token in self.clause.tokens}
        seen: dict[str, Cue] = {}
        for told in self._back():
            for finding, cue in reversed(told.found):
                if finding.polarity is Polarity.PROBLEM:
                    seen.setdefault(finding.type, cue)
            if seen and not words & _EVERYTHING:
                break
        for cue in [*seen.values()][: None if words & _EVERYTHING else 1]:
            yield Cue(role, cue.type, cue.thing)

    def _speaks_of_the_same(self, mark: Mark) -> bool:
        """Nothing of this clause names something else; « rempli à ras bord » goes on about the same."""
        strangers = self.clause.strangers
        if mark.last < len(self.clause.tokens) and self.clause.tokens[mark.last].text in _HOW:
            strangers = [place for place in strangers if place < mark.first]
        if self.subjects or strangers or any(one.has(Role.FOREIGN) for one in self.clause.marks):
            return False
        return not any(token.text in "%$" for token in self.clause.tokens)

    def _back(self) -> Iterator[_Told]:
        """The clauses before, until one speaks of something else."""
        for told in reversed(self.past):
            yield told
            if told.clause.strangers and not told.found and not told.subjects:
                return

    # --- what turns it

    def _finding(self, text: str, place: int, about: _About, role: Role) -> Iterator[Finding]:
        marks = self.clause.marks
        mark = marks[place]
        before = self._turning(place)
        if any(one.has(Role.UNREAL) for one in marks[:place]) and role not in _UNDONE:
            return
        if any(one.has(Role.UNREAL) for one in before):
            return
        negated = bool(self._negations(mark, about))
        polarity, persists = self._polarity(place, role, before, negated=negated)
        used = [mark, *before, *([about.mark] if about.mark else []), *self._after(place)]
        finding = Finding(about.cue.type, polarity, self._span(text, used), persists)
        self.found.append((finding, about.cue))
        yield finding

    def _polarity(self, place: int, role: Role, before: Sequence[Mark], *, negated: bool) -> tuple[Polarity, bool]:
        must = any(one.has(Role.MUST) for one in before)
        still = any(one.has(Role.STILL) for one in [*before, *self._after(place)])
        if role in _UNDONE:
            did = any(one.has(Role.DID) for one in before) and not negated
            left = any(one.has(Role.LEAVING) for one in self.clause.marks[place:]) and not must and not negated
            if (did or left) and role is not Role.TO_SETTLE:
                return Polarity.RESOLUTION, False
            return Polarity.PROBLEM, True
        if role in _RIGHT:
            return (Polarity.PROBLEM, True) if negated or must else (Polarity.RESOLUTION, False)
        return (Polarity.RESOLUTION, False) if negated else (Polarity.PROBLEM, still)

    def _turning(self, place: int) -> list[Mark]:
        """The marks that may turn this one: those since the last state of the clause."""
        found: list[Mark] = []
        for one in reversed(self.clause.marks[:place]):
            if one.says:
                break
            found.append(one)
        return [one for one in found if self._turns(one)]

    @staticmethod
    def _turns(mark: Mark) -> bool:
        return any(mark.has(role) for role in (Role.NOT, Role.NO_MORE, Role.STILL, Role.MUST, Role.DID, Role.UNREAL))

    def _after(self, place: int) -> list[Mark]:
        """« unplugged again », « débranché encore »."""
        following = self.clause.marks[place + 1 : place + 2]
        return [one for one in following if one.has(Role.STILL) and one.first == self.clause.marks[place].last]

    def _negations(self, mark: Mark, about: _About | None = None) -> list[Mark]:
        """The « pas » of a state: none stands between them but the small words, or it stands right before the name."""
        place = self.clause.marks.index(mark)
        found = []
        for one in self._turning(place):
            if not (one.has(Role.NOT) or (one.has(Role.NO_MORE) and self._is_no_more(one, mark))):
                continue
            between = [named for named, _ in self.subjects if one.last <= named.first and named.last <= mark.first]
            if not between or self._stands_before(one, between[0]):
                found.append(one)
        return found

    def _is_no_more(self, mark: Mark, state: Mark) -> bool:
        """« n’est plus », « plus débranché »; not « plus basse »."""
        words = [token.text for token in self.clause.tokens[: mark.first]]
        return any(word in ("n", "ne") for word in words) or any(cue.thing == UNPLUGGED for cue in state.cues)

    def _stands_before(self, mark: Mark, named: Mark) -> bool:
        between = self.clause.tokens[mark.last : named.first]
        return all(token.text in ARTICLES or token.text in _POSSESSIVES for token in between)

    # --- what is not there

    def _missing(self, text: str, place: int, mark: Mark) -> Iterator[Finding]:
        """« pas de housse », « sans sa housse », « housse : non »."""
        cue = mark.subject
        marks = self.clause.marks
        if cue is None or any(one.has(Role.UNREAL) for one in marks[:place]):
            return
        said = marks[place + 1] if place + 1 < len(marks) else None
        if said and said.says and any(one.thing == cue.thing for one in said.cues):
            return  # « pas de housse enlevée »: the state tells
        none = [
            one
            for one in marks[:place]
            if (one.has(Role.NOT) or one.has(Role.NO_MORE)) and self._stands_before(one, mark)
        ]
        if none:
            used = [*none, mark]
        elif said and said.has(Role.NOT) and said.last == len(self.clause.tokens) and said.first == mark.last:
            used = [mark, said]
        else:
            return
        finding = Finding(cue.type, Polarity.PROBLEM, self._span(text, used))
        self.found.append((finding, cue))
        yield finding

    def _span(self, text: str, marks: Iterable[Mark]) -> Span:
        tokens = self.clause.tokens
        used = list(marks)
        start = min(tokens[mark.first].start for mark in used)
        end = max(tokens[mark.last - 1].end for mark in used)
        return Span(start, end, text[start:end])
