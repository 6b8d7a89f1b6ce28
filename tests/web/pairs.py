"""Who is let in where, and what comes out: random (person or program, address, object) pairs over HTTP.

`python -m tests.web.pairs --pairs 10000 --seed N` plays them on a database of its own; the suite plays a few hundred.
An address is for whom it says it is; what it shows is judged by `tests.web.planting`.
"""

from __future__ import annotations

import argparse
import logging
import os
import random
import re
import sys
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from tests.benchmarks.figures import say

ASKED = ("", "", "", "?q=zq", "?q=9137", "?o=1", "?p=1", "?e=1", "?fiche=retiree", "?login__password__startswith=m")
"""After an address: most often nothing; else a search, an order, a page, a filter, or one that digs for a hash."""


@dataclass(frozen=True)
class Actor:
    """Who asks: somebody with a browser, or a program with a token."""

    name: str
    browser: Any
    """A Django test client."""
    person: str
    """Whose eyes it has: what one may read is a person's."""
    token: str = ""
    opens: frozenset[Any] = frozenset()
    """Audiences."""
    scopes: frozenset[str] | None = None
    """Of a token in force; None for anybody else."""


@dataclass
class Played:
    """What became of the pairs."""

    pairs: int = 0
    statuses: Counter[tuple[str, int]] = field(default_factory=Counter)
    """By actor and status."""
    opened: set[str] = field(default_factory=set)
    """Addresses that let somebody in."""
    values: int = 0
    """Planted values that somebody who may read them did read."""
    faults: list[str] = field(default_factory=list)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.web.pairs", description=__doc__)
    parser.add_argument("--pairs", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=random.randrange(10**9))
    asked = parser.parse_args()
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    django.setup()
    logging.disable()  # refusals are what is asked for here
    from django.test.utils import setup_databases, setup_test_environment, teardown_databases

    setup_test_environment()
    old = setup_databases(verbosity=0, interactive=False)
    try:
        played = play(asked.pairs, asked.seed)
    finally:
        teardown_databases(old, verbosity=0)
    say(f"seed {asked.seed}: {told(played)}")
    return 1 if played.faults else 0


def play(pairs: int, seed: int) -> Played:
    """Furnish the house, then ask. Needs an empty database."""
    from tests.web.planting import accounts, furnish, keys_of_doors
    from tests.web.routes import routes

    dice, people = random.Random(seed), accounts()
    secrets, everybody, objects = furnish(people), actors(people), Objects()
    keys, played = keys_of_doors(), Played()
    while played.pairs < pairs:
        actor, route = dice.choice(everybody), dice.choice(routes())
        path = objects.path(route, dice)
        is_posted = not _may_enter(actor, route) and dice.random() < 0.3
        ask = actor.browser.post if is_posted else actor.browser.get
        asked = "" if is_posted else dice.choice(ASKED)
        answer = ask(path + asked)
        body = answer.content.decode(errors="replace") + answer.get("Location", "")
        where = f"{actor.name} {'POST' if is_posted else 'GET'} {path}{asked}: {answer.status_code}"
        played.pairs += 1
        played.statuses[actor.name, answer.status_code] += 1
        if fault := misjudged(actor, route, answer):
            played.faults.append(f"{where} {fault}")
        if leaked := secrets.leaked(actor.person, body):
            played.faults.append(f"{where} shows {sorted(leaked)[:3]}")
        if opening := [key for key in keys if key in body]:
            played.faults.append(f"{where} shows {len(opening)} keys")
        if answer.status_code == 200 and _may_enter(actor, route):
            played.opened.add(route.template)
            played.values += len(secrets.read(body))
    return played


def misjudged(actor: Actor, route: Any, answer: Any) -> str:
    """What is wrong with the status of this answer; "" when it is as the address declares."""
    status, sent_to = answer.status_code, answer.get("Location", "")
    if status >= 500:
        return "breaks"
    if status == 405:  # told to everybody alike, before anything is looked at
        return ""
    to_the_door = status == 302 and sent_to.startswith(("/connexion/?", "/admin/login/?"))
    away = to_the_door or status in (401, 403) or (status == 204 and "HX-Refresh" in answer)
    if _may_enter(actor, route):
        return "is turned away" if away and not route.template.endswith("login/") else ""
    # Django completes an address before it looks at who asks; where that leads, he is turned away.
    completed = status in (301, 302) and (sent_to == "/admin/" or sent_to.endswith("/change/"))
    return "" if away or completed else "is let in"


def _may_enter(actor: Actor, route: Any) -> bool:
    from syncing.rights import Audience

    if _is_nobody_s(route):
        return False
    if route.audience is Audience.PROGRAMS:
        return actor.scopes is not None and route.scopes <= actor.scopes
    if actor.scopes is not None and route.scopes:  # a door for people and for programs
        return bool(route.scopes <= actor.scopes)
    return route.audience in actor.opens


def _is_nobody_s(route: Any) -> bool:
    """Nothing is deleted but words and institutions of the house, nothing is added but these, accounts and tokens; no
    field searches."""
    guard = getattr(route.callback, "model_admin", None)
    name = guard.model._meta.model_name if guard is not None else ""
    if route.template.endswith("/add/"):
        return name not in ("user", "accesstoken", "houseword", "institution")
    if route.template.endswith("/delete/"):
        return name not in ("houseword", "institution")
    return str(route).endswith("/admin/autocomplete/")


def actors(people: dict[str, Any]) -> list[Actor]:
    """Each person with a session of her own, and tokens: in force, of another scope, of nobody, revoked, expired."""
    from django.contrib.auth.models import User
    from django.test import Client
    from django.utils import timezone

    from syncing.access import viewer_of
    from syncing.people import tokens
    from syncing.people.models import AccessToken
    from syncing.rights import Audience

    found = [Actor("visitor", Client(), "visitor", opens=frozenset({Audience.ANYONE}))]
    for who, account in people.items():
        browser = Client()
        User.objects.filter(pk=account.pk).update(is_active=True)
        browser.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
        User.objects.filter(pk=account.pk).update(is_active=account.is_active)
        found.append(Actor(who, browser, who, opens=frozenset(viewer_of(account).groups)))
    every = [scope.name for scope in tokens.scopes()]
    for name, whose, scopes in (
        ("token", "simon", every),
        ("token without scope", "office", []),
        ("token of nobody", "no role", every),
        ("token of somebody gone", "closed", every),
        ("revoked token", "administration", every),
        ("expired token", "administration", every),
    ):
        token, secret = tokens.create(
            name="programme", owner=people[whose], scopes=scopes, expires_at=None, by=people["owner"]
        )
        held = AccessToken.objects.filter(pk=token.pk)
        now = timezone.now()
        if name == "revoked token":
            held.update(revoked_at=now)
        if name == "expired token":
            held.update(created_at=now - timedelta(days=2), expires_at=now - timedelta(days=1))
        in_force = frozenset(scopes) if name in ("token", "token without scope") else None
        person = whose if in_force is not None else "visitor"
        browser = Client(headers={"Authorization": f"Bearer {secret}"})
        found.append(Actor(name, browser, person, secret, frozenset({Audience.ANYONE}), in_force))
    return found


class Objects:
    """What may stand in an address: the keys of what is there, and some of what is not."""

    def __init__(self) -> None:
        from django.contrib import admin

        from syncing.models import MirroredModel
        from syncing.monitoring import causes
        from syncing.registry import entities

        self.by_model = {
            model: list(model._default_manager.values_list("pk", flat=True)) for model in admin.site._registry
        }
        ids = [pk for model, keys in self.by_model.items() if issubclass(model, MirroredModel) for pk in keys]
        numbers = {pk for keys in self.by_model.values() for pk in keys if isinstance(pk, int)}
        self.arguments: dict[str, list[object]] = {
            "pk": [*numbers, 999_999],
            "gazelle_id": [*ids, "nobody"],
            "name": [*(entity.name for entity in entities()), "fermer", "revoquer", "nobody"],
            "key": [*(group.key for group in causes.groups(entities())), "nobody"],
            "content_type_id": [*range(1, 60)],
            "uidb64": ["MQ", "Mg", "nobody"],
            "token": ["x-1"],
        }

    def path(self, route: Any, dice: random.Random) -> str:
        def filled(found: re.Match[str]) -> str:
            known = self.arguments.get(found[1]) or [*(self.by_model.get(route.model) or ()), "nobody"]
            return str(dice.choice(known))

        return re.sub(r"<(?:\w+:)?(\w+)>", filled, route.template)


def told(played: Played) -> str:
    """The figures, then what is wrong."""
    by_status = Counter[int]()
    for (_, status), count in played.statuses.items():
        by_status[status] += count
    statuses = ", ".join(f"{count} × {status}" for status, count in sorted(by_status.items()))
    figures = (
        f"{played.pairs} pairs, {len({name for name, _ in played.statuses})} kinds of people and programs, "
        f"{len(played.opened)} addresses opened by somebody, {played.values} planted values read by who may; {statuses}"
    )
    return "\n".join([figures, f"{len(played.faults)} faults", *played.faults[:40]])


if __name__ == "__main__":
    sys.exit(main())
