"""How the words of a question are spelled: phone spelling written out, elisions parted, slips mended."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from itertools import pairwise

from assistant.understanding import numerals
from assistant.understanding.lexicon import (
    Lexicon,
    Meaning,
    house,
    lines,
    names,
    ordinary,
    proper_speller,
    speller,
    time_words,
)
from assistant.understanding.text import Question
from assistant.understanding.times.lexicon import TAGS
from assistant.understanding.vocabulary import Vocabulary
from assistant.understanding.words import Word, plain, word_set

_GREETINGS = word_set("salut allo bonjour hey hi bonsoir s il te vous plait stp svp")
BEFORE_A_NAME = word_set("chez m mme madame monsieur mr dr client cliente famille rue")
# « l'agenda » typed « lagenda »; « je » and « me » lose their vowel before any letter (« jparte », « mreste »).
_ELIDED = frozenset("jdlmtsnc")
_ELIDED_ANYWHERE = frozenset("jm")
_VOWELS = frozenset("aeiouyh")


def read(typed: list[Word], vocabulary: Vocabulary) -> list[Word]:
    """The words, with what was typed as one and stands for several parted, and what was misheard put right."""
    words: list[Word] = []
    place = 0
    while place < len(typed):
        word = typed[place]
        end, meant = _meant(typed, place)
        if end > place:
            words += [Word(text, word.start, typed[end - 1].end, word.capital) for text in meant]
            place = end
            continue
        said = _written_out().get(word.text)
        pieces = list(said) if said else _parted(word, vocabulary)
        words += [word] if pieces is None else _pieces(word, pieces, together=said is not None)
        place += 1
    return numerals.read(words)


def _meant(typed: list[Word], place: int) -> tuple[int, tuple[str, ...]]:
    """« deux mains » → « demain »: the longest run that begins here and stands for other words, and these."""
    runs = list(_heard().at([word.text for word in typed], place))
    if not runs:
        return place, ()
    end, meanings = runs[-1]
    return end, tuple(meanings[0].value.split())


@cache
def _heard() -> Lexicon:
    lexicon = Lexicon()
    for line in lines("heard.txt"):
        meant, _, runs = line.partition(":")
        for run in runs.split(","):
            lexicon.add(plain(run), Meaning("heard", " ".join(plain(meant))))
    return lexicon


def _pieces(word: Word, texts: list[str], *, together: bool) -> list[Word]:
    """Words for the letters of one: all of them over the whole, or one after the other."""
    if together:
        return [Word(text, word.start, word.end, word.capital) for text in texts]
    middle = word.start + len(texts[0])
    return [replace(word, text=texts[0], end=middle), Word(texts[1], middle, word.end)]


@cache
def _written_out() -> dict[str, tuple[str, ...]]:
    page = {}
    for line in lines("spellings.txt"):
        meant, _, typed = line.partition(":")
        page.update({word: plain(meant) for word in plain(typed)})
    return page


def _parted(word: Word, vocabulary: Vocabulary) -> list[str] | None:
    """« daccords » → « d accords »; nothing for a word that is known as it is, or may be a name."""
    text = word.text
    known = (house().words, vocabulary.lexicon.words, time_words(), TAGS, names(), ordinary())
    if word.capital or len(text) < 4 or not text.isalpha() or any(text in words for words in known):
        return None
    for elided in ("qu", text[0] if text[0] in _ELIDED else ""):
        rest = text.removeprefix(elided)
        bare = rest[0] in _VOWELS or elided in _ELIDED_ANYWHERE
        if elided and rest != text and bare and len(rest) >= 3 and (rest in house().words or rest in time_words()):
            return [elided, rest]
    return None


def mended(question: Question, words: list[Word], vocabulary: Vocabulary, *, shouted: bool) -> list[str]:
    """Every word with a slip mended; of what may be somebody's name, only towards a place, a make or a date."""
    said = [_mended(question, words, place, vocabulary, shouted=shouted) for place in range(len(words))]
    for place, (word, after) in enumerate(pairwise(said)):
        if word == "se" and after in TAGS:  # « se soir »: heard alike
            said[place] = "ce"
    return said


def _mended(question: Question, words: list[Word], place: int, vocabulary: Vocabulary, *, shouted: bool) -> str:
    word = words[place]
    if word.text in vocabulary.lexicon.words or word.text in house().words or word.text in TAGS:
        return word.text
    starts = all(one.text in _GREETINGS or one.is_mark for one in words[:place])
    cried = len(word.text) > 5 and question.as_typed(word.start, word.end).isupper()
    is_capital = word.capital and not (starts or cried or shouted)
    if is_capital or (place and words[place - 1].text in BEFORE_A_NAME):
        return proper_speller().mend(word.text)
    mended = speller().mend(word.text)
    return mended if mended != word.text else vocabulary.speller.mend(word.text)
