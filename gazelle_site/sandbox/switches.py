"""What the contract leaves open, or what a test wants to vary: one field per question."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Switches:
    """How this stand-in answers where the real API is uncertain; every field may be changed while it runs."""

    max_first: int | None = None
    """Largest page served whatever `first` says; None means no ceiling, as observed."""
    timeline_piano_filter: bool = False
    """allTimelineEntries(pianoId:) was reported as not working, so it is ignored unless this is set."""
    not_found_errors: bool = False
    """A single read of an unknown id answers null, or a NOT_FOUND error when this is set."""
    refresh_rotates: bool = True
    """A refresh answers with a new refresh token; when false the answer has none and the old one stays good."""
    token_lifetime: int = 7200
    """Seconds an access token is accepted."""
    clock_skew: float = 0.0
    """Seconds by which the server's clock is ahead: Date headers, instants of edits, `created_at` of tokens."""
