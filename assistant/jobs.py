"""What the assistant does by itself at night."""

from __future__ import annotations

from datetime import timedelta

from assistant.semantic.indexing import rebuild
from assistant.vectors.embedding import NothingToLearn, Unavailable
from syncing.french import counted
from syncing.scheduling.declaring import LONG, Done, JobFailed, job


@job(
    label="Index des notes",
    about="Réapprend les mots de la maison et refait l’index de la recherche par le sens.",
    production={"": "0 5 * * *"},
    staging={"": "0 5 * * *"},
    cluster=LONG,
    attempts=2,
    pause=timedelta(minutes=10),
)
def learn() -> Done:
    try:
        done = rebuild(learn=True)
    except NothingToLearn as error:
        return Done(str(error))
    except (Unavailable, OSError) as error:
        raise JobFailed(str(error), action="Voir l’espace et les droits du dossier INDEX_DIR.") from error
    return Done(
        f"{counted(done.rows, 'ligne', 'lignes')}, {counted(done.texts, 'texte distinct', 'textes distincts')}."
    )


JOBS = (learn,)
