"""What the agenda does by itself."""

from __future__ import annotations

from appointments.changes.models import NoticeState
from appointments.changes.sending import send_due
from syncing.french import counted
from syncing.scheduling.declaring import Done, job


@job(
    label="Avis de changement",
    about="Relit dans Gazelle les rendez-vous qui ont changé, puis écrit à leurs techniciens.",
    production={"": "* 7-21 * * *"},
    staging={"": "* 7-21 * * *"},
)
def change_notices() -> Done:
    found = send_due()
    if not found:
        return Done("Aucun avis à envoyer.")
    told = [
        counted(found[NoticeState.COMPOSED], "avis remis à l’envoi", "avis remis à l’envoi"),
        counted(found[NoticeState.SKIPPED], "ignoré", "ignorés"),
        counted(found[NoticeState.PENDING], "remis à plus tard", "remis à plus tard"),
    ]
    if lost := found[NoticeState.UNSENDABLE]:
        told.append(f"{counted(lost, 'personne', 'personnes')} sans adresse")
    return Done(f"{', '.join(told)}.", warning=bool(lost))


JOBS = (change_notices,)
