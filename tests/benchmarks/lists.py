"""How long the back-office's lists, filters, pages and searches take, as the office opens them: full HTML, signed in.

`python -m tests.benchmarks.lists` fills a database with the real volume and measures during a sync, which a second
process plays without end; `--filled` measures on the database of `DATABASE_URL` as it is, `--quiet` without the sync.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import timedelta
from statistics import median, quantiles

from tests.benchmarks.mirror import database, database_url, first_full_sync  # first: it sets Django up

# ruff: isort: split
from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.db import connection
from django.db.models import Count, Q
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from appointments.models import Appointment
from assistant import conversations
from clients.models import Client as Customer
from clients.models import Contact, Technician
from pianos.models import Piano, TimelineEntry
from syncing.bearer import SCHEDULER
from syncing.people import tokens
from syncing.registry import entities
from syncing.scheduling.declaring import jobs
from syncing.scheduling.models import JobRun
from syncing.wording import is_worded
from tests.benchmarks.figures import say
from tests.benchmarks.growth import bring, sample, settle
from tests.benchmarks.standin import stand_in

AIM = 50.0
"""Milliseconds, p95: the design's, for a list, a filter, a page and a search during a sync."""
TIMES = 40
BY_SCRIPT = {"HX-Request": "true"}
"""The page asks so: what comes back is the answer, not the address of a page that holds it."""
CHANGED = 500
"""Records that the sync of the second process changes in one go: a page of the history."""
SAMPLED = 20_000
"""Rows whose words are counted to tell a frequent word from a rare one."""


@dataclass(frozen=True)
class Measured:
    """What one address costs."""

    what: str
    middle: float
    p95: float
    processor: float
    """The median of our own processor's, which other work on the machine barely moves."""
    queries: int

    def __str__(self) -> str:
        beyond = f"  > {AIM:.0f} ms" if self.p95 > AIM else ""
        return (
            f"{self.what:<54} p50 {self.middle:>6.1f} ms  p95 {self.p95:>6.1f} ms  "
            f"processor {self.processor:>6.1f} ms  {self.queries:>3} queries{beyond}"
        )


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.lists", description=__doc__)
    parser.add_argument("--filled", action="store_true", help="the database of DATABASE_URL holds the data already")
    parser.add_argument("--quiet", action="store_true", help="without a sync beside")
    parser.add_argument("--only", default="", help="what holds this word")
    parser.add_argument("--times", type=int, default=TIMES, help="how many times each is asked")
    parser.add_argument("--quick", action="store_true", help="a small volume: proves that the measures still run")
    parser.add_argument("--sync", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.sync:
        sync_without_end()
    with ExitStack() as stack:
        if not asked.filled:
            stack.enter_context(database())
            with stand_in("small" if asked.quick else "real") as gazelle:
                list(first_full_sync(gazelle))
            settle()
        say(f"\n{connection.display_name}, {TimelineEntry.objects.count()} entries, load {os.getloadavg()[0]:.1f}")
        stack.enter_context(nullcontext() if asked.quiet else syncing())
        for measured in measures(asked.only, 3 if asked.quick else asked.times):
            say(str(measured))


def measures(only: str, times: int) -> Iterator[Measured]:
    """Each address in turn, asked many times."""
    conversations.QUESTIONS_A_MINUTE = sys.maxsize  # nobody else types as fast
    browser, visitor = office(), technician()
    for what, path in addresses():
        if only in what:
            yield measure(browser, what, path, times)
    for what, path, posted in ((".mes rv", "/assistant/", {"q": ".mes rv"}), ("my visits", "/", None)):
        if only in what:
            yield measure(visitor, what, path, times, posted)
    for program, what, path in programs():
        if only in what:
            yield measure(program, what, path, times)


def programs() -> Iterator[tuple[Client, str, str]]:
    """What the API gives in rows: the last runs of a job, clients as one types."""
    owner, _ = User.objects.get_or_create(username="mesures@exemple.ca", is_superuser=True, is_active=True)
    scopes = [SCHEDULER.name, "assistant"]
    _, secret = tokens.create(name="mesures", owner=owner, scopes=scopes, expires_at=None, by=owner)
    program = Client(SERVER_NAME="localhost", headers={"Authorization": f"Bearer {secret}"})
    job, now = next(iter(jobs())).name, timezone.now()
    told = {"job": job, "trigger": "scheduler", "started_at": now, "finished_at": now, "outcome": "success"}
    JobRun.objects.bulk_create(JobRun(slot=now - timedelta(minutes=ago), **told) for ago in range(100))
    yield program, "API, twenty runs of a job", f"/api/scheduler/logs/{job}?limit=20"
    name = Customer.objects.order_by("pk").values_list("search_key", flat=True)[7].split()[0]
    yield program, "API, clients as one types", f"/api/assistant/clients?q={name[:3]}"


@contextmanager
def syncing() -> Iterator[None]:
    """Another process that stages and reconciles changes all along."""
    command = [sys.executable, "-m", "tests.benchmarks.lists", "--sync"]
    beside = subprocess.Popen(command, env=os.environ | {"DATABASE_URL": database_url()}, stdout=subprocess.PIPE)
    try:
        assert beside.stdout is not None
        beside.stdout.readline()  # it has begun
        yield
        assert beside.poll() is None, "the sync beside died: nothing was measured during one"
    finally:
        beside.kill()
        beside.wait()


def sync_without_end() -> None:
    timeline, turn = entities()["timeline"], 0
    nodes = sample(timeline, min(CHANGED, TimelineEntry.objects.count() // 2))
    while True:
        turn += 1
        bring(timeline, [{**node, "comment": f"{node['comment'] or ''} ({turn})"} for node in nodes])
        if turn == 1:
            say("begun")


def office() -> Client:
    account, _ = User.objects.get_or_create(username="mesures@exemple.ca", is_superuser=True, is_active=True)
    browser = Client(SERVER_NAME="localhost")  # Django's test environment would time its own instruments with the pages
    browser.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    browser.get("/compte/")  # the first page of a session also writes who is there
    return browser


def technician() -> Client:
    """Whoever has the most visits to come."""
    busiest = Technician.objects.annotate(
        visits=Count("appointments", filter=Q(appointments__start__gte=timezone.now()))
    ).latest("visits")
    if busiest.login is None:
        busiest.login = User.objects.create(username="technicien@exemple.ca")
        busiest.login.groups.add(Group.objects.get(name="Technicien"))
        busiest.save()
    browser = Client(SERVER_NAME="localhost")
    browser.force_login(busiest.login, backend="django.contrib.auth.backends.ModelBackend")
    browser.get("/compte/")
    return browser


def measure(browser: Client, what: str, path: str, times: int, posted: dict[str, str] | None = None) -> Measured:
    """A page, or what it answers to a form."""

    def ask() -> HttpResponse:
        return browser.get(path) if posted is None else browser.post(path, posted, headers=BY_SCRIPT)  # type: ignore[return-value]  # the client's own subclass

    ask()  # what is prepared once
    with CaptureQueriesContext(connection) as asked:
        answer = ask()
    assert answer.status_code == 200, f"{path}: {answer.status_code}"
    queries = len(asked)  # before the next request empties the list
    taken, worked = [], []
    for _ in range(times):
        started, busy = time.perf_counter(), time.process_time()
        ask()
        taken.append(1000 * (time.perf_counter() - started))
        worked.append(1000 * (time.process_time() - busy))
    cut = quantiles(taken, n=20)
    return Measured(what, cut[9], cut[18], median(worked), queries)


def addresses() -> Iterator[tuple[str, str]]:
    """Every list; then, of the largest tables, their pages, filters and searches."""
    for model in sorted(admin.site._registry, key=lambda model: model._meta.label):
        yield f"list {model._meta.verbose_name_plural}", listed(model)
    timeline = listed(TimelineEntry)
    yield "history, page 2", f"{timeline}?p=2"
    yield "history, a page far down", f"{timeline}?p={min(200, TimelineEntry.objects.count() // 50)}"
    types = Counter(TimelineEntry.objects.order_by().values_list("entry_type", flat=True)[:SAMPLED]).most_common()
    yield "history, the commonest type", f"{timeline}?genre={types[0][0]}"
    yield "history, the rarest type", f"{timeline}?genre={types[-1][0]}"
    technician = TimelineEntry.objects.exclude(technician=None).values_list("technician", flat=True)[0]
    yield "history, of a technician", f"{timeline}?technician__id__exact={technician}"
    yield "history, gone from Gazelle", f"{timeline}?fiche=retiree"
    for what, words in words_of_the_history():
        yield f"history, {what}", f"{timeline}?q={words}"
    serial = Piano.objects.exclude(serial_number="").order_by("pk").values_list("serial_number", flat=True)[7]
    phone = Contact.objects.exclude(phone="").order_by("pk").values_list("phone", flat=True)[7]
    name = Customer.objects.order_by("pk").values_list("search_key", flat=True)[7].split()[0]
    yield "pianos, fragment of a number", f"{listed(Piano)}?q={serial[1:5]}"
    yield "contacts, digits of a telephone", f"{listed(Contact)}?q={phone[-8:]}"
    yield "clients, a name", f"{listed(Customer)}?q={name}"
    yield "clients, two letters", f"{listed(Customer)}?q={name[:2]}"
    yield "appointments, a name", f"{listed(Appointment)}?q={name}"
    for word in (serial[:5], name):
        yield f"history, of « {word} »", f"{timeline}?q={word}"
    yield "page of an entry", change(TimelineEntry, random.Random(1))
    yield "page of a client", change(Customer, random.Random(1))
    yield "page of a piano", change(Piano, random.Random(1))


def words_of_the_history() -> Iterator[tuple[str, str]]:
    """A frequent word, a rare one, two, and a beginning."""
    assert is_worded(TimelineEntry)
    texts = TimelineEntry.objects.exclude(words="").order_by("pk").values_list("words", flat=True)[:SAMPLED]
    seen = Counter(word for text in texts for word in set(text.split()) if word.isalpha() and len(word) > 3)
    ranked = [word for word, _ in seen.most_common()]
    yield f"a frequent word ({ranked[0]})", ranked[0]
    yield f"a word of the middle ({ranked[len(ranked) // 2]})", ranked[len(ranked) // 2]
    yield f"a rare word ({ranked[-1]})", ranked[-1]
    yield f"two frequent words ({ranked[0]} {ranked[1]})", f"{ranked[0]}+{ranked[1]}"
    yield f"a frequent and a rare word ({ranked[0]} {ranked[-1]})", f"{ranked[0]}+{ranked[-1]}"
    yield f"a beginning ({ranked[0][:5]}*)", f"{ranked[0][:5]}*"
    yield "a word that is nowhere", "zzyzx"


def listed(model: type) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")  # type: ignore[attr-defined]  # a model


def change(model: type, dice: random.Random) -> str:
    keys = list(model._default_manager.order_by("pk").values_list("pk", flat=True)[:500])  # type: ignore[attr-defined]  # a model
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_change", args=[dice.choice(keys)])  # type: ignore[attr-defined]  # a model


if __name__ == "__main__":
    main()
