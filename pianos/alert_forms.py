"""The words an office adds to what notes are searched for."""

from __future__ import annotations

from typing import Any

from django import forms

from pianos.maintenance.models import ProblemPhrase, ProblemType
from pianos.notes import Keyword
from pianos.notes.lexicon import phrase_words

FEWEST_LETTERS = 3


class WordsForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    """Words, their type, and what they say of it."""

    class Meta:
        model = ProblemPhrase
        fields = ("type", "phrase", "is_resolution")
        widgets = {
            "type": forms.Select(attrs={"class": "input"}),
            "phrase": forms.TextInput(attrs={"class": "input"}),
        }
        error_messages = {
            "type": {"required": "Choisissez un type.", "invalid_choice": "Choisissez un type de la liste."},
            "phrase": {"required": "Écrivez les mots à chercher.", "max_length": "80 caractères au plus."},
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["type"].queryset = ProblemType.objects.filter(is_followed=True)  # type: ignore[attr-defined]  # a choice of rows has one

    def clean_phrase(self) -> str:
        phrase = " ".join(str(self.cleaned_data["phrase"]).split())
        if max((len(word) for word in phrase_words(phrase)), default=0) < FEWEST_LETTERS:
            raise forms.ValidationError("Donnez au moins un mot de trois lettres : un plus court est dans chaque note.")
        return phrase

    def keyword(self) -> Keyword:
        """What the reader would look for."""
        told = self.cleaned_data
        return Keyword(told["type"].pk, told["phrase"], told["is_resolution"])
