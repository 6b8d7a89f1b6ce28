"""« Quel client a un chat et un Heintzman ? »: clients found by what was written of them, with the proof."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import log

from assistant.answering.asked import Asked
from assistant.answering.choosing import client_items, on_client
from assistant.answering.contract import Answer, Line, line
from assistant.answering.telling import client_name, counted, day_of, excerpt, listed, piano_name, quoted, said
from clients.models import Client, Contact
from pianos.selectors import entries, pianos_of, spoken_of
from syncing.folding import fold, words

TERMS = 6
BEST = 8
DISTINCTIVE = 100
"""A word written of so few clients tells one from the others by itself."""
READ = 500
"""Entries read in search of a proof: the newest ones."""
NAMES = ("display_name", "company_name")
NOTES = ("personal_notes", "preference_notes")
"""For the office only: to look for a word in them would tell a technician what they hold."""


def which_client(asked: Asked) -> Answer:
    """The clients of whom most of the words were written, the rarest words counting most."""
    terms = [term for term in dict.fromkeys(map(words, asked.slots.get("search_terms", ()))) if term][:TERMS]
    if not terms:
        return asked.ask_back(line("De quoi vous souvenez-vous : un instrument, un lieu, un mot de la note ?"))
    named = _named(asked, terms)
    written = spoken_of(viewer=asked.viewer, terms=terms)
    known = dict(Client.objects.visible_to(asked.viewer).present().values_list("pk", "search_key"))
    found = {term: (written[term] | named[term]) & known.keys() for term in terms}
    scores: dict[str, tuple[float, int]] = {}
    for keys in found.values():
        for key in keys:
            score, count = scores.get(key, (0.0, 0))
            scores[key] = (score + log(1 + len(known) / len(keys)), count + 1)
    kept = [
        key
        for key, (_, count) in scores.items()
        if count >= min(2, len(terms)) or any(key in keys and len(keys) <= DISTINCTIVE for keys in found.values())
    ]
    kept.sort(key=lambda key: (-scores[key][0], -scores[key][1], known[key], key))
    about = line(" pour ", listed([quoted(said(term, "search_terms")) for term in terms]))
    if not kept:
        return asked.nothing(line("Aucun client trouvé", about, "."), source="keyword")
    bulk = Client.objects.visible_to(asked.viewer).lightly().in_bulk(kept[:BEST])
    best = [bulk[key] for key in kept[:BEST]]
    proofs = _Proofs(asked, best, terms)
    items = []
    for item, client in zip(client_items(asked, best), best, strict=True):
        told = [proofs.of(client, term) for term in terms if client.pk in found[term]]
        items.append(replace(item, lines=(*item.lines, *(one for one in told if one is not None))))
    text = line(
        counted(len(kept), "client possible", "clients possibles"),
        about,
        ". Le plus probable : ",
        client_name(best[0]),
        ".",
    )
    focus = on_client(best[0]) if len(kept) == 1 else None
    return asked.answered(text, items=tuple(items), total=len(kept), focus=focus, source="keyword")


def _named(asked: Asked, terms: Sequence[str]) -> dict[str, set[str]]:
    """Those whose names, town or, for the office, notes hold a word that begins so; two queries."""
    columns = NAMES + NOTES if asked.office else NAMES
    clients = Client.objects.visible_to(asked.viewer).present().values_list("pk", *columns)
    people = Contact.objects.visible_to(asked.viewer).present().exclude(client=None).values_list("client", "search_key")
    read = [(str(key), words(" ".join(texts)).split()) for key, *texts in (*clients, *people)]
    return {term: {key for key, told in read if any(word.startswith(term) for word in told)} for term in terms}


class _Proofs:
    """What was written of a few clients, read at once."""

    def __init__(self, asked: Asked, clients: Sequence[Client], terms: Sequence[str]) -> None:
        self.asked, keys = asked, [client.pk for client in clients]
        self.pianos = pianos_of(viewer=asked.viewer, clients=keys)
        self.entries = {
            term: list(entries(viewer=asked.viewer, now=asked.now, clients=keys, asked_words=f"{term}*")[:READ])
            for term in terms
        }

    def of(self, client: Client, term: str) -> Line | None:
        """The exact words, and where they were written; None when only a name or a town holds the term."""
        for row in self.entries[term]:
            if client.pk in (row.client_id, row.piano and row.piano.client_id):
                column = "comment" if _begins(row.comment, term) else "summary"
                return line("Historique, ", day_of(row, "occurred_at"), " : ", excerpt(row, column, term))
        pianos = [piano for piano in self.pianos if piano.client_id == client.pk]
        for piano in pianos:
            if _begins(piano.notes, term):
                return line("Note du piano : ", excerpt(piano, "notes", term))
        for piano in pianos:
            if term in piano.search_key:
                return line("Piano : ", piano_name(piano))
        for column in NOTES if self.asked.office else ():
            if _begins(getattr(client, column), term):
                return line("Note du client : ", excerpt(client, column, term))
        return None


def _begins(text: str, term: str) -> bool:
    return fold(term) in text.casefold() if " " in term else any(word.startswith(term) for word in words(text).split())
