"""The search by meaning at real volume, beside FAISS and beside words alone: `python -m tests.benchmarks.semantic`.

126 519 distinct texts: those of the stand-in Gazelle’s timeline, and notes of `paraphrases` among them, which are then
asked for in other words. No database; `--quick` only proves that every measure still runs.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import django
import numpy as np

from assistant.vectors.embedding import Embedder
from gazelle_site.sandbox import Sandbox
from syncing.folding import words
from syncing.registry import PROJECT
from tests.benchmarks import memory
from tests.benchmarks.figures import say, thousands
from tests.benchmarks.paraphrases import Asked, Pair, pairs

BENCH_PYTHON = PROJECT / "var" / "bench-venv" / "bin" / "python"
ROWS, ASKED, QUICK = 126_519, 500, 20
TOP = 10
Search = Callable[[str], Sequence[int]]


@dataclass(frozen=True)
class Corpus:
    """Texts, of which the last ones are those of `pairs`."""

    texts: Sequence[str]
    pairs: Sequence[Pair]

    def said(self, place: int) -> frozenset[str]:
        """What a note of the pairs says; nothing for another text."""
        number = place - (len(self.texts) - len(self.pairs))
        return self.pairs[number].said if number >= 0 else frozenset()


def corpus(rows: int, size: str) -> Corpus:
    records = Sandbox(size=size, seed=1, today=date(2026, 11, 20)).records("timeline")
    texts = list(dict.fromkeys("\n".join(filter(None, (r.get("summary"), r.get("comment")))) for r in records))
    made = list(pairs(1, rows - len(texts)))
    return Corpus([*texts, *(pair.note for pair in made)], made)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.semantic", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a small volume: proves that the measures still run")
    quick: bool = parser.parse_args().quick
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    found = corpus(2000, "small") if quick else corpus(ROWS, "real")
    load = os.getloadavg()[0]
    say(f"{thousands(len(found.texts), exact=True)} distinct texts, {os.cpu_count()} cores, load {load:.1f}")
    with tempfile.TemporaryDirectory() as folder:
        measure(found, Path(folder), QUICK if quick else ASKED)


def measure(found: Corpus, folder: Path, count: int) -> None:
    # Imported here: the settings have to be there first.
    from assistant.semantic.documents import Document
    from assistant.semantic.parts import read_part, write_part
    from assistant.semantic.searching import fused
    from assistant.vectors.embedding import Learned

    cost = learn(found, folder)
    say(f"{'Learning, in its own process':<42}{cost['seconds']:>8.1f} s, at most {cost['megabytes']:.0f} MB")
    learned = Learned(folder)
    started = time.perf_counter()
    write_part(folder, (Document("timeline", str(at), text) for at, text in enumerate(found.texts)), learned)
    say(f"{'Embedding and writing all of it':<42}{time.perf_counter() - started:>8.1f} s")
    say(f"{'Index on the disk, with its model':<42}{sum(f.stat().st_size for f in folder.iterdir()) / 1e6:>8.0f} MB")
    part, keywords = read_part(folder), Keywords(found.texts, learned.is_rare)

    def by_meaning(text: str) -> list[int]:
        return [int(one.id) for one in part.nearest(learned.embed([text])[0], TOP * 2, None)]

    ways: dict[str, Search] = {
        "by meaning": by_meaning,
        "by words, all of them": keywords.all_of,
        "by words, BM25": keywords.ranked,
        "as the product does, both": lambda text: fused(by_meaning(text), keywords.of_the_product(text)),
    }
    chosen = random.Random(3).sample(found.pairs, count)
    say(f"Recall at {TOP} of the note that was reworded, {count} notes")
    say(f"{'':<42}{''.join(f'{asked:>12}' for asked in Asked)}")
    for name, way in ways.items():
        hits = [sum(pair.said in map(found.said, way(pair.asked[asked])[:TOP]) for pair in chosen) for asked in Asked]
        say(f"  {name:<40}{''.join(f'{hit / count:>12.3f}' for hit in hits)}")
    speed(found.texts, chosen, learned, folder)


def learn(found: Corpus, folder: Path) -> dict[str, float]:
    with tempfile.TemporaryFile("w+") as lines:
        lines.writelines(json.dumps(text) + "\n" for text in found.texts)
        lines.seek(0)
        command = [
            sys.executable,
            "-m",
            memory.__name__,
            sys.executable,
            "-m",
            "assistant.vectors.training",
            str(folder),
        ]
        done = subprocess.run(command, stdin=lines, capture_output=True, text=True, cwd=PROJECT, check=True)
    cost: dict[str, float] = json.loads(done.stdout)
    return cost


class Keywords:
    """The texts in SQLite’s full text search, as the timeline has them, and the usual ways of asking it."""

    def __init__(self, texts: Sequence[str], is_rare: Callable[[str], bool]) -> None:
        self.texts, self.is_rare = [set(words(text).split()) for text in texts], is_rare
        self.database = sqlite3.connect(":memory:")
        self.database.execute("CREATE VIRTUAL TABLE notes USING fts5(words)")
        rows = ((at, words(text)) for at, text in enumerate(texts))
        self.database.executemany("INSERT INTO notes (rowid, words) VALUES (?, ?)", rows)

    def _found(self, condition: str, order: str, limit: int) -> list[int]:
        question = f"SELECT rowid FROM notes WHERE notes MATCH ? ORDER BY {order} LIMIT {limit}"  # noqa: S608  # our own words
        return [at for (at,) in self.database.execute(question, [condition])]

    def all_of(self, text: str) -> list[int]:
        return self._found(" ".join(f'"{word}"' for word in words(text).split()), "rowid DESC", TOP)

    def ranked(self, text: str) -> list[int]:
        return self._found(" OR ".join(f'"{word}"' for word in words(text).split()), "rank", TOP)

    def of_the_product(self, text: str) -> list[int]:
        """All the words that say something, or one that is rare; those that hold the most first."""
        from assistant.semantic.words import LIMIT, alone, significant

        asked = significant(text)
        either = [f"({' '.join(asked)})", *alone(asked, self.is_rare)] if asked else []
        found = self._found(" OR ".join(either), "rowid DESC", LIMIT) if either else []
        return sorted(found, key=lambda at: -len(self.texts[at] & set(asked)))


def speed(texts: Sequence[str], chosen: Sequence[Pair], learned: Embedder, folder: Path) -> None:
    """Beside FAISS, in an interpreter that has it; questions are those of the pairs."""
    if not BENCH_PYTHON.exists():
        sys.stderr.write("FAISS ABSENT : `make bench` l’installe dans var/bench-venv.\n")
        return
    np.save(folder / "given.npy", learned.embed(texts))
    np.save(folder / "asked.npy", learned.embed([text for pair in chosen for text in pair.asked.values()]))
    command = [
        str(BENCH_PYTHON),
        "-m",
        "tests.benchmarks.with_faiss",
        str(folder / "given.npy"),
        str(folder / "asked.npy"),
    ]
    say(f"Exact best {TOP}, milliseconds{'':<16}{'p50':>8}{'p95':>8}{'own p50':>10}{'own p95':>10}")
    with subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, text=True) as child:
        for line in child.stdout or ():
            told = json.loads(line)
            figures = f"{told['p50']:>8.2f}{told['p95']:>8.2f}{told['own_p50']:>10.2f}{told['own_p95']:>10.2f}"
            say(f"  {told['vectors'] + ', ' + told['way']:<40}{figures}")


if __name__ == "__main__":
    main()
