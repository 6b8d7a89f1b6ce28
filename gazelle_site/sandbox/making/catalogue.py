"""The service catalogue: about 127 items in a dozen groups, names as locale maps."""

from __future__ import annotations

from gazelle_site.sandbox.making.world import World

KINDS = (
    ("piano droit", "upright piano", 100),
    ("piano à queue", "grand piano", 130),
    ("piano de concert", "concert grand", 160),
)

GROUPS: tuple[tuple[str, str, tuple[tuple[str, str, int, int, str], ...]], ...] = (
    (
        "Accords",
        "Tunings",
        (
            ("Accord", "Tuning", 15000, 90, "tuning"),
            ("Accord et réglage léger", "Tuning and touch-up", 19500, 120, "tuning"),
            ("Grand accord (montée de diapason)", "Pitch raise", 24000, 150, "tuning"),
            ("Accord de concert 442 Hz", "Concert tuning 442 Hz", 21000, 120, "tuning"),
        ),
    ),
    (
        "Entretien",
        "Maintenance",
        (
            ("Nettoyage complet", "Complete cleaning", 22000, 150, ""),
            ("Entretien annuel", "Yearly maintenance", 45000, 300, ""),
            ("Lubrification de la mécanique", "Action lubrication", 9000, 45, ""),
            ("Ponçage des marteaux", "Hammer filing", 18000, 120, ""),
        ),
    ),
    (
        "Réglages",
        "Regulation",
        (
            ("Réglage de la mécanique", "Action regulation", 60000, 420, ""),
            ("Réglage des étouffoirs", "Damper regulation", 16000, 90, ""),
            ("Harmonisation", "Voicing", 24000, 120, ""),
            ("Réglage du clavier", "Key levelling", 30000, 180, ""),
        ),
    ),
    (
        "PLS (Dampp-Chaser)",
        "Piano Life Saver",
        (
            ("Installation d'un PLS", "Piano Life Saver installation", 75000, 180, ""),
            ("Entretien du PLS", "Piano Life Saver maintenance", 8500, 30, ""),
            ("Remplacement des tampons", "Pad replacement", 4500, 15, "expense"),
            ("Remplacement de l'humidistat", "Humidistat replacement", 14000, 45, "expense"),
        ),
    ),
    (
        "Cordes et chevilles",
        "Strings and pins",
        (
            ("Remplacement d'une corde", "String replacement", 9500, 45, ""),
            ("Corde filée sur mesure", "Custom wound string", 16500, 60, "expense"),
            ("Traitement des chevilles", "Pin block treatment", 42000, 240, ""),
            ("Cheville surdimensionnée", "Oversized pin", 3500, 20, ""),
        ),
    ),
    (
        "Clavier",
        "Keyboard",
        (
            ("Recollage d'un ivoire", "Ivory regluing", 4000, 20, ""),
            ("Garnissage du clavier", "Key bushing", 68000, 480, ""),
            ("Réparation d'une touche", "Key repair", 7500, 45, ""),
        ),
    ),
    (
        "Mécanique",
        "Action",
        (
            ("Remplacement des marteaux", "Hammer replacement", 280000, 1200, ""),
            ("Remplacement d'un centre", "Center pin replacement", 4500, 20, ""),
            ("Réparation de pédale", "Pedal repair", 11000, 60, ""),
            ("Remplacement des lanières", "Bridle strap replacement", 38000, 240, ""),
        ),
    ),
    (
        "Évaluations",
        "Appraisals",
        (
            ("Évaluation écrite", "Written appraisal", 18000, 90, ""),
            ("Inspection avant achat", "Pre-purchase inspection", 16000, 90, ""),
            ("Rapport d'assurance", "Insurance report", 20000, 120, ""),
        ),
    ),
    (
        "Ébénisterie",
        "Cabinet work",
        (
            ("Retouche de finition", "Finish touch-up", 15000, 90, ""),
            ("Remplacement d'une charnière", "Hinge replacement", 12000, 60, ""),
            ("Réparation du couvercle", "Lid repair", 26000, 180, ""),
        ),
    ),
    (
        "Produits",
        "Products",
        (
            ("Housse sur mesure", "Custom cover", 38000, 0, "expense"),
            ("Banc réglable", "Adjustable bench", 52000, 0, "expense"),
            ("Bouteille de solution PLS", "PLS solution bottle", 2200, 0, "expense"),
            ("Hygromètre", "Hygrometer", 3500, 0, "expense"),
            ("Coupelles", "Caster cups", 4800, 0, "expense"),
        ),
    ),
)

SINGLES = (
    ("Déplacement", "Travel", 6500, 0, "MILEAGE"),
    ("Déplacement hors zone", "Long-distance travel", 14000, 0, "MILEAGE"),
    ("Main-d'œuvre (heure)", "Labour (hour)", 12500, 60, "LABOR_HOURLY"),
    ("Annulation tardive", "Late cancellation", 7500, 0, "OTHER"),
    ("Stationnement", "Parking", 0, 0, "EXPENSE"),
    ("Rabais institution", "Institution discount", -1500, 0, "OTHER"),
    ("Consultation", "Consultation", None, 30, "LABOR_FIXED_RATE"),
    ("Ancien forfait 2018", "Old 2018 package", 11000, 90, "LABOR_FIXED_RATE"),
    ("Location de piano (jour)", "Piano rental (day)", 35000, 0, "OTHER"),
    ("Transport de piano", "Piano moving", 40000, 0, "EXPENSE"),
    ("Frais de dossier", "File fee", 2500, 0, "OTHER"),
    ("Carte-cadeau", "Gift card", 15000, 0, "OTHER"),
    ("Accord en ligne (réservation)", "Tuning (online booking)", 15500, 90, "LABOR_FIXED_RATE"),
)


def both(french: str, english: str) -> dict[str, str]:
    """An I18nString as the account keeps it."""
    return {"fr_CA": french, "en_US": english}


def make_catalogue(world: World) -> None:
    """Each service for the three kinds of piano, then the ones that stand alone."""
    dice = world.dice("catalogue")
    made = {"createdAt": "2018-03-01T15:00:00Z", "updatedAt": "2025-03-01T15:00:00Z"}
    order = 0
    for rank, (french, english, services) in enumerate(GROUPS):
        group = world.add("PrivateMasterServiceGroup", dice, {"name": both(french, english), "order": rank, **made})
        for service, translated, cents, minutes, mark in services:
            for kind, sort, percent in KINDS:
                order += 1
                tuning = mark == "tuning"
                world.add(
                    "PrivateMasterServiceItem",
                    dice,
                    {
                        "name": both(f"{service} – {kind}", f"{translated} – {sort}"),
                        "description": both(f"{service} d'un {kind}.", f"{translated} of a {sort}."),
                        "educationDescription": both("Pourquoi c'est utile : la stabilité de l'instrument.", ""),
                        "amount": cents * percent // 10000 * 100,
                        "duration": minutes,
                        "type": "EXPENSE" if mark == "expense" else "LABOR_FIXED_RATE",
                        "isTuning": tuning,
                        "isTaxable": True,
                        "isSelfSchedulable": tuning,
                        "isAnyUser": True,
                        "masterServiceGroup": group["id"],
                        "order": order,
                        **made,
                    },
                )
    _singles(world, order, made)


def _singles(world: World, order: int, made: dict[str, str]) -> None:
    dice = world.dice("catalogue singles")
    group = world.add(
        "PrivateMasterServiceGroup", dice, {"name": both("Divers", "Other"), "order": len(GROUPS), **made}
    )
    for french, english, cents, minutes, kind in SINGLES:
        order += 1
        world.add(
            "PrivateMasterServiceItem",
            dice,
            {
                "name": both(french, english),
                "description": both("", ""),
                "educationDescription": {},
                "amount": cents,
                "duration": minutes,
                "type": kind,
                "isArchived": "2018" in french,
                "isTuning": "Accord" in french,
                "isTaxable": french != "Carte-cadeau",
                "masterServiceGroup": group["id"],
                "order": order,
                **made,
            },
        )
