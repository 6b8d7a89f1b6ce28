"""What the agenda does by itself, and when. Staging composes the same messages, and sends none."""

from __future__ import annotations

from datetime import timedelta

from appointments.alerts.ahead import long_booked_list, week_ahead
from appointments.alerts.working import alert_as_asked, alert_for_tomorrow
from appointments.changes.models import NoticeState
from appointments.changes.sending import send_due
from syncing.french import counted
from syncing.scheduling.declaring import Done, job

AT_NINE, AT_SIXTEEN = {"": "0 9 * * *"}, {"": "0 16 * * *"}
PAUSE = timedelta(minutes=10)


@job(
    label="Rendez-vous de demain non confirmés",
    about="Relit l’agenda dans Gazelle, puis écrit à chaque technicien pour chaque rendez-vous que le client n’a pas "
    "confirmé.",
    production=AT_SIXTEEN,
    staging=AT_SIXTEEN,
    attempts=2,
    pause=PAUSE,
)
def unconfirmed_tomorrow() -> Done:
    return alert_for_tomorrow()


@job(
    label="Alertes de rendez-vous à la main",
    about="Fait le même envoi pour le jour et les techniciens demandés ; sans précision, pour demain.",
    attempts=2,
    pause=PAUSE,
)
def unconfirmed_by_hand() -> Done:
    return alert_as_asked()


@job(
    label="Semaine à venir, non confirmés",
    about="Écrit aux techniciens qui l’ont choisi leurs rendez-vous des 7 prochains jours qui ne sont pas confirmés.",
    production=AT_NINE,
    staging=AT_NINE,
    attempts=2,
    pause=PAUSE,
)
def unconfirmed_week() -> Done:
    return week_ahead()


@job(
    label="Rendez-vous pris depuis longtemps",
    about="Écrit au bureau les rendez-vous dans 7 jours pris il y a 3 mois ou plus ; rien s’il n’y en a pas.",
    production=AT_NINE,
    staging=AT_NINE,
    attempts=2,
    pause=PAUSE,
)
def long_booked() -> Done:
    return long_booked_list()


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


JOBS = (unconfirmed_tomorrow, unconfirmed_by_hand, unconfirmed_week, long_booked, change_notices)
