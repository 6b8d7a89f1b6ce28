"""The fetcher on its own: see `command`."""

from __future__ import annotations

import sys

from syncing.fetching.command import main
from syncing.registry import entities

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], entities()))
