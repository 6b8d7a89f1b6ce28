"""Which request meets which fault: by text, entity, page, number of times and chance."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from gazelle_site.sandbox.entities import ENTITIES
from gazelle_site.sandbox.faults.kinds import FAULT_KINDS, KINDS, Moment, checked, completed, is_number, is_whole
from gazelle_site.sandbox.readings import Reading
from gazelle_site.sandbox.schema import object_type

Page = int | Literal["last"] | None
MIX = "mix"


@dataclass(frozen=True)
class Choice:
    """A kind with the values given for it."""

    kind: str
    data: dict[str, Any]


@dataclass
class Fault:
    """A failure planned, and the requests it is meant for. Every condition given must hold.

    `match` is looked for in the path and the query text. `entity` is a name of ours: the request reads its root list
    or single, or else lists that carry it (contacts in the pages of clients). `page` is the place of that page in the
    walk, from 1, or « last »; it comes from the cursor of the request, so a page asked again is the same page. `after`
    lets that many of these requests pass first, then each meets the fault with `probability`, `times` times in all
    (None never stops). `data` are the values of the kind; a mix has `choices` instead, one of which is drawn.
    """

    kind: str
    times: int | None = 1
    after: int = 0
    match: str = ""
    entity: str = ""
    page: Page = None
    probability: float = 1.0
    data: dict[str, Any] = field(default_factory=dict)
    choices: tuple[Choice, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what would never happen, or would happen otherwise than its author thinks."""
        if self.times is not None and not is_whole(self.times, 1):
            raise ValueError(f"« times » doit être un entier, 1 ou plus, ou null pour toujours, pas {self.times!r}")
        if not is_whole(self.after, 0):
            raise ValueError(f"« after » doit être un entier, 0 ou plus, pas {self.after!r}")
        if not isinstance(self.match, str):
            raise ValueError(f"« match » doit être un texte, pas {self.match!r}")
        if self.entity != "" and self.entity not in list(ENTITIES):
            raise ValueError(f"« {self.entity} » n’est pas une entité ; choix : {', '.join(ENTITIES)}")
        if self.page is not None and self.page != "last" and not is_whole(self.page, 1):
            raise ValueError(f"« page » doit être un entier, 1 ou plus, ou « last », pas {self.page!r}")
        if not is_number(self.probability) or not 0 <= self.probability <= 1:
            raise ValueError(f"« probability » doit être un nombre entre 0 et 1, pas {self.probability!r}")
        for choice in self.among:
            wanted = choice.data.get("field")
            if self.entity and wanted and wanted not in object_type(ENTITIES[self.entity]).fields:
                raise ValueError(f"« {self.entity} » n’a pas de champ « {wanted} »")

    @property
    def among(self) -> tuple[Choice, ...]:
        """What may happen: the fault itself, or what the mix draws from."""
        return self.choices or (Choice(self.kind, self.data),)


@dataclass(frozen=True)
class Hit:
    """A fault met by a request. `targets` are the lists and records it is about, `data` complete with defaults.

    It counts even where there was nothing to spoil: a list without rows has no first node.
    """

    kind: str
    data: dict[str, Any]
    targets: tuple[Reading, ...] = ()

    @property
    def moment(self) -> Moment:
        """Where on its way the request met it."""
        return KINDS[self.kind].moment

    @property
    def entity(self) -> str:
        """The entity that was being read; empty at the token address."""
        return self.targets[0].entity if self.targets else ""

    @property
    def page(self) -> int | None:
        """The place of the page in its walk; None outside of a list."""
        return self.targets[0].page if self.targets else None


class Faults:
    """The faults waiting for their requests, first added first served; a request meets one at most.

    Chance is drawn request after request: with one client at a time, the same seed gives the same faults.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: list[Fault] = []
        self._dice = random.Random(1)
        self.applied: list[Hit] = []

    def add(
        self,
        /,
        kind: str,
        *,
        times: int | None = 1,
        after: int = 0,
        match: str = "",
        entity: str = "",
        page: Page = None,
        probability: float = 1.0,
        **data: Any,
    ) -> Fault:
        """Plan a fault. `Fault` says what the conditions mean, `KINDS` what each kind takes."""
        return self._plan(Fault(kind, times, after, match, entity, page, probability, checked(kind, data)))

    def mix(
        self,
        probability: float,
        kinds: Iterable[str | Mapping[str, Any]] = FAULT_KINDS,
        seed: int | None = None,
        *,
        match: str = "",
        entity: str = "",
        page: Page = None,
    ) -> Fault:
        """That share of the requests meets one of these kinds, each as likely, until `clear`.

        A kind is a name, or a mapping that has the values too: `{"kind": "status", "code": 429, "retry_after": 1}`.
        What a request cannot suffer is not drawn for it.
        """
        if isinstance(kinds, (str, Mapping)) or not isinstance(kinds, Iterable):
            raise ValueError(f"« kinds » doit être une liste de pannes, pas {kinds!r}")
        choices = tuple(_choice(each) for each in kinds)
        if not choices:
            raise ValueError(f"Un mélange veut au moins une panne ; choix : {', '.join(FAULT_KINDS)}")
        fault = Fault(MIX, None, 0, match, entity, page, probability, choices=choices)
        if seed is not None:
            self.seed(seed)
        return self._plan(fault)

    def seed(self, seed: int) -> None:
        """Begin the draws again, from this number."""
        if not is_whole(seed):
            raise ValueError(f"« seed » doit être un entier, pas {seed!r}")
        with self._lock:
            self._dice.seed(seed)

    def clear(self) -> None:
        """Forget what is still waiting; what was applied stays."""
        with self._lock:
            self._waiting.clear()

    @property
    def waiting(self) -> list[Fault]:
        """What is planned and not yet used up."""
        with self._lock:
            return list(self._waiting)

    def take(
        self,
        text: str,
        read: Callable[[], Sequence[Reading]] = tuple,
        kinds: Sequence[str] = FAULT_KINDS,
    ) -> Hit | None:
        """The fault that this request meets, if any, among the kinds that make sense at its address.

        `read` tells what the request reads; it costs a little and is asked only while a fault waits.
        """
        if not self._waiting:
            return None
        readings = read()
        with self._lock:
            for fault in self._waiting:
                hit = self._meet(fault, text, readings, kinds)
                if hit is not None:
                    self.applied.append(hit)
                    self._waiting = [each for each in self._waiting if each.times != 0]
                    return hit
        return None

    def _plan(self, fault: Fault) -> Fault:
        with self._lock:
            self._waiting.append(fault)
        return fault

    def _meet(self, fault: Fault, text: str, readings: Sequence[Reading], kinds: Sequence[str]) -> Hit | None:
        """Whether this request meets that fault; counts down as it goes."""
        if fault.match not in text:
            return None
        possible = [
            Hit(choice.kind, completed(choice.kind, choice.data), targets)
            for choice in fault.among
            if choice.kind in kinds and (targets := _aim(fault, choice, readings)) is not None
        ]
        if not possible:
            return None
        if fault.after > 0:
            fault.after -= 1
            return None
        if fault.probability < 1 and self._dice.random() >= fault.probability:
            return None
        if fault.times is not None:
            fault.times -= 1
        return self._dice.choice(possible) if fault.kind == MIX else possible[0]


def _aim(fault: Fault, choice: Choice, readings: Sequence[Reading]) -> tuple[Reading, ...] | None:
    """Which of the things read the fault is about; None when it wants some and there are none."""
    roots = [reading for reading in readings if reading.is_root]
    found = [reading for reading in roots if not fault.entity or reading.entity == fault.entity]
    if fault.entity and not found:
        found = [reading for reading in readings if reading.entity == fault.entity]
    if fault.page is not None:
        found = [reading for reading in found if (reading.last if fault.page == "last" else reading.page == fault.page)]
    needs, wanted = KINDS[choice.kind].needs, choice.data.get("field")
    if needs is not None:
        found = [reading for reading in found if needs(reading) and (wanted is None or wanted in reading.fields)]
    selective = fault.entity or fault.page is not None or needs is not None
    return None if selective and not found else tuple(found)


def _choice(kind: object) -> Choice:
    if isinstance(kind, str):
        return Choice(kind, checked(kind, {}))
    if not isinstance(kind, Mapping) or "kind" not in kind:
        raise ValueError(f"Dans un mélange, une panne est un nom ou un objet avec « kind », pas {kind!r}")
    return Choice(kind["kind"], checked(kind["kind"], {name: kind[name] for name in kind if name != "kind"}))
