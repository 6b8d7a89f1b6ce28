"""Every date and hour in a question, as Québec says them: `find`. Pure: no clock is read, nothing is guessed.

A question is cut into tokens (`tokens`, `lexicon`, `spelling`), read by a chart parser (`chart`) under productions kept
by subject (`numbers`, `clocks`, `parts`, `dates`, `years`, `figures`, `feasts`, `cycles`, `periods`, `weekends`,
`shifts`, `points`, `ranges`, `bounds`), tied to the calendar (`resolving`, `almanac`), and kept only where it is not a
name, a street number or a serial (`cautions`, `neighbours`).

Conventions: weeks begin on Monday and « fin de semaine » is Saturday and Sunday; a bare weekday is the next one after
today; « 30 derniers jours » goes from today − 30 to today; « dans N jours », « dans un mois », « dans un an » are whole
days; a range of hours ends when its last hour begins (« 9 h à 11 h » ends at 11 h). « Récemment » is three months back,
« très récemment » one; « dès lundi » and « à partir de lundi » have no end; « l'autre lundi » is the last one; a range
under way is this month's or this year's (on the 17th, « du 15 au 20 »); « tous les lundis » is the next one; « l'heure
du déjeuner » is noon, as date libraries have it; an offset after an ISO instant leaves its wall clock as written.
"""

from __future__ import annotations

from assistant.understanding.times.finding import LATEST, OPEN, When, find

__all__ = ["LATEST", "OPEN", "When", "find"]
