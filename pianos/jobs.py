"""What is done for instruments by itself."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from pianos.maintenance.scanning import scan
from pianos.report.asking import order_of
from pianos.report.producing import NEEDED, produce
from pianos.report.telling import sentence
from syncing import french
from syncing.scheduling.declaring import LONG, Done, JobFailed, job
from syncing.scheduling.running import at_hand
from syncing.slicing import read
from syncing.vocabulary import Mode


@job(
    label="Alertes d’entretien",
    about="Lit les notes de la dernière année des institutions surveillées et met leurs alertes à jour.",
    production={"": "30 5 * * *"},
    attempts=2,
    pause=timedelta(minutes=10),
)
def maintenance_scan() -> Done:
    done = scan(now=timezone.now())
    told = french.counted(done.notes, "note lue", "notes lues")
    opened = french.counted(len(done.opened), "alerte levée", "alertes levées")
    return Done(f"{told}, {opened}, {french.counted(done.closed, 'réglée', 'réglées')}.")


@job(
    label="Rapport chronologique",
    about="Relit l’historique et les pianos, puis écrit les visites des institutions dans le classeur du rapport.",
    production={"": "0 2 * * *"},
    staging={"": "0 2 * * *"},
    attempts=2,
    pause=timedelta(minutes=10),
    cluster=LONG,
    before=("backup",),
    page="rapport",
)
def timeline_report() -> Done:
    order, told = order_of(at_hand()), ""
    try:
        read(Mode.INCREMENTAL, *NEEDED)
    except JobFailed as failed:  # what is here may be recent enough: the report says how old it is
        told = f" La lecture d’avant n’a pas réussi : {failed}"
    report = produce(order, timezone.now())
    return Done(sentence(report) + told, warning=bool(told) or report.is_troubled)


JOBS = (maintenance_scan, timeline_report)
