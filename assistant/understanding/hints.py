"""What the rules ask of a sentence beyond « is this cue in it »: order, neighbours, how sure a name is."""

from __future__ import annotations

import re

from assistant.understanding import actions, courtesy, wants
from assistant.understanding.intents import Test
from assistant.understanding.lexicon import names
from assistant.understanding.sentence import Mark, Sentence
from assistant.understanding.slots import texts
from assistant.understanding.slots.found import Found
from assistant.understanding.words import plain, word_set

_UNSPEAKABLE = re.compile(r"[bcdfghjklmnpqrstvwxz]{6}|^[^aeiouy]+$")
_DEEDS = word_set("annule depense achete change refuse accepte demenage vendu paye dit")
_MONEY = word_set("argent cash piastres bidous")
_LONGEST_NAME = 5  # words
AREA_CODES = word_set("263 354 367 418 438 450 468 514 579 581 819 873")
_OPENING = frozenset({"filler", "polite", "greeting", "thanks", "ack", "yes", "you", "i", "us", "mine"})
_POLITE = _OPENING - {"mine"} | {"no", "help"}


def says_only(found: Found, kinds: str) -> bool:
    """Besides politeness there is nothing but these cues."""
    allowed = _POLITE | set(kinds.replace("when_said", "when").split(","))
    sentence = found.sentence
    return all(word.is_mark or sentence.kinds_at(place) & allowed for place, word in enumerate(sentence.words))


def has_action(found: Found, _: str) -> bool:
    return actions.find(found) is not None


def is_elsewhere(found: Found, _: str) -> bool:
    return not found.values.keys() - {
        "city",
        "cities",
        "neighborhood",
        "date_range",
        "part_of_day",
        "aggregate",
        "client_name",
        "value",
        "op",
        "measure",
        "fields",
        "metric",
        "limit",
        "direction",
        "order",
        "time",
    }


def asks_how(found: Found, _: str) -> bool:
    """« comment » leads the question, or a rule of the house is asked for; nobody's card is."""
    sentence = found.sentence
    cue = sentence.first("how_why", "house_rule")
    of_a_card = sentence.has("f_pets", "f_access_code", "f_phone", "f_address", "f_parking", "f_email")
    if cue is None or (of_a_card and ("client_name" in found.values or sentence.has("his", "there"))):
        return False
    return all(
        bool(sentence.kinds_at(place) & _OPENING) or sentence.words[place].is_mark for place in range(cue.first)
    ) or (sentence.has("house_rule"))


def is_open(found: Found, _: str) -> bool:
    """Sums by job, plural kinds of clients, clients by what they did: a question that no list answers."""
    sentence = found.sentence
    if sentence.has("ranking") and sentence.has("client", "which_client"):
        return True
    if sentence.has("how_many") and any(word.text in _MONEY for word in sentence.words):
        return not sentence.has("owe", "unpaid", "unpaid_noun", "invoice", "paid", "estimate") and not found.has_client
    if sentence.has("i") and sentence.has("when") and sentence.has("visit", "going"):
        return False  # « quelles écoles je visite lundi »
    if sentence.has("which_client", "who_has") and sentence.has("did"):
        return sentence.first("which_client") is None or sentence.word(_first(found, "which_client")) != "quel"
    if sentence.has("client_plural_who", "ranking") and sentence.has("did", "ranking"):
        return True
    followed = [sentence.word(mark.last) for mark in sentence.all("who_has")]
    if sentence.has("client") and any(word in _DEEDS for word in followed):
        return True
    return sentence.has("revenue", "organisation_plural", "charged_for", "price_asked") or (
        sentence.has("new_clients") and not sentence.has("how_many", "stats", "per_month")
    )


def _first(found: Found, kind: str) -> int:
    mark = found.sentence.first(kind)
    return mark.first if mark else 0


def has_clues(found: Found, _: str) -> bool:
    return bool(texts.terms(found.sentence))


def is_of_client(found: Found, _: str) -> bool:
    """Somebody is named or meant; « Maude a-t-elle » means nobody else."""
    sentence = found.sentence
    subject = "technician" in found.values or sentence.has("everyone")  # « l'équipe a-t-elle »
    his = [mark for mark in sentence.all("his") if not (subject and _is_a_subject(sentence, mark))]
    return found.has_client or bool(his) or any(not _is_of_an_hour(found, mark) for mark in sentence.all("there"))


def _is_of_an_hour(found: Found, mark: Mark) -> bool:
    """« le client de 15 h 30 » is nobody spoken of."""
    sentence = found.sentence
    of_an_hour = "time" in found.values and sentence.word(mark.last) in ("de", "du", "d", "a")
    return of_an_hour and sentence.text(mark.first, mark.last) in ("le client", "la cliente")


def _is_a_subject(sentence: Sentence, mark: Mark) -> bool:
    return sentence.text(mark.first, mark.last) in ("il", "elle", "ils", "elles")


def is_sure_of_client(found: Found, _: str) -> bool:
    return (
        "client_id" in found.values
        or ("client_name" in found.values and found.surety >= 3)
        or found.sentence.has("institution")
    )


def is_named(found: Found, _: str) -> bool:
    """A name and nothing that would have to mean something else."""
    sentence = found.sentence
    places = {place for slot, first, last in found.places if slot == "client_name" for place in range(first, last)}
    beside = _OPENING | {"city", "neighborhood", "except", "those", "that_one", "institution"}
    others = [
        place
        for place, word in enumerate(sentence.words)
        if place not in places
        and not (word.is_mark or word.text in AREA_CODES)
        and not sentence.kinds_at(place) & beside
        and not (word.text in names() and not sentence.kinds_at(place))
    ]
    if sentence.has("institution") or found.surety >= 4:
        others = [place for place in others if not sentence.kinds_at(place) & {"client", "there", "search", "who"}]
        return len(others) <= 1 and not any(kind[:2] == "w_" for place in others for kind in sentence.kinds_at(place))
    if others:
        return False
    name = str(found.values.get("client_name", ""))
    is_noise = name.islower() and _UNSPEAKABLE.search("".join(plain(name)))
    return len(places) <= _LONGEST_NAME and not is_noise and not sentence.has("vague", "no_name")


def is_agenda_like(found: Found, _: str) -> bool:
    sentence = found.sentence
    return sentence.has("appointment", "agenda", "free") or not sentence.has(
        "f_phone", "f_email", "f_address", "f_number", "tell_everything", "f_contact_all", "search"
    )


def asks_where_i_go(found: Found, _: str) -> bool:
    return found.sentence.has("where_do_i_go")


def is_proper(found: Found, _: str) -> bool:
    return found.is_proper or "client_id" in found.values or found.sentence.has("institution")


def names_somebody(found: Found, _: str) -> bool:
    """An institution, an id, or a name with a capital or known as one."""
    if found.sentence.has("institution", "client_id"):
        return True
    name = found.values.get("client_name", "")
    return found.has_client and (any(word[0].isupper() for word in name.split()) or bool(set(plain(name)) & names()))


def is_numbered(found: Found, _: str) -> bool:
    """« combien vaut la soumission 20417 » is about that one, no rule of the house."""
    return bool(found.values.keys() & {"estimate_number", "invoice_number"})


def is_over(found: Found, _: str) -> bool:
    """The time it asks about has passed."""
    return str(found.values.get("date_range", {}).get("end", "9999")) < found.sentence.now.date().isoformat()


def is_ahead(found: Found, _: str) -> bool:
    """The time it asks about is to come, or today."""
    return str(found.values.get("date_range", {}).get("start", "")) >= found.sentence.now.date().isoformat()


def is_just_named(found: Found, _: str) -> bool:
    """« un client qui s'appelle Lemieux »: the name is the only clue."""
    said = plain(found.values.get("client_name", ""))
    return names_somebody(found, "") and all(term in said or f"{term}s" in said for term in texts.terms(found.sentence))


def is_past(found: Found, _: str) -> bool:
    return found.sentence.past


def is_at(found: Found, _: str) -> bool:
    """« qui va à la Place des Arts », not « chez »."""
    mark = found.sentence.first("institution")
    before = [found.sentence.word(mark.first - back) for back in (1, 2)] if mark else []
    return bool({"a", "au"} & set(before))


def has_only_a_make(found: Found, _: str) -> bool:
    """« quels clients ont un Fazioli à queue »: nothing to look for in notes."""
    sentence = found.sentence
    return not [
        place for place, word in enumerate(sentence.words) if word.text.isalpha() and not sentence.kinds_at(place)
    ]


def is_about_a_thing(found: Found, _: str) -> bool:
    """« notes sur les mites »: a thing, not somebody."""
    sentence = found.sentence
    mark = sentence.first("service_notes")
    after = range(mark.last, len(sentence.words)) if mark else ()
    return any(sentence.word(place) in ("sur", "concernant") for place in after) and not is_proper(found, "")


def has_client_first(found: Found, _: str) -> bool:
    """« clients qui ont un piano à queue »: the head noun comes first."""
    client, piano = (
        found.sentence.first("client", "which_client"),
        found.sentence.first("piano", "make", "grand", "upright"),
    )
    return client is not None and (piano is None or client.first < piano.first)


def has_a_thing(found: Found, _: str) -> bool:
    """« pianos avec une table fendue »."""
    sentence = found.sentence
    mark = sentence.first("piano")
    return mark is not None and sentence.word(mark.last) == "avec" and has_clues(found, "")


def is_until_then(found: Found, _: str) -> bool:
    """« génial, à lundi »: a day to meet again, not one to look up."""
    sentence = found.sentence
    day = sentence.first("when")
    return (
        day is not None and "a" in (sentence.word(day.first - 1), sentence.word(day.first)) and says_only(found, "when")
    )


def is_courtesy(found: Found, _: str) -> bool:
    return courtesy.is_all(found.sentence)


def is_lost(found: Found, _: str) -> bool:
    """« aide-moi, je sais pas quoi demander »: help, and no affair of the house."""
    sentence = found.sentence
    small = _OPENING | _BESIDE_HELP
    return not found.values.keys() - {"fields"} and all(
        word.is_mark or (sentence.kinds_at(place) and sentence.kinds_at(place) <= small) or word.text in _ASKING_HELP
        for place, word in enumerate(sentence.words)
    )


_ASKING_HELP = word_set(
    "demander poser pose question questions comprends comprendre commencer commence idees idee faire dire perdu prend"
)
_BESIDE_HELP = word_set("help no how_why who ack w_update first_one aside his vague except w_make have busy")
TESTS: dict[str, Test] = {
    "courtesy": is_courtesy,
    "lost": is_lost,
    "of_piano": wants.is_of_a_piano,
    "counted_by": wants.is_counted_by,
    "needs_what": wants.needs_what,
    "until": is_until_then,
    "only": says_only,
    "action": has_action,
    "elsewhere": is_elsewhere,
    "how": asks_how,
    "open": is_open,
    "clues": has_clues,
    "of_client": is_of_client,
    "past": is_past,
    "at": is_at,
    "client_first": has_client_first,
    "with_a_thing": has_a_thing,
    "about": is_about_a_thing,
    "only_make": has_only_a_make,
    "numbered": is_numbered,
    "over": is_over,
    "ahead": is_ahead,
    "just_named": is_just_named,
    "somebody": names_somebody,
    "proper": is_proper,
    "surely": is_sure_of_client,
    "named": is_named,
    "agenda_like": is_agenda_like,
    "where_i_go": asks_where_i_go,
}
