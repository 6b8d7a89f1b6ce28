"""What is told beside a question: « ma fille a un tournoi samedi, est-ce que je suis libre ? »."""

from __future__ import annotations

from assistant.understanding.lexicon import verbs
from assistant.understanding.words import Word, word_set

_ENDS = frozenset(",.;:!?…")
_TITLES = word_set("m mme mr mrs ms dr mlle st ste")
_OPENING = word_set(
    "et pis puis bon ok la donc alors mais faque so ah oh eh ben heille heye fait que euh dis salut allo bonjour"
)
_PRONOUNS = word_set("je j on il elle ils elles y ca nous chus jsuis i we she he")
_OWNED = word_set("ma mon mes le la l les un une ce cette madame monsieur mme m mr notre nos my the")
_VERBS = word_set(
    "est a ai as avons ont suis sont va vais vont veut veux veulent voulait vient viens viennent fait fais doit dois "
    "peut faut attend attends attendent demande demandent demandait sera etait etaient avait avaient reste restent "
    "part sort dort mange neige pleut mouille appelle arrive arrivent is has was are had wants marche voudrait aimerait"
)
_LEADS = tuple(
    f"{lead} "
    for lead in [
        "est ce",
        "quand",
        "combien",
        "qui",
        "ou",
        "quel",
        "quelle",
        "quels",
        "quelles",
        "comment",
        "pourquoi",
        "quoi",
        "qu",
        "c est quoi",
        "c est qui",
        "c est quand",
        "c est ou",
        "c est combien",
        "c est tu",
        "c est chez qui",
        "a quelle",
        "chez qui",
        "as tu",
        "ai je",
        "ai tu",
        "j ai tu",
        "j ai quoi",
        "jai tu",
        "peux tu",
        "pourrais tu",
        "pouvez vous",
        "donne",
        "montre",
        "dis moi",
        "trouve",
        "sors",
        "affiche",
        "is",
        "are",
        "do",
        "does",
        "what",
        "when",
        "where",
        "who",
        "how",
        "can",
        "am",
        "kesse",
        "kosse",
        "quesse",
        "y a tu",
        "y a t",
        "je veux savoir",
        "je veux voir",
        "je veux juste",
        "j aimerais savoir",
        "je voudrais savoir",
        "suis je",
        "vais je",
        "je suis tu",
        "dois je",
        "faut que je sache",
        "il faut que je sache",
        "faudrait que je sache",
        "faut je sache",
    ]
)
_ASKED = word_set("quand combien quoi quelle quel tu")
_BEFORE_A_NOUN = word_set("de du d des a au aux la le l les un une mon ma mes ce cette pour sans en et ou")
_MINE = frozenset({"mes", "mon", "ma", "my"})
_NEEDS = word_set("veut veulent voudrait voulait aimerait")
_SHORTEST = 3  # words
_LATEST_VERB = 6  # words after the subject


def asides(words: list[Word]) -> list[tuple[int, int]]:
    """The runs of words that only tell something, where another clause of the sentence asks."""
    clauses = [(first, last) for one in _cut(words) for first, last in _parted(words, *one)]
    if len(clauses) == 1:
        return []
    told = [clause for clause in clauses if _tells(words, *clause)]
    return told if any(_asks(words, *clause) for clause in clauses if clause not in told) else []


def _cut(words: list[Word]) -> list[tuple[int, int]]:
    found, start = [], 0
    for place, word in enumerate(words):
        is_end = word.text in _ENDS and not (word.text == "." and place and words[place - 1].text in _TITLES)
        if is_end or place + 1 == len(words):
            end = place if is_end else place + 1
            if end > start:
                found.append((start, end))
            start = place + 1
    return found


def _parted(words: list[Word], first: int, last: int) -> list[tuple[int, int]]:
    """« ma blonde veut savoir si je suis libre »: what somebody else wants to know."""
    said = [word.text for word in words[first:last]]
    if not said or said[0] in ("je", "j", "on", "nous"):
        return [(first, last)]
    for place, word in enumerate(said):
        wants = word == "savoir" and any(verb in _NEEDS for verb in said[max(place - 2, 0) : place])
        if wants or (word in ("demande", "demandent") and place > 1 and place + 1 < len(said)):
            return [(first, first + place + 1), (first + place + 1, last)]
    return [(first, last)]


def _start(words: list[Word], first: int, last: int) -> int:
    begin = first
    while first < last and words[first].text in _OPENING and not (first == begin and words[first].text == "la"):
        first += 1
    return first


def _asks(words: list[Word], first: int, last: int) -> bool:
    begin = _start(words, first, last)
    said = [word.text for word in words[begin:last]]
    text = " ".join(said) + " "
    if text.startswith(_LEADS) or bool(_ASKED & set(said)):
        return True
    has_verb = any(word in _VERBS or _is_a_verb(said, place) for place, word in enumerate(said) if place > 1)
    if said and said[0] in _MINE and not has_verb and "se" not in said:
        return True  # « il fait froid, mes rv de demain »
    is_question = last < len(words) and words[last].text == "?"
    return is_question or said[:1] == ["si"]


def _tells(words: list[Word], first: int, last: int) -> bool:
    begin = _start(words, first, last)
    said = [word.text for word in words[begin:last]]
    if len(said) > 1 and said[1] in ("pas", "rien") and said[0] not in ("c", "est"):
        return True  # « cancelle rien, je veux juste voir mes rv »
    if len(said) < _SHORTEST or _asks(words, first, last):
        return False
    if said[0] in ("faut", "chus") or (said[0] in _PRONOUNS and not said[1].startswith("aimer")):
        return True
    if said[0] == "c" and said[1] in ("est", "etait"):
        return True
    relative = next((place for place, word in enumerate(said) if word in ("qui", "que", "dont")), len(said))
    said = said[:relative]  # « le monde qui paye pas » tells nothing
    if len(said) > 1 and said[0] in _OWNED and "se" in said[1:4]:
        return True
    if len(said) > 1 and said[1] in _VERBS and said[0].isalpha():  # « Maude est malade »
        return True
    return said[0] in _OWNED and (
        any(word in _VERBS for word in said[1:_LATEST_VERB])
        or any(_is_a_verb(said, place) for place in range(2, min(_LATEST_VERB, len(said))))
    )


def _is_a_verb(said: list[str], place: int) -> bool:
    """« mon gars joue au hockey »; not « ma visite de demain »."""
    word = said[place]
    return word in verbs() and word.endswith(("e", "ent", "ait", "aient")) and said[place - 1] not in _BEFORE_A_NOUN
