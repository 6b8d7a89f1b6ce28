"""What the engine does by itself, and when. The hours are those of America/Toronto; none begins between 1:00 and 2:00,
an hour that comes twice in autumn, save the signs of life.
"""

from __future__ import annotations

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from syncing import french
from syncing.alerting import address, announce
from syncing.backups.faults import BackupError
from syncing.backups.making import make
from syncing.backups.models import Backup
from syncing.backups.verifying import clean_up, verify
from syncing.likening import find_likenesses
from syncing.monitoring.digest import lines
from syncing.monitoring.overview import overview
from syncing.notices import DIGEST
from syncing.notifying.queueing import NoRecipient, notify
from syncing.pruning import prune
from syncing.registry import entities
from syncing.scheduling.declaring import LONG, Done, JobFailed, Later, job
from syncing.scheduling.running import at_hand
from syncing.scheduling.waking import wake
from syncing.slicing import read
from syncing.vocabulary import Mode

EVERY_MINUTE, EVERY_FIVE = {"": "* * * * *"}, {"": "*/5 * * * *"}


@job(
    label="Battement",
    about="Relance ce qui attend un nouvel essai, envoie les avis, et prouve que l’horaire vit.",
    production=EVERY_MINUTE,
    staging=EVERY_MINUTE,
    pausable=False,
)
def tick() -> Done:
    woken = wake(timezone.now())
    told = announce()
    if told.outage or not told.looked:
        raise JobFailed("La base de données a refusé de lire les avis.", action="La cause est au journal du serveur.")
    sent = sum(told.delivered.values())
    return Done(
        f"{french.counted(woken, 'travail relancé', 'travaux relancés')}, "
        f"{french.counted(sent, 'avis traité', 'avis traités')}."
    )


@job(
    label="Battement des longs travaux",
    about="Prouve que la grappe des longs travaux vit, avant qu’on ait besoin d’elle.",
    production=EVERY_FIVE,
    staging=EVERY_FIVE,
    cluster=LONG,
    pausable=False,
)
def long_tick() -> Done:
    return Done("La grappe des longs travaux répond.")


@job(
    label="Lecture rapide",
    about="Lit ce qui vient d’arriver dans Gazelle : quelques pages.",
    production={"": "1-59/3 6-21 * * *", "evening": "1-30/3 22 * * *"},
    told_elsewhere=True,
)
def fast_sync() -> Done:
    return read(Mode.RECENT)


@job(
    label="Lecture des fiches",
    about="Relit en entier les listes qui tiennent leur promesse en moins d’une heure.",
    production={"": "*/20 6-22 * * *"},
    told_elsewhere=True,
)
def walk() -> Done:
    return read(Mode.INCREMENTAL, *(entity.name for entity in entities() if entity.promise < timedelta(hours=1)))


@job(
    label="Lecture courante",
    about="Lit dans chaque table la fenêtre qu’elle déclare.",
    production={"": "0 6-22/2 * * 1-5", "weekend": "0 8,12,18 * * 0,6"},
    staging={"": "0 */4 * * *"},
    attempts=3,
    pause=timedelta(minutes=5),
    told_elsewhere=True,
)
def incremental_sync() -> Done:
    return read(Mode.INCREMENTAL)


@job(
    label="Lecture complète",
    about="Relit tout, constate les retraits et compare avec Gazelle.",
    production={"": "0 4 * * 0"},
    cluster=LONG,
    told_elsewhere=True,
)
def full_sync() -> Done:
    return read(Mode.FULL)


@job(
    label="Sauvegarde",
    about="Copie toute la base en un fichier, et le restaure à l’essai pour prouver qu’il est bon.",
    production={"": "0 3 * * *"},
    cluster=LONG,
)
def backup() -> Done:
    """In two slices when the first is long: the second proves what the first made."""
    work = at_hand()
    try:
        made = work.stats.get("made")
        row = Backup.objects.get(pk=made) if isinstance(made, int) else make()
        work.stats["made"] = row.pk
        if work.is_out_of_time:
            raise Later(f"{row.file} est faite ; elle sera restaurée à l’essai dans une minute.")
        done = verify(row)
        clean_up()
    except BackupError as error:
        raise JobFailed(str(error), action=error.action) from error
    return Done(
        f"{row.file}, {french.octets(row.size or 0)}, restaurée à l’essai : "
        f"{french.counted(done.rows, 'ligne', 'lignes')}, {french.counted(done.tables, 'table', 'tables')}."
    )


@job(
    label="Ménage",
    about="Archive les textes bruts que les tables ont aussi, et oublie les vieux journaux.",
    production={"": "0 5 * * *"},
    staging={"": "0 5 * * *"},
    attempts=2,
    pause=timedelta(minutes=10),
)
def archive() -> Done:
    told = [f"{what} : {french.number(count)}" for what, count in prune().items() if count]
    return Done(f"{', '.join(told).capitalize()}." if told else "Rien à archiver ni à oublier.")


@job(
    label="Ressemblances",
    about="Compare les fiches qui pourraient être la même, pour la page des doublons.",
    production={"": "15 5 * * *"},
    attempts=2,
    pause=timedelta(minutes=10),
    cluster=LONG,
)
def likenesses() -> Done:
    pairs = sum(count for _, count in find_likenesses())
    return Done(f"{french.counted(pairs, 'paire à regarder', 'paires à regarder')}.")


@job(
    label="Point du matin",
    about="Écrit aux personnes qui l’ont choisi ce qui attend quelqu’un aujourd’hui ; rien quand rien n’attend.",
    production={"": "0 7 * * *"},
)
def digest() -> Done:
    seen = overview()
    if seen.verdict.next is None and not seen.decisions:
        return Done("Rien n’attend personne : aucun courriel.")
    waiting = french.counted(seen.awaiting, "élément à décider", "éléments à décider")
    body = "\n".join([*lines(seen), "", address(reverse("systeme"))])
    try:
        queued = notify(
            DIGEST,
            f"digest:{timezone.localdate(seen.at)}",
            subject=f"Ce matin : {seen.verdict.title} {waiting}.",
            body=body,
        )
    except NoRecipient as error:
        return Done(f"{error} {error.action}", warning=True)
    return Done(f"{french.counted(len(queued), 'courriel en partance', 'courriels en partance')}.")


JOBS = (tick, long_tick, fast_sync, walk, incremental_sync, full_sync, backup, archive, likenesses, digest)
