"""Whether a sentence orders something: the verb that leads it, known or not, and what is no order at all."""

from __future__ import annotations

import re

from assistant.understanding.lexicon import names, verbs
from assistant.understanding.sentence import Mark, Sentence
from assistant.understanding.words import word_set

_BEFORE = frozenset(
    {"filler", "polite", "you", "i", "greeting", "us", "yes", "ack", "urgent", "technician", "thanks", "when"}
)
_AUXILIARIES = word_set(
    "chu chui suis est es sont ai as a ont avons jai ete y je j on il elle"
)  # « chu booké », « est annulé »
_MAY_WE = frozenset(
    {"peut on", "pourrait on", "on peut", "on pourrait", "on devrait", "devrait on", "faudrait on", "on veut", "on va"}
)
_MODALS = word_set("devrait faut faudrait doit")  # « on devrait facturer »
_TO_SEE = word_set("voir savoir montre regarder regarde connaitre quoi juste")
_ARTICLES = word_set("la le l ma mon sa son une un")
_IMPERATIVE = ("e", "er", "ez", "is", "ir")
_TO_READ = word_set(
    "check checker checke verifie verifier retrace retracer signale signaler brosse brosser decris precise preciser "
    "compare comparer identifie identifier designe designer cite citer nomme compte compter calcule calculer estime "
    "evalue rappelle indique communique fournis epelle epeler lis relis ressors ramene raconte explique expliquer "
    "repere localise trouve cherche montre affiche donne sors resume liste existe reste possede manque concerne "
    "arrive passe pense aimerais espere consulter consulte visualiser obtenir parcourir examiner lister demander "
    "demande apprendre valider retrouver recuperer recevoir partager rassembler regrouper trier triez classer"
)
_SUBJECTS = word_set(
    "le la les l un une des du de d mon ma mes ce cette qui on y ca il elle ils elles se s ne n je j tu que qu"
)
_OBJECTS = word_set(
    "le la les l un une des du mon ma mes son sa ses leur leurs notre nos votre ce cet cette ces lui donc tout toute "
    "tous toutes the my"
)
_CLAUSE_ENDS = frozenset(",.;:!?…")
_SOMEBODY = word_set("m mme madame monsieur mr chez")
_WIPING = word_set("efface effacer vide vider clear supprime supprimer ferme")
_INFINITIVE = re.compile(r"\w+(?:er|ir|re|ez)\Z")
_COMMANDS = ("w_cancel", "w_move", "w_create", "w_confirm", "w_update", "w_close", "w_assign", "w_block", "w_note")


def commands(sentence: Sentence) -> bool:
    """A verb of the pages leads, whatever it is about, or one that no page knows."""
    known = any(_is_first(sentence, mark) and leads(sentence, mark) for mark in sentence.all(*_COMMANDS))
    return known or _wipes(sentence) or _is_unknown(sentence)


def _wipes(sentence: Sentence) -> bool:
    """« efface tout l'historique de Rivard »: more than what was said in the conversation."""
    return any(sentence.word(mark.first) in _WIPING and _is_first(sentence, mark) for mark in sentence.all("reset"))


def asks(sentence: Sentence, kind: str) -> bool:
    """The verb leads the sentence (« annule le rv », « peux-tu annuler »), so it is no participle (« rv annulé »)."""
    return any(leads(sentence, mark) for mark in sentence.all(kind))


def leads(sentence: Sentence, mark: Mark) -> bool:
    before = range(mark.first)
    asked = mark.first - 1 if sentence.word(mark.first - 1) == "tu" else mark.first
    if _is_denied(sentence, mark):
        return False
    can = sentence.text(mark.first - 2, mark.first) in _MAY_WE or sentence.word(mark.first) in _MODALS
    can = can or (sentence.word(mark.first - 2) == "que" and sentence.word(mark.first - 3) in _MODALS)
    if not can and (sentence.word(mark.first - 1) in _AUXILIARIES or sentence.word(asked - 1) in _AUXILIARIES):
        return False  # « chu tu booké »
    if mark.kind == "w_create" and sentence.word(mark.first - 1) in _ARTICLES:
        return False  # « la cédule à Simon »
    if sentence.word(mark.first - 1) in ("fait", "faites") or _has_just(sentence, mark):
        return False  # « s'est fait annuler », « vient d'annuler »
    if _INFINITIVE.match(sentence.word(mark.last - 1)) and mark.last - mark.first == 1 and mark.first > 0:
        return sentence.word(mark.first - 1) not in ("a", "pour") or mark.first > 1
    if _starts_a_clause(sentence, mark):
        return True
    return all(sentence.words[place].is_mark or bool(sentence.kinds_at(place) & _BEFORE) for place in before)


def _starts_a_clause(sentence: Sentence, mark: Mark) -> bool:
    """« ma fille est malade, annule mon rv »: behind a comma, a verb with what it is to be done to."""
    place = mark.first - 1
    while place >= 0 and not sentence.words[place].is_mark and sentence.kinds_at(place) & _BEFORE:
        place -= 1
    if place < 0 or sentence.word(place) not in _CLAUSE_ENDS:
        return False
    after = mark.last + (sentence.word(mark.last) in ("moi", "donc", "nous"))
    named = after < len(sentence.words) and sentence.words[after].capital
    return (
        sentence.word(after) in _OBJECTS or sentence.word(after) in _SOMEBODY or named or "moi" in _said(sentence, mark)
    )


def _said(sentence: Sentence, mark: Mark) -> list[str]:
    return [sentence.word(place) for place in range(mark.first, mark.last)]


def _is_unknown(sentence: Sentence) -> bool:
    """« accepte la soumission », « commande des cordes »: a verb that nothing explains, telling what to do."""
    first = next(
        (
            place
            for place, word in enumerate(sentence.words)
            if not (word.is_mark or sentence.kinds_at(place) & _BEFORE)
        ),
        None,
    )
    if first is None or sentence.kinds_at(first):
        return False
    word = sentence.word(first)
    if _INFINITIVE.match(word) and sentence.has("agenda", "appointment"):
        return False  # « je veux feuilleter mon agenda »
    return (
        word in verbs()
        and word.endswith(_IMPERATIVE)
        and word not in _TO_READ
        and word not in names()
        and sentence.word(first - 1) not in _SUBJECTS
        and sentence.word(first + 1) in _OBJECTS
    )


def _is_first(sentence: Sentence, mark: Mark) -> bool:
    """Nothing but politeness stands before."""
    return all(sentence.words[place].is_mark or sentence.kinds_at(place) & _BEFORE for place in range(mark.first))


def _is_denied(sentence: Sentence, mark: Mark) -> bool:
    """« cancelle pas rien, je veux juste voir lundi »: the verb is refused, and something is to be shown."""
    refused = "pas" in (sentence.word(mark.last), sentence.word(mark.first - 1))
    return refused and any(word.text in _TO_SEE for word in sentence.words)


def _has_just(sentence: Sentence, mark: Mark) -> bool:
    before = sentence.words[max(mark.first - 3, 0) : mark.first]
    return any(word.text in ("vient", "viens", "venait") for word in before)
