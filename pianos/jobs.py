"""What is done for instruments by itself."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from pianos.maintenance.scanning import scan
from syncing import french
from syncing.scheduling.declaring import Done, job


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


JOBS = (maintenance_scan,)
