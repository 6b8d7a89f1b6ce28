"""Understanding a question: what is asked, of whom, for when. Pure: no database, no Django, no clock."""

from assistant.understanding.understanding import Refused, understand
from assistant.understanding.vocabulary import Named, Person, Vocabulary

__all__ = ["Named", "Person", "Refused", "Vocabulary", "understand"]
