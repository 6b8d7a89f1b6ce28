"""Invented notes with their labels: two languages, many spellings, slips of the thumb; the same ones for a same seed."""

from __future__ import annotations

import random
import unicodedata

from tests.pianos.notes.labels import Labelled

OPENINGS = (
    "Accord.", "Accord complet", "Accord annuel,", "Entretien fait.", "Tuning done.", "Regular service,", "Visite de suivi.",
    "Harmonisation et réglage.", "Corde cassée remplacée au do 4.", "Pédale ajustée;", "Voicing, regulation.", "Grand ménage du clavier.",
    "Marteaux poncés.", "Le client était absent", "String replaced.", "", "", "", "",
)  # fmt: skip
CLOSINGS = (
    "Prochain accord dans 6 mois.", "Rappeler en octobre.", "Client satisfait.", "Soumission de 450 $ à envoyer.", "Rabais 10 % accordé.",
    "Appeler 514-555-0133 avant 16h.", "Facture no 4421.", "Next visit 2026-05-12.", "Feutres usés à 60 %.", "15% discount offered.",
    "Piano 20 cents trop bas.", "RV à 14:30.", "Lampe prêtée.", "", "", "", "", "",
)  # fmt: skip
PITCHES = (
    ("Accord {p} Hz.", 1), ("Accord {p}.", 1), ("A{p}.", 1), ("la {p},", 1), ("Tuned to {p} Hz.", 1), ("diapason {p}", 1),
    ("accordé à {p}", 1), ("{p}hz", 1),
)  # fmt: skip
CLIMATES = (
    "{t}C, {h}%", "{t}°C, {h} %", "{t} °C {h}%", "{t}° {h}%", "{t}c,{h}%", "{t} C / {h} %", "Temp: {t} Hum: {h}", "HR {h}% temp {t}",
    "température {t} degrés, humidité {h} %", "temp. {t}°C hum. {h}%", "humidity {h}%, {t} C", "RH {h}%, temp {t}C", "T: {t} H: {h}",
    "température ambiante {t}° Celsius, humidité relative {h}%", "{h}% d’humidité et {t} degrés", "room at {t}C, {h}% RH",
    "il fait {t} degrés, {h} pour cent d’humidité", "{t} celsius {h}%", "{h}% HR, {t}°",
)  # fmt: skip
WARMS = ("{t}°C", "temp {t} C", "température de {t} degrés", "{t} degrees", "temp: {t}")
HUMIDS = ("humidité {h}%", "HR {h} %", "RH {h}%", "humidity: {h}%", "{h} % d’humidité", "hum. {h}%")
FAHRENHEITS = ("{f}F, {h}%", "{f}°F {h} %", "temp {f} F, humidity {h}%", "{f} F / {h}%")

POWER = (
    "PLS",
    "Le PLS",
    "Dampp-Chaser",
    "dampp chaser",
    "système d’humidité",
    "Piano Life Saver",
    "The humidity system",
    "Le système",
)
COVER = ("Housse", "La housse", "la housse du piano")
COVER_EN = ("Cover", "The cover")
TANK = ("Réservoir", "Le réservoir", "réservoir du PLS")
TANK_EN = ("Tank", "The tank", "Water tank")

SAYINGS: dict[str, tuple[tuple[str, tuple[str, ...]], ...]] = {
    "!alimentation": (
        ("{x} débranché", POWER), ("{x} était débranché", POWER), ("{x} encore débranché", POWER), ("{x} unplugged", POWER),
        ("{x} toujours pas rebranché", POWER), ("Débranché à mon arrivée", ("",)), ("SVP rebrancher {x}", POWER),
        ("{x} ne fonctionne plus", POWER), ("{x} déconnecté par le concierge", POWER), ("{x} pas branché", POWER),
        ("{x} was not plugged in", POWER), ("{x} débranché, pas encore réglé", POWER), ("Il faut rebrancher {x}", POWER),
        ("{x} débranché depuis un mois", POWER), ("{x} en panne", POWER),
    ),
    "=alimentation": (
        ("{x} débranché, rebranché avant de partir", POWER), ("Rebranché {x}", POWER), ("{x} n’est plus débranché", POWER),
        ("{x} unplugged, plugged back in", POWER), ("{x} rebranché", POWER), ("{x} était débranché, je l’ai rebranché", POWER),
        ("{x} has been plugged back in", POWER), ("{x} bien branché", POWER), ("{x} reconnecté", POWER),
    ),
    "!housse": (
        ("{x} enlevée", COVER), ("{x} retirée par les étudiants", COVER), ("Pas de housse", ("",)), ("Sans housse à l’arrivée", ("",)),
        ("{x} manquante", COVER), ("{x} off", COVER_EN), ("{x} removed", COVER_EN), ("{x} missing", COVER_EN), ("No cover", ("",)),
        ("{x} pas remise", COVER), ("{x} par terre", COVER), ("Remettre {x} svp", COVER), ("{x} was not replaced", COVER_EN),
    ),
    "=housse": (
        ("{x} enlevée, remise après", COVER), ("{x} replacée", COVER), ("{x} removed, put back", COVER_EN), ("Remis {x}", COVER),
        ("{x} en place", COVER), ("{x} back on", COVER_EN), ("{x} retirée pour l’accord puis replacée", COVER),
        ("{x} repositionnée", COVER),
    ),
    "!reservoir": (
        ("{x} vide", TANK), ("{x} presque vide", TANK), ("{x} à remplir", TANK), ("{x} empty", TANK_EN), ("{x} needs to be refilled", TANK_EN),
        ("Pas de réservoir", ("",)), ("{x} manquant", TANK), ("Remplir {x}", TANK), ("{x} pas rempli", TANK), ("{x} encore vide", TANK),
    ),
    "=reservoir": (
        ("{x} vide, rempli avant de partir", TANK), ("{x} rempli", TANK), ("{x} empty, refilled", TANK_EN), ("Rempli {x}", TANK),
        ("{x} filled", TANK_EN), ("{x} vide; je l’ai rempli", TANK),
    ),
    "!environnement": (
        ("Fenêtre ouverte", ("",)), ("Window left open", ("",)), ("Humidité trop basse", ("",)), ("Humidité très élevée", ("",)),
        ("Chauffage en panne", ("",)), ("Humidity too low", ("",)), ("Température trop basse", ("",)), ("Chauffage à réparer", ("",)),
        ("Problème d’humidité", ("",)), ("Ventilation ne fonctionne pas", ("",)), ("Heating not working", ("",)),
    ),
    "=environnement": (
        ("Fenêtre ouverte, fermée en partant", ("",)), ("Fenêtre fermée", ("",)), ("Window open, closed it", ("",)),
        ("Humidité normale", ("",)), ("Chauffage réparé", ("",)), ("Problème d’humidité réglé", ("",)), ("Température normale", ("",)),
        ("Heating fixed", ("",)),
    ),
    "": (
        ("Ne pas débrancher {x}", POWER), ("Si {x} est débranché, appeler la régie", POWER), ("Vérifier {x}", POWER),
        ("Couvercle remis", ("",)), ("Vis manquante", ("",)), ("Pédale à réparer", ("",)), ("Chauffage au maximum", ("",)),
        ("Housse neuve commandée", ("",)), ("Salle vide", ("",)), ("Touches trop basses", ("",)), ("Garder la housse sur le piano", ("",)),
        ("Porte ouverte", ("",)), ("Mécanique réglée", ("",)),
    ),
}  # fmt: skip


def notes(count: int, seed: int) -> list[Labelled]:
    dice = random.Random(seed)
    return [_note(dice) for _ in range(count)]


def _note(dice: random.Random) -> Labelled:
    parts = [dice.choice(OPENINGS)]
    numbers: list[float | None] = [None, None, None]
    if dice.random() < 0.3:
        pitch = dice.choice((440, 441, 442, 439.5, 438))
        parts.append(dice.choice(PITCHES)[0].format(p=_figure(dice, pitch)))
        numbers[2] = pitch
    if dice.random() < 0.6:
        told, numbers[0], numbers[1] = _climate(dice)
        parts.append(told + dice.choice(("", ".", ";")))
    outcomes: dict[str, str] = {}
    for _ in range(dice.choice((0, 1, 1, 1, 2, 2, 3))):
        outcome = dice.choice((*SAYINGS, ""))
        if outcome[1:] in outcomes:
            continue
        if outcome:
            outcomes[outcome[1:]] = outcome
        said, things = dice.choice(SAYINGS[outcome])
        parts.append(
            _misspelt(dice, said.format(x=dice.choice(things)).strip()) + dice.choice((".", ".", " -", ";", "!"))
        )
    parts.append(dice.choice(CLOSINGS))
    text = _ended([part for part in parts if part], dice)
    return Labelled(text, (numbers[0], numbers[1], numbers[2]), frozenset(outcomes.values()))


def _ended(parts: list[str], dice: random.Random) -> str:
    """The parts one after the other, none running into the next."""
    ended = [part if part[-1] in ".;!,-" else part + dice.choice((".", ",", " /", ".")) for part in parts]
    text = dice.choice((" ", " ", " ", "\n")).join(ended)
    if dice.random() < 0.25:
        text = "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))
    elif dice.random() < 0.1:
        text = unicodedata.normalize("NFD", text)
    return text.upper() if dice.random() < 0.04 else text


def _climate(dice: random.Random) -> tuple[str, float | None, float | None]:
    humid = dice.choice((dice.randint(18, 68), dice.randint(25, 60), dice.randint(200, 600) / 10))
    draw = dice.random()
    if draw < 0.12:
        warm = dice.randint(60, 78)
        told = dice.choice(FAHRENHEITS).format(f=warm, h=_figure(dice, humid))
        return told, round((warm - 32) * 5 / 9, 1), humid
    degrees = dice.choice(
        (dice.randint(16, 26), dice.randint(16, 26), dice.randint(150, 260) / 10, -dice.randint(1, 8))
    )
    if draw < 0.2:
        return dice.choice(WARMS).format(t=_figure(dice, degrees)), degrees, None
    if draw < 0.3:
        return dice.choice(HUMIDS).format(h=_figure(dice, humid)), None, humid
    return dice.choice(CLIMATES).format(t=_figure(dice, degrees), h=_figure(dice, humid)), degrees, humid


def _figure(dice: random.Random, value: float) -> str:
    written = f"{value:.0f}" if value == int(value) else f"{value:.1f}"
    return written.replace(".", dice.choice((",", ".")))


def _misspelt(dice: random.Random, text: str) -> str:
    """One slip in a long word, one note in four; never in its first letter, nor so that it becomes another word."""
    words = text.split(" ")
    long = [place for place, word in enumerate(words) if len(word) >= 8 and word.isalpha()]
    if not long or dice.random() > 0.25:
        return text
    place = dice.choice(long)
    word = words[place]
    at = dice.randrange(2, len(word) - 2)
    words[place] = dice.choice(
        (
            word[:at] + word[at + 1 :],
            word[:at] + word[at] + word[at:],
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
        )
    )
    return " ".join(words)
