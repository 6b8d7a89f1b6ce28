"""A small memoised chart parser: productions written as short patterns, every reading kept, the longest first.

A pattern is a list of items. `la|l'` is one of these words, `ORD` a category whose value is handed to the production,
`<of>` a category whose value is not; `?` after an item makes it optional (a missing category hands `None`). A category
is either a tag that the lexicon gives a token, or the left side of other productions. Left recursion is not supported.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from assistant.understanding.times.tokens import Token
from assistant.understanding.times.values import Context

Production = Callable[..., object]
"""Takes the context and the values of its pattern; None refuses the reading."""


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

    def __call__(self, category: str, *patterns: str) -> Callable[[Production], Production]:
        def register(make: Production) -> Production:
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

    def starting(self, category: str, token: Token) -> tuple[_Rule, ...]:
        """The productions of a category that this token may begin."""
        # Words of the questions that no production knows would make this memory grow without end.
        keys = token.keys
        found = self._starting.get((category, keys))
        if found is None:
            found = tuple(rule for rule, firsts in self._by_first[category] if not firsts.isdisjoint(keys))
            if found:
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
        self._context = context
        self._readings: dict[tuple[str, int], list[tuple[object, int]]] = {}

    def read(self, category: str, at: int) -> list[tuple[object, int]]:
        """Every reading of a category from one token on: its value and the token after it, the longest first."""
        if at >= len(self._tokens):
            return []
        if category not in self._grammar.rules:
            token = self._tokens[at]
            return [(token.tags[category], at + 1)] if category in token.tags else []
        if (category, at) not in self._readings:
            found: dict[int, object] = {}
            for rule in self._grammar.starting(category, self._tokens[at]):
                for values, end in self._match(rule.items, 0, at, ()):
                    value = rule.make(self._context, *values) if end not in found else None
                    if value is not None:
                        found[end] = value
            self._readings[category, at] = [(found[end], end) for end in sorted(found, reverse=True)]
        return self._readings[category, at]

    def _match(
        self, items: tuple[_Item, ...], place: int, at: int, values: tuple[object, ...]
    ) -> Iterator[tuple[tuple[object, ...], int]]:
        if place == len(items):
            yield values, at
            return
        item = items[place]
        if item.category:
            for value, end in self.read(item.category, at):
                yield from self._match(items, place + 1, end, (*values, value) if item.handed else values)
        elif at < len(self._tokens) and self._tokens[at].text in item.words:
            yield from self._match(items, place + 1, at + 1, values)
        if item.optional:
            yield from self._match(items, place + 1, at, (*values, None) if item.handed else values)


def _item(text: str) -> _Item:
    optional = text.endswith("?") and len(text) > 1
    text = text.removesuffix("?") if optional else text
    if text.startswith("<"):
        return _Item(frozenset(), text, optional, handed=False)
    if text.isalpha() and text.isupper():
        return _Item(frozenset(), text, optional, handed=True)
    return _Item(frozenset(text.split("|")), "", optional, handed=False)
