"""Texts as vectors: what embeds them, what finds the nearest. Knows no table, needs no Django."""

from __future__ import annotations

import os

# Before numpy is loaded: with two threads for one small product, one waits for the other on a busy machine, and the
# slowest searches take ten times longer.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
