"""Every date and hour in a question, as Québec says them: `find`. Pure: no clock is read, nothing is guessed.

A question is cut into tokens (`tokens`, `lexicon`, `spelling`), read by a chart parser (`chart`) under productions kept
by subject (`numbers`, `clocks`, `parts`, `dates`, `figures`, `feasts`, `cycles`, `periods`, `shifts`, `points`,
`ranges`), tied to the calendar (`resolving`, `almanac`), and kept only where it is not a name, a street number or a
serial (`cautions`).

Conventions: weeks begin on Monday and « fin de semaine » is Saturday and Sunday; a bare weekday is the next one after
today; « 30 derniers jours » goes from today − 30 to today; « dans N jours », « dans un mois », « dans un an » are whole
days; a range of hours ends when its last hour begins (« 9 h à 11 h » ends at 11 h).
"""

from __future__ import annotations

from assistant.understanding.times.finding import LATEST, OPEN, When, find

__all__ = ["LATEST", "OPEN", "When", "find"]
