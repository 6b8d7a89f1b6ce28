"""A small memoised chart parser: productions written as short patterns, every reading kept, the longest first.

A pattern is a list of items. `la|l'` is one of these words, `ORD` a category whose value is handed to the production,
`<of>` a category whose value is not; `?` after an item makes it optional (a missing category hands `None`). A category
is either a tag that the lexicon gives a token, or the left side of other productions. Left recursion is not supported.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from assistant.understanding.times.tokens import Token
from assistant.understanding.times.values import Context, Impossible

Production = Callable[..., object]
"""Takes the context and the values of its pattern; None or `Impossible` refuses the reading."""

Made = TypeVar("Made", bound=Production)
Reading = tuple[object, int]
"""A value and the token after it."""


@dataclass(frozen=True)
class _Item:
    words: frozenset[str]
    category: str
    optional: bool
    handed: bool


@dataclass(frozen=True)
class _Rule:
    items: tuple[_Item, ...]
    make: Production


class Rules:
    """The productions of one subject: `@rules("DATE", "le? WEEKDAY")` above a function."""

    def __init__(self) -> None:
        self.by_category: dict[str, list[_Rule]] = {}

    def __call__(self, category: str, *patterns: str) -> Callable[[Made], Made]:
        def register(make: Made) -> Made:
            for pattern in patterns:
                self.add(category, pattern, make)
            return make

        return register

    def add(self, category: str, pattern: str, make: Production) -> None:
        """One production; of two that read the same words, the one added first wins."""
        rule = _Rule(tuple(_item(text) for text in pattern.split()), make)
        self.by_category.setdefault(category, []).append(rule)


class Grammar:
    """All productions, indexed by the words and tags they may begin with."""

    def __init__(self, *subjects: Rules) -> None:
        self.rules: dict[str, list[_Rule]] = {}
        for subject in subjects:
            for category, rules in subject.by_category.items():
                self.rules.setdefault(category, []).extend(rules)
        self._firsts: dict[str, frozenset[str]] = {}
        self._starting: dict[tuple[str, tuple[str, ...]], tuple[_Rule, ...]] = {}
        self._by_first = {
            category: [(rule, self._begins(rule)) for rule in rules] for category, rules in self.rules.items()
        }
        self._beginnings = frozenset().union(*(firsts for rules in self._by_first.values() for _, firsts in rules))

    def known(self, token: Token) -> tuple[str, ...]:
        """What of a token, its word and its tags, some production may begin with."""
        return tuple(key for key in token.keys if key in self._beginnings)

    def starting(self, category: str, keys: tuple[str, ...]) -> tuple[_Rule, ...]:
        """The productions of a category that a token known by these keys may begin."""
        found = self._starting.get((category, keys))
        if found is None:
            found = tuple(rule for rule, firsts in self._by_first[category] if not firsts.isdisjoint(keys))
            self._starting[category, keys] = found
        return found

    def _first(self, category: str) -> frozenset[str]:
        if category not in self.rules:
            return frozenset({category})
        if category not in self._firsts:
            self._firsts[category] = frozenset().union(*(self._begins(rule) for rule in self.rules[category]))
        return self._firsts[category]

    def _begins(self, rule: _Rule) -> frozenset[str]:
        firsts: set[str] = set()
        for item in rule.items:
            firsts |= self._first(item.category) if item.category else item.words
            if not item.optional:
                break
        return frozenset(firsts)


class Chart:
    """The readings of one question."""

    def __init__(self, grammar: Grammar, tokens: tuple[Token, ...], context: Context) -> None:
        self._grammar = grammar
        self._tokens = tokens
        self._keys = [grammar.known(token) for token in tokens]
        self._context = context
        self._readings: list[dict[str, list[Reading]]] = [{} for _ in range(len(tokens) + 1)]

    def read(self, category: str, at: int) -> list[Reading]:
        """Every reading of a category from one token on: its value and the token after it, the longest first."""
        known = self._readings[at].get(category)
        return self._read(category, at) if known is None else known

    def _read(self, category: str, at: int) -> list[Reading]:
        found: dict[int, object] = {}
        if at >= len(self._tokens):
            pass
        elif category in self._grammar.rules:
            for rule in self._grammar.starting(category, self._keys[at]):
                for values, end in self._match(rule.items, at):
                    if end not in found and (value := self._made(rule, values)) is not None:
                        found[end] = value
        elif category in self._tokens[at].tags:
            found[at + 1] = self._tokens[at].tags[category]
        readings = [(found[end], end) for end in sorted(found, reverse=True)]
        self._readings[at][category] = readings
        return readings

    def _made(self, rule: _Rule, values: tuple[object, ...]) -> object:
        try:
            return rule.make(self._context, *values)
        except Impossible:
            return None

    def _match(self, items: tuple[_Item, ...], at: int) -> list[tuple[tuple[object, ...], int]]:
        """The values of a pattern and the token after it, for each way it fits from one token on."""
        ways: list[tuple[tuple[object, ...], int]] = [((), at)]
        for item in items:
            longer: list[tuple[tuple[object, ...], int]] = []
            for values, end in ways:
                if item.category:
                    known = self._readings[end].get(item.category)
                    for value, after in self._read(item.category, end) if known is None else known:
                        longer.append(((*values, value) if item.handed else values, after))
                elif end < len(self._tokens) and self._tokens[end].text in item.words:
                    longer.append((values, end + 1))
                if item.optional:
                    longer.append(((*values, None) if item.handed else values, end))
            if not longer:
                return longer
            ways = longer
        return ways


def _item(text: str) -> _Item:
    optional = text.endswith("?") and len(text) > 1
    text = text.removesuffix("?") if optional else text
    if text.startswith("<"):
        return _Item(frozenset(), text, optional, handed=False)
    if text.isalpha() and text.isupper():
        return _Item(frozenset(), text, optional, handed=True)
    return _Item(frozenset(text.split("|")), "", optional, handed=False)
