"""The words of a note that put it in `Alertes Maintenance` too: a log of what was said, resolved or not.

« rebranché » is one of them: the tab tells a story, and the open alerts have a page of their own. Words such as
« humidité » alone are left out on purpose: every normal reading has them. Pure.
"""

from __future__ import annotations

from syncing.folding import fold

COVER = ("housse retirée", "housse enlevée", "sans housse", "pas de housse")
POWER = (
    *("dampp chaser débranché", "dampp chaser off", "dampp chaser éteint", "dampp chaser ne fonctionne"),
    *("pls débranché", "système débranché", "débranché", "rebranché", "rallonge", "besoin rallonge"),
)
RESERVOIR = ("réservoir vide", "tank empty", "réservoir à remplir")
ENVIRONMENT = (
    *("fenêtre ouverte", "température trop basse", "trop froid", "humidité trop élevée", "humidité très basse"),
    "conditions inadéquates",
)
EXTREMES = (
    *("humidité haute", "humidité élevée", "très humide", "trop humide"),
    *("humidité basse", "humidité faible", "très sec", "trop sec"),
)
# Accents and hyphens are written or not: the notes are typed on a phone.
KEYWORDS = tuple(fold(word) for word in (*COVER, *POWER, *RESERVOIR, *ENVIRONMENT, *EXTREMES))


def mentions_alert(*texts: str) -> bool:
    """Whether one of these texts has one of the words, whatever its case, accents and hyphens."""
    plain = [fold(text.replace("-", " ")) for text in texts]
    return any(word in text for text in plain for word in KEYWORDS)
