"""What the nightly backup takes of the index: which one it is, and the vectors that nobody can make again.

The rest is written anew by `reindex`.
"""

from __future__ import annotations

from assistant.semantic.indexing import directory
from assistant.semantic.storing import MANIFEST
from syncing.backups.declaring import Kept

KEPT = (Kept(name="index", label="index des notes", directory=directory, patterns=(MANIFEST, "known-*/*")),)
