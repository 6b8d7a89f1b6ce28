"""Texts that mean the same share buckets; the model learned from texts is the same wherever it is learned."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from assistant.vectors.embedding import Learned
from assistant.vectors.features import BUCKETS, features
from syncing.registry import PROJECT

NOTES = [
    *("Corde cassée au fa 6, remplacée.", "Pédale forte qui grince.", "Réservoir du PLS vide.", "Banc brisé."),
    *("La clé est chez le concierge.", "Housse manquante.", "Marteaux usés, à poncer.", "Chien nerveux."),
]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Dampp-Chaser", "système d'humidité"),
        ("tuning", "accord"),
        ("CASSÉE", "cassee"),
        ("accordé", "acordé"),
        ("broken string", "corde brisée"),
    ],
)
def test_words_that_mean_the_same_share_buckets(one: str, other: str) -> None:
    assert set(features(one)[0]) & set(features(other)[0])


@pytest.mark.parametrize("text", ["", "   ", "?!", "🙂", "le la les", "\ud800"])
def test_a_text_without_a_word_has_none(text: str) -> None:
    assert features(text) == ([], [])


def test_buckets_are_each_once_and_within_bounds() -> None:
    buckets, weights = features("Corde cassée, corde remplacée. " * 500)
    assert len(set(buckets)) == len(buckets) == len(weights)
    assert 0 <= min(buckets) <= max(buckets) < BUCKETS
    assert min(weights) > 0


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return learn(tmp_path_factory.mktemp("model"))


def learn(folder: Path) -> Path:
    """In an interpreter without settings, as the command has it done."""
    lines = "".join(f"{json.dumps(note)}\n" for note in NOTES)
    command = [sys.executable, "-W", "error", "-m", "assistant.vectors.training", str(folder)]
    subprocess.run(command, input=lines, text=True, cwd=PROJECT, check=True)
    return folder


def test_learning_again_from_the_same_texts_gives_the_same_space(folder: Path, tmp_path: Path) -> None:
    one, other = Learned(folder).embed(NOTES), Learned(learn(tmp_path)).embed(NOTES)
    assert one @ one.T == pytest.approx(other @ other.T, abs=1e-4)


def test_vectors_are_of_length_one_or_nothing(folder: Path) -> None:
    lengths = np.linalg.norm(Learned(folder).embed([*NOTES, "?!"]), axis=1)
    assert lengths == pytest.approx([1.0] * len(NOTES) + [0.0], abs=1e-6)


def test_a_text_is_embedded_alike_alone_and_among_others(folder: Path) -> None:
    learned = Learned(folder)
    together = learned.embed(NOTES)
    assert all((learned.embed([note])[0] == row).all() for note, row in zip(NOTES, together, strict=True))


def test_a_mistyped_question_is_nearest_to_its_note(folder: Path) -> None:
    learned = Learned(folder)
    nearest = (learned.embed(NOTES) @ learned.embed(["pedalle fortte qui grimce"])[0]).argmax()
    assert NOTES[nearest] == "Pédale forte qui grince."
