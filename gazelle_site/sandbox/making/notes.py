"""What technicians write: an opening, a reading in one of many spellings, sometimes a problem, sometimes a wish."""

from __future__ import annotations

from gazelle_site.sandbox.making.world import Dice

OPENINGS = (
    "Accord 440 Hz.",
    "Accord 442 Hz, stable.",
    "Accord complet au diapason 440",
    "Accord + léger réglage",
    "Accordé avant le concert.",
    "Grand accord, piano très bas (-35 cents)",
    "Réglage de la mécanique et harmonisation.",
    "Entretien annuel fait.",
    "Remplacé une corde au la 3",
    "Accord pour l'examen de fin d'année",
    "Visite de courtoisie, rien à signaler",
    "Tuning 440, piano in good shape",
    "Collage de deux feutres, bruit disparu.",
    "Ponçage des marteaux et nettoyage du clavier.",
)

READINGS = (
    "{t} °C, {h} %",
    "{t}C, {h}%",
    "{t}°C {h}%",
    "HR {h}% temp {t}",
    "Temp. {t}° humidité {h} %",
    "humidité relative {h} %",
    "température ambiante {t} degrés, humidité {h}%",
    "{t},5 °C / {h} %",
    "{f}F, {h}%",
    "temp {t} c",
    "RH {h} %",
    "Temp: {t} Hum: {h}",
)

PROBLEMS = (
    "PLS débranché, rebranché avant de partir.",
    "PLS débranché",
    "Réservoir vide, rempli.",
    "Réservoir du PLS presque vide",
    "Housse manquante.",
    "Sans housse à mon arrivée.",
    "Housse retirée, piano près de la fenêtre ouverte",
    "À réparer : pédale forte qui grince",
    "Trop sec, prévoir un humidificateur.",
    "Très humide, buée sur la table",
    "Besoin rallonge pour le système",
    "Lumière jaune du Dampp-Chaser allumée",
    "Tampons à changer à la prochaine visite.",
    "Touche qui colle au do 5, à réparer",
    "Corde cassée au fa 6.",
    "Système ne fonctionne plus",
)

SOLVED = ("PLS rebranché et fonctionnel.", "Housse replacée.", "Pédale réparée.", "Réservoir rempli, tout est beau.")

CLOSINGS = (
    "Prochain accord dans 6 mois.",
    "Rappeler en octobre.",
    "Le client est content.",
    "Suivi avec la régie.",
    "Soumission à envoyer.",
    "Voir la facture.",
    "",
)


def reading(dice: Dice) -> str:
    """A temperature and a humidity, spelt as people do."""
    warm = 17 + int(dice.random() * 9)
    humid = 18 + int(dice.random() * 45)
    return dice.pick(READINGS).format(t=warm, h=humid, f=warm * 9 // 5 + 32)


def visit_note(dice: Dice) -> str:
    """The note of one service."""
    parts = [dice.pick(OPENINGS)]
    if dice.chance(0.45):
        parts.append(reading(dice))
    draw = dice.random()
    if draw < 0.14:
        parts.append(dice.pick(PROBLEMS))
    elif draw < 0.19:
        parts.append(dice.pick(SOLVED))
    if dice.chance(0.3):
        parts.append(dice.pick(CLOSINGS))
    return ("\n" if dice.chance(0.15) else " ").join(part for part in parts if part)


def long_note(dice: Dice, size: int) -> str:
    """A report pasted whole into a comment."""
    parts: list[str] = []
    length = 0
    while length < size:
        parts.append(visit_note(dice))
        length += len(parts[-1].encode()) + 2
    return "\n\n".join(parts)
