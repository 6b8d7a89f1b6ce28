"""The slots that are words of the question itself: a keyword, clues, a product, a text."""

from __future__ import annotations

from typing import Any

from assistant.understanding.sentence import Sentence
from assistant.understanding.slots import texts
from assistant.understanding.slots.found import Found
from assistant.understanding.words import word_set

_OTHERS = word_set("d de des un une autre autres cas les")
_ARTICLES = word_set("un une le la l les des du")


def find(found: Found, intent: str, slots: dict[str, Any]) -> None:
    """Fills the free words of the intents that have some."""
    sentence = found.sentence
    if intent == "search_notes":
        _notes(found, slots)
    elif intent in ("knowledge_search", "open_question"):
        slots["text"] = sentence.question.typed.strip()
    elif intent == "semantic_search":
        _similar(sentence, slots)
    elif intent == "inventory_stock":
        _product(sentence, slots)
    elif intent == "client_search" and (mark := sentence.first("email")):
        slots["email"] = mark.value


def _similar(sentence: Sentence, slots: dict[str, Any]) -> None:
    """« cas similaires à une touche enfoncée »: what follows the cue, with its article."""
    cue = max((mark.last for mark in sentence.all("similar")), default=0)
    first, last = texts.trim(sentence, cue, len(sentence.words), keep=lambda _: True)
    if first >= last and (opening := sentence.first("similar")):  # « un piano qui vibre, on a déjà vu ça ? »
        cue, (first, last) = 0, texts.trim(sentence, 0, opening.first, keep=lambda _: True)
    if cue < first < last and sentence.word(first - 1) in _ARTICLES:
        first -= 1
    if first < last and not {word.text for word in sentence.words[first:last]} <= _OTHERS:
        slots.clear()
        slots["text"] = sentence.typed(first, last)


def _notes(found: Found, slots: dict[str, Any]) -> None:
    sentence = found.sentence
    named = any("note" in sentence.text(mark.first, mark.last) for mark in sentence.all("notes_search"))
    if sentence.has("which_client") and not named and not sentence.has("quote"):
        _clues(sentence, slots)
        return
    if (
        found.surety < (3 if found.is_proper and _comes_after(found, "notes_search") else 5)
        and "client_id" not in slots
    ):
        slots.pop("client_name", None)  # a thing looked for, like « la note sur la pédale »
    if quote := sentence.first("quote"):
        slots["keyword"] = quote.value.strip()
        return
    first, last = _keyword(found, slots)
    if first < last:
        slots["keyword"] = sentence.typed(first, last)


def _comes_after(found: Found, kind: str) -> bool:
    """« as-tu noté quelque chose sur la pédale de Bouchard »: whose pedal it is."""
    cues = found.sentence.all(kind)
    return any(slot == "client_name" and cues and first > cues[-1].last + 1 for slot, first, _ in found.places)


def _clues(sentence: Sentence, slots: dict[str, Any]) -> None:
    """« quel client à Laval a un chat » filters by city; « le client qui déménage à Québec » gives a clue."""
    which, place = sentence.first("which_client"), sentence.first("city", "neighborhood")
    is_clue = which is not None and place is not None and place.first > which.last + 1
    kept: dict[str, Any] = {slot: slots[slot] for slot in ("city", "neighborhood") if slot in slots and not is_clue}
    slots.clear()
    slots.update(kept, search_terms=texts.terms(sentence, with_places=is_clue))


def _keyword(found: Found, slots: dict[str, Any]) -> tuple[int, int]:
    """The words behind the cue; before it when nothing follows (« cherche buvard dans les notes »)."""
    sentence = found.sentence
    end = len(sentence.words)
    if sentence.has("service_notes") and not sentence.has("notes_search"):
        about = [place + 1 for place, word in enumerate(sentence.words) if word.text in ("sur", "concernant")]
        if about:
            return texts.trim(sentence, about[0], end)
    if (instrument := sentence.first("piano")) and sentence.word(instrument.last) == "avec":
        return texts.trim(sentence, instrument.last, end)
    colon = next((place for place, word in enumerate(sentence.words) if word.text == ":"), end)
    if sentence.has("notes_search") and colon + 1 < end:
        return texts.trim(sentence, colon + 1, end)
    first, last = _without_client(
        found, slots, *texts.after(sentence, "notes_search", "who_has", "which_pianos", "search", "service_notes")
    )
    of_somebody = all(
        sentence.word(place) == "de" or "technician" in sentence.kinds_at(place) for place in range(first, last)
    )
    if not of_somebody or not sentence.has("notes_search"):
        return first, last
    return _before_the_notes(sentence)


def _without_client(found: Found, slots: dict[str, Any], first: int, last: int) -> tuple[int, int]:
    if "client_name" in slots:
        name = next((start for slot, start, _ in found.places if slot == "client_name" and start >= first), last)
        last = min(last, name)
    return texts.trim(found.sentence, first, last)


def _before_the_notes(sentence: Sentence) -> tuple[int, int]:
    """« le mot feutre dans les notes », « quelque chose sur les mites dans mes notes », « cherche buvard dans … »."""
    cues = sentence.all("notes_search")
    end = cues[-1].first
    openings = [
        mark.last
        for mark in (*cues[:-1], *sentence.all("search", "where_is", "which_pianos", "who_has", "have"))
        if mark.last <= end
    ]
    openings += [place + 1 for place in range(end) if sentence.word(place) in ("sur", "concernant")]
    return texts.trim(sentence, max(openings, default=0), end)


def _product(sentence: Sentence, slots: dict[str, Any]) -> None:
    """« combien de cordes il me reste », « inventaire de cordes », « j'ai-tu des cordes dans mon camion »."""
    left = sentence.first("remaining")
    for cue in (sentence.first("how_many"), left, sentence.first("stock"), sentence.first("have")):
        if cue is None:
            continue
        start = left.last if left and left.first == cue.last else cue.last
        ends = [mark.first for mark in sentence.all("remaining", "stock", "technician", "have", "i")]
        end = min((place for place in ends if place > start), default=len(sentence.words))
        first, last = texts.trim(sentence, start, end)
        if first < last and not sentence.kinds_at(first) & {"technician", "mine", "full"}:
            slots["product"] = sentence.typed(first, last)
            return
