"""What runs by itself and does not: a schedule that stopped, workers that died, jobs that failed or never began."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.urls import reverse
from django_q.models import Schedule

from syncing import french
from syncing.monitoring.finding import Finding, Level
from syncing.monitoring.timetable import GRACE, JobStatus, silent_since, statuses
from syncing.scheduling.declaring import DEFAULT, LONG, jobs
from syncing.scheduling.models import ORPHAN, JobPlan, JobRun, Trigger

STUCK = timedelta(minutes=2)
"""A living cluster moves a row of the schedule on within thirty seconds of its hour."""
SEEN = timedelta(minutes=5)
LATEST_BEATS = 12
START = {DEFAULT: "python manage.py qcluster", LONG: "Q_CLUSTER_NAME=long python manage.py qcluster"}
WHOSE = {DEFAULT: "Les travailleurs", LONG: "Les travailleurs des longs travaux"}


def findings(now: datetime, *, readings_stopped: bool) -> list[Finding]:
    """Everything about jobs that needs somebody. `readings_stopped`: why readings fail is known, and said."""
    states = statuses(now)
    found: list[Finding] = []
    silent: set[str] = set()
    if settings.SCHEDULER_ENABLED:
        found += _declaration()
        dead = list(_silent(states, now))
        silent = {cluster for cluster, _ in dead}
        found += [finding for _, finding in dead]
        found += _twice(now)
    living = [state for state in states if state.job.cluster not in silent]
    return [*found, *_late(living, now), *_waiting(living, now), *_failed(states, now, readings_stopped)]


def _declaration() -> Iterator[Finding]:
    wanted = {row: cron for job in jobs() for row, cron in job.lines(settings.SCHEDULER_ENV).items()}
    declared = dict(JobPlan.objects.values_list("name", "cron"))
    if wanted != declared:
        yield Finding(
            "schedule:undeclared",
            Level.FAULT,
            f"L’horaire de cette version compte {french.counted(len(wanted), 'ligne', 'lignes')}, "
            f"celui qui est déclaré {french.number(len(declared))} : ils ne sont pas les mêmes.",
            "Déclarez l’horaire.",
            command="python manage.py schedules",
            title="L’horaire n’est pas celui de cette version.",
        )


def _silent(states: list[JobStatus], now: datetime) -> Iterator[tuple[str, Finding]]:
    """Dead, and which part of it: who moves the rows of the schedule on, or who works."""
    for cluster in (DEFAULT, LONG):
        since = silent_since(states, cluster, now)
        if since is None:
            continue
        stopped = Schedule.objects.filter(cluster=cluster, next_run__lt=now - STUCK).exists()
        moment = french.since(since, now)
        what = "L’horaire" if cluster == DEFAULT else "L’horaire des longs travaux"
        cause = (
            f"{what} est arrêté {moment} : plus rien ne commence de soi-même."
            if stopped
            else f"{WHOSE[cluster]} ne répondent plus {moment} : l’horaire avance, et rien n’est fait."
        )
        yield (
            cluster,
            Finding(
                f"schedule:{cluster}" if stopped else f"workers:{cluster}",
                Level.FAULT,
                cause,
                "Démarrez-le." if stopped else "Arrêtez ce qui reste de cette grappe, puis redémarrez-la.",
                command=START[cluster],
                title=f"{what} est arrêté." if stopped else f"{WHOSE[cluster]} ne répondent plus.",
            ),
        )


def _twice(now: datetime) -> Iterator[Finding]:
    """Rows that nobody declared, and two clusters on one machine: most often the orphans of one that was killed."""
    strangers = list(Schedule.objects.exclude(name__in=JobPlan.objects.values("name")).values_list("name", "func"))
    if strangers:
        named = french.listed([name or func for name, func in strangers])
        yield Finding(
            "schedule:strangers",
            Level.FAULT,
            f"Un autre horaire est inscrit dans la base, que ce programme n’a pas déclaré : {named}.",
            "Cherchez qui l’a écrit, puis effacez ces lignes de la table django_q_schedule.",
            title="Deux horaires se partagent la base.",
            count=len(strangers),
        )
    orphans = JobRun.objects.filter(heartbeat_at__gte=now - SEEN, slot__gte=now - timedelta(days=1))
    orphan = orphans.filter(worker__endswith=ORPHAN).values_list("worker", flat=True).first()
    if orphan:
        host, _, number = orphan.removesuffix(ORPHAN).rpartition(":")
        yield _two(f"Une grappe dont le processus principal est mort travaille encore sur {host} (processus {number}).")
        return
    beats = JobRun.objects.filter(job="tick", trigger=Trigger.SCHEDULER).exclude(worker="")
    workers = list(beats.order_by("-slot").values_list("worker", flat=True)[:LATEST_BEATS])
    for worker in dict.fromkeys(workers):
        host = worker.rpartition(":")[0]
        first, last = workers.index(worker), len(workers) - workers[::-1].index(worker)
        between = {other for other in workers[first:last] if other != worker and other.rpartition(":")[0] == host}
        if between:
            numbers = french.listed([one.rpartition(":")[2] for one in sorted({worker, *between})])
            yield _two(f"Deux grappes tournent en même temps sur {host} (processus {numbers}).")
            return


def _two(cause: str) -> Finding:
    return Finding(
        "schedule:twice",
        Level.FAULT,
        f"{cause} Rien n’est fait deux fois, mais l’une peut être d’une version passée.",
        "Arrêtez les deux avec leurs enfants, puis redémarrez-en une.",
        title="Deux horaires tournent à la fois.",
    )


def _late(states: Iterable[JobStatus], now: datetime) -> Iterator[Finding]:
    for state in states:
        if state.awaited is not None and state.pause is None:
            hour = french.day_and_clock(state.awaited, now)
            yield Finding(
                f"job_late:{state.job.name}",
                Level.FAULT,
                f"« {state.job.label} » devait commencer {hour} et ne l’a pas fait.",
                "Voir ce travail",
                url=_page(state),
                title=f"« {state.job.label} » n’a pas commencé.",
            )


def _waiting(states: Iterable[JobStatus], now: datetime) -> Iterator[Finding]:
    """Asked for, and nobody came: where nothing is planned, that is how a dead worker shows."""
    for state in states:
        run = state.at_hand
        if run is not None and not run.owner and run.not_before < now - GRACE[state.job.cluster]:
            yield Finding(
                "jobs_waiting",
                Level.WATCH,
                f"« {state.job.label} » attend un travailleur {french.since(run.not_before, now)}.",
                "Démarrez-le.",
                command=START[state.job.cluster],
                title="Un travail attend, et personne ne le prend.",
            )
            return


def _failed(states: Iterable[JobStatus], now: datetime, readings_stopped: bool) -> Iterator[Finding]:
    for state in states:
        run = state.failed
        if run is not None and not (state.job.told_elsewhere and readings_stopped):
            what = run.message or "Le processus qui y travaillait a disparu."
            hour = french.day_and_clock(run.started_at or run.slot, now)
            yield Finding(
                f"job:{state.job.name}",
                Level.FAULT,
                f"« {state.job.label} », {hour} : {what}",
                run.action or "Voir ce travail",
                url=_page(state),
                title=f"« {state.job.label} » n’a pas réussi.",
            )


def _page(state: JobStatus) -> str:
    return reverse("travail", args=[state.job.name])
