"""Answers that list nothing: what may be asked, courtesies, what is done elsewhere, what is not known here yet."""

from __future__ import annotations

from assistant.answering.asked import Asked
from assistant.answering.choosing import clients_named
from assistant.answering.contract import Answer, Line, Link, line
from assistant.answering.counting import NO_ROAD
from assistant.understanding.results import Outcome
from syncing.mirrored_links import gazelle_address
from syncing.registry import entities

ACTIONS = {
    "cancel_appointment": "d’annuler un rendez-vous",
    "move_appointment": "de déplacer un rendez-vous",
    "create_appointment": "de créer un rendez-vous",
    "joint_appointment": "d’ajouter un accompagnateur à un rendez-vous",
    "estimate_create": "de créer une soumission",
    "estimate_review": "de réviser une soumission",
    "estimate_duplicate": "de copier une soumission",
    "invoice_create": "de créer une facture",
    "invoice_duplicate": "de copier une facture",
    "send_message": "d’envoyer un message",
    "update_client": "de modifier une fiche de client",
    "complete_appointment": "de marquer un rendez-vous terminé",
    "update_stock": "de modifier le stock",
    "add_note": "d’ajouter une note",
    "delete_note": "d’effacer une note",
    "mark_paid": "de marquer une facture payée",
}
"""What each write request would do; others are said in general."""


def action_request(asked: Asked) -> Answer:
    """What would be done, and where it is done; nothing is executed."""
    what = ACTIONS.get(str(asked.slots.get("action") or ""), "d’écrire dans Gazelle")
    text = line("Vous demandez ", what, ". Cela se fait dans Gazelle : rien n’a été changé.")
    return Answer(
        asked.understood.intent, Outcome.REFUSE_ACTION, text, slots=asked.slots, links=_where_it_is_done(asked)
    )


def help_(asked: Asked) -> Answer:
    """What this asker may ask."""
    yours = "votre agenda, le prochain rendez-vous, ce qu’il faut apporter, " if asked.asker.technician else ""
    office = "l’agenda de chacun, les factures, les statistiques de l’équipe, " if asked.office else ""
    text = line(
        "Vous pouvez demander ",
        yours,
        office,
        "un client, ses pianos, son historique, un numéro de série, des mesures, ou des mots dans les notes.",
    )
    return asked.answered(text, suggestions=_starters(asked))


def smalltalk(asked: Asked) -> Answer:
    return asked.answered(line("Je vous écoute."), suggestions=_starters(asked))


def reset(asked: Asked) -> Answer:
    """A new subject: the client and the list spoken of are forgotten."""
    return asked.answered(line("C’est oublié. Que cherchez-vous ?"), suggestions=_starters(asked))


def not_understood(asked: Asked) -> Answer:
    text = line("Je n’ai pas compris. Nommez un client, un technicien, une date ou un numéro de série.")
    return asked.not_found(text, suggestions=_starters(asked))


def out_of_scope(asked: Asked) -> Answer:
    text = line("Je ne réponds que de l’agenda, des clients, des pianos et de leur entretien.")
    return asked.not_found(text, suggestions=_starters(asked))


def inventory_stock(asked: Asked) -> Answer:
    return _unknown_here(
        asked, line("Le stock par technicien n’est pas encore tenu ici : je ne connais aucune quantité.")
    )


def tours(asked: Asked) -> Answer:
    return _unknown_here(
        asked, line("Les tournées ne sont pas encore tenues ici : je ne connais que les rendez-vous de l’agenda.")
    )


def knowledge_search(asked: Asked) -> Answer:
    text = line("La base de connaissances n’est pas encore tenue ici. Je peux chercher des mots dans les notes.")
    return _unknown_here(asked, text)


def open_question(asked: Asked) -> Answer:
    text = line("Je ne sais pas encore répondre à cette question. Je peux chercher des mots dans les notes.")
    return _unknown_here(asked, text)


def day_distance(asked: Asked) -> Answer:
    return _unknown_here(asked, NO_ROAD)


def _unknown_here(asked: Asked, text: Line) -> Answer:
    """Understood, and answered by what is missing."""
    return asked.answered(text, suggestions=_starters(asked))


def _starters(asked: Asked) -> tuple[str, ...]:
    if asked.asker.technician:
        return ("Mes rendez-vous aujourd’hui", "Mes rendez-vous demain", "Que dois-je apporter demain ?")
    if asked.office:
        return ("L’agenda complet demain", "Rendez-vous à confirmer", "Factures impayées")
    return ()


def _where_it_is_done(asked: Asked) -> tuple[Link, ...]:
    """The record in Gazelle that the request is about, when it can be told and addresses are known here."""
    key = str(asked.slots.get("appointment_id") or "")
    entity = entities()["appointments" if key else "clients"]
    if not key and asked.slots.get("client_name"):
        found = clients_named(asked)
        key = found[0].client.pk if len(found) == 1 else ""
    address = gazelle_address(entity, key or asked.memory.client) if key or asked.memory.client else ""
    return (Link("Ouvrir dans Gazelle", address),) if address else ()
