"""Notes that say a few things, and the same asked in other words: what a search by meaning should bring together.

Written without looking at `assistant/vectors/terms.txt`, but by people of the same trade: the two share words.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from syncing.folding import fold

# What a technician writes | the same in other words | the same in English. « {note} » and « {room} » are drawn.
THINGS = """
Corde cassée au {note}, remplacée|corde brisée {note} changée|broken string {note} replaced
Pédale forte qui grince|pédale de droite fait un couinement|sustain pedal squeaks
Réservoir du PLS vide, rempli|bac du dampp-chaser à sec, refait le plein|humidity system tank was empty, refilled
PLS débranché à mon arrivée|système d'humidité déconnecté|dampp-chaser found unplugged
Touche qui colle au {note}|touche coincée {note}|sticking key {note}
Marteaux usés, à poncer|têtes de marteaux creusées, ponçage à prévoir|worn hammers need filing
Étouffoirs qui ne ferment pas au {note}|étouffoir laisse sonner {note}|damper not seating {note}
Housse manquante au local {room}|pas de couverture sur le piano du {room}|piano cover missing room {room}
Bruit de frise dans les basses|bourdonnement dans le grave|buzzing in the bass
Chevilles lâches, ne tient pas l'accord|chevilles qui glissent, désaccordé trop vite|loose tuning pins, not holding
Fissure dans la table d'harmonie|table fendue|cracked soundboard
Banc brisé au {room}|tabouret cassé {room}|broken bench in {room}
Mites dans les feutres|feutres mangés par les insectes|moth damage in the felt
Souris dans le piano, nid sous le clavier|traces de rongeurs, nid sous les touches|mouse nest under the keybed
Lumière jaune du Dampp-Chaser allumée|voyant jaune du PLS|yellow light on the humidity system
Tampons à changer à la prochaine visite|buvards du PLS à remplacer|pads need replacing next visit
Roulette arrière brisée, piano penche|roue arrière cassée, instrument pas de niveau|back caster broken, piano leaning
Hausse de diapason de 40 cents|piano remonté, était très bas|pitch raise, very flat
Ivoire décollé au {note}|plaque d'ivoire tombée {note}|ivory came off {note}
Client déménage en juillet|le client change d'adresse cet été|customer moving in July
La clé est chez le concierge|demander la clé au gardien|key is with the janitor
Chien nerveux, téléphoner avant de sonner|appeler d'abord à cause du chien|nervous dog, call before ringing
Stationnement derrière l'immeuble|se garer à l'arrière|parking behind the building
Concert samedi, accorder à 442|diapason 442 pour le récital de samedi|tune to 442 for Saturday's concert
Trop sec, prévoir un humidificateur|air trop sec, ajouter de l'humidité|too dry, needs a humidifier
Couvercle du cylindre coincé|cylindre bloqué, n'ouvre plus|fallboard stuck
Mécanique déréglée, jeu lourd|toucher lourd, réglage à faire|heavy touch, action needs regulation
Harmonisation demandée, son trop brillant|veut un son plus doux, intonation|wants a mellower tone, voicing
Soumission envoyée pour les marteaux|devis transmis pour remplacer les marteaux|estimate sent for new hammers
Chauffage trop près du piano {room}|calorifère à côté de l'instrument {room}|radiator too close to the piano {room}
Pupitre cassé au {room}|lutrin brisé {room}|broken music desk {room}
Vis desserrées sous le clavier|vis lâches dessous|loose screws under the keybed
Piano au sous-sol, odeur de moisi|instrument à la cave, ça sent l'humidité|piano in the basement smells musty
Una corda ne fonctionne pas|pédale douce en panne|soft pedal not working
Pièce commandée chez le fournisseur|morceau en commande|part on order from the supplier
""".strip().splitlines()

KEYS = [f"{name} {octave}" for name in ["do", "ré", "mi", "fa", "sol", "la", "si"] for octave in range(1, 8)]
ENGLISH_KEYS = dict(zip(["do", "ré", "mi", "fa", "sol", "la", "si"], ["C", "D", "E", "F", "G", "A", "B"], strict=True))
LINKS = (". ", "\n", ", ", ". Aussi : ", " - ")
NEIGHBOURS = "azertyuiopqsdfghjklmwxcvbn"


class Asked(StrEnum):
    """In which other words."""

    SYNONYMS = "synonyms"
    ENGLISH = "English"
    TYPOS = "typos"
    REORDERED = "reordered"


@dataclass(frozen=True)
class Pair:
    """A note, and each way of asking for it."""

    note: str
    said: frozenset[str]
    """Another note that says the same in another order answers as well."""
    asked: dict[Asked, str]


def pairs(seed: int, count: int) -> Iterator[Pair]:
    """That many notes, no two alike."""
    dice = random.Random(seed)
    seen: set[str] = set()
    while len(seen) < count:
        key, room = dice.choice(KEYS), f"{dice.choice('ABEPS')}-{dice.randint(100, 999)}"
        things = [thing.split("|") for thing in dice.sample(THINGS, dice.choice((2, 3)))]
        written, other, english = (
            [thing[at].format(note=english_key(key) if at == 2 else key, room=room) for thing in things]
            for at in range(3)
        )
        note = dice.choice(LINKS).join(written)
        if note in seen:
            continue
        seen.add(note)
        asked = {
            Asked.SYNONYMS: ", ".join(other).lower(),
            Asked.ENGLISH: ", ".join(english),
            Asked.TYPOS: mistyped(dice, written),
            Asked.REORDERED: " ".join(fold(part) for part in reversed(written)),
        }
        yield Pair(note, frozenset(written), asked)


def english_key(key: str) -> str:
    name, octave = key.split()
    return f"{ENGLISH_KEYS[name]}{octave}"


def mistyped(dice: random.Random, parts: Sequence[str]) -> str:
    """No accents, and one slip in every word of five letters or more."""
    return " ".join(slip(dice, word) if len(word) >= 5 else word for word in fold(" ".join(parts)).split())


def slip(dice: random.Random, word: str) -> str:
    at = dice.randrange(1, len(word) - 1)
    match dice.randrange(4):
        case 0:
            return word[:at] + word[at + 1 :]
        case 1:
            return word[:at] + word[at] + word[at:]
        case 2:
            return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
        case _:
            return word[:at] + dice.choice(NEIGHBOURS) + word[at + 1 :]
