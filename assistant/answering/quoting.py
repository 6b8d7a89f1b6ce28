"""Sentences of notes that speak of something, word for word: a note is quoted, never read for a value."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.db.models import Model

from appointments.selectors import AccessNotes
from assistant.answering.contract import Fact, Line
from assistant.answering.telling import of, quoted
from clients.models import Client
from syncing.folding import words

CUES = {
    "access_code": "code codes cle cles alarme acces porte sonner sonnette interphone digicode debarcadere reception",
    "pets": "chien chiens chienne chiot chat chats chatte animal animaux perroquet oiseau lapin allergie allergique",
    "parking": "stationnement stationner stationnez parking vignette parcometre ruelle garage",
    "floor": "etage etages ascenseur escalier escaliers marches sous-sol",
    "availability": "matin soir midi lundi mardi mercredi jeudi vendredi samedi dimanche disponible avant apres",
    "pitch": "diapason hz 440 441 442 443",
    "payment": "paie paye payer paiement comptant cheque virement facturer",
}
"""The words that make a sentence worth quoting, by field."""
TO_BRING = {
    *("apporter", "apporte", "amener", "prevoir", "commander", "commande", "remplacer", "changer", "todo"),
    *("manque", "manquant", "manquante", "rallonge", "tampons"),
}
"""What a sentence says that speaks of something to bring."""
NEGATED = frozenset({"pas", "plus", "inutile", "aucun", "aucune"})
_SENTENCE = re.compile(r"[^\n.!?;]+(?:[.](?=\S)[^\n.!?;]+)*[.!?;]?")


def sentences(text: str) -> Iterator[str]:
    """The sentences and lines of a note, each on one line; a point inside a number or an address ends none."""
    for found in _SENTENCE.findall(text):
        sentence = " ".join(found.split())
        if words(sentence):
            yield sentence


def sentences_with(field: str, client: Client, notes: AccessNotes | None) -> Iterator[Line]:
    """The sentences of a client's notes that speak of a field; none when the notes are closed."""
    if notes is None or field not in CUES:
        return
    cues = set(CUES[field].split())
    for column, text in (("personal_notes", notes.personal), ("preference_notes", notes.preferences)):
        for sentence in sentences(text):
            if cues & set(words(sentence).split()):
                yield quoted(of(client, column, sentence))


def to_bring(row: Model, column: str) -> Iterator[Fact]:
    """The sentences of a note that ask for something; « ne pas apporter » and « pas besoin » ask nothing."""
    for sentence in sentences(str(getattr(row, column) or "")):
        said = set(words(sentence).split())
        if (said & TO_BRING or {"a", "faire"} <= said) and not said & NEGATED:
            yield of(row, column, sentence)
