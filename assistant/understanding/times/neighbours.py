"""The words beside a word of time, or in its place, that make it something else: names, streets, counts, codes."""

from __future__ import annotations

NAMES = frozenset(("avril", "noel", "mars", "mai", "juin", "dimanche", "sam", "toussaint", "paques"))
"""Words of time that are also people's names."""
HONORIFICS = frozenset(("mme", "madame", "m", "mr", "monsieur", "mlle", "docteur", "dr"))
TITLES = HONORIFICS | {"chez", "client", "cliente", "famille"}
STREETS = frozenset(
    ("rue", "avenue", "av", "ave", "boulevard", "boul", "bd", "chemin", "ch", "rang", "place", "route", "app")
)
PLACES = STREETS | {
    *("quai", "parc", "pont", "station", "quartier", "ecole", "college", "eglise", "paroisse", "chapelle"),
    *("cathedrale", "couvent", "hopital", "scolaire", "centre", "festival", "orchestre"),
}
"""Before a feast or « du 8 mars », they name a place."""
SAINTS = frozenset(("saint", "st", "sainte", "ste"))
TOWNS = frozenset(("assomption", "ascension", "epiphanie"))
OF = frozenset(("de", "du", "des", "d'", "la", "l'"))
TO = frozenset(("a", "de", "en", "pour"))
CODES = frozenset(
    (
        *("no", "numero", "serie", "modele", "code", "ticket", "version", "poste", "local", "porte", "studio", "suite"),
        *("facture", "soumission", "commande", "po", "lot", "cle", "touche", "touches", "note", "notes", "octaves"),
        *("marteau", "corde", "cordes", "cheville", "chevilles", "vis"),
    )
)
"""Figures after them are not a date."""
WISHES = frozenset(("bon", "bonne", "bonnes", "joyeux", "joyeuse", "joyeuses", "belle"))
CABLES = frozenset(("cable", "port", "controleur", "interface", "clavier", "format", "sortie", "prise", "systeme"))
MADE = frozenset(
    (
        *("construit", "construite", "fabrique", "fabriquee", "bati", "datant", "date", "ne", "nee", "fonde", "fondee"),
        *("produit", "sorti", "importe"),
    )
)
"""A year after them is the age of a thing."""
COUNTED = STREETS | {
    *("piano", "pianos", "rv", "rdv", "rendez", "client", "clients", "accord", "accords", "eleves", "personnes"),
    *("cent", "cents", "degres", "octaves", "touches", "notes", "cordes", "fois", "etage", "pedale"),
    *("$", "%", "°", "hz", "km", "cm", "lb", "kg", "pouces", "dollars", "e", "er", "eme", "ieme", "nd", "nde"),
}
"""What a number before it counts or orders."""
ENDED_LIKE_PLURALS = frozenset(("vacances", "dates", "dispos", "jours", "dans", "vers", "pas", "mais"))
SHORT = frozenset(("lun", "mar", "mer", "merc", "jeu", "ven", "vend", "sam", "dim"))
ARTICLES = frozenset(
    (
        *("le", "la", "l'", "les", "un", "une", "du", "au", "de", "d'", "des", "ce", "mon", "ma", "son", "sa", "notre"),
        *("a", "en", "par", "avec", "chez", "et", "pour"),
    )
)
"""Before a short weekday without its dot, they announce another word (« le jeu », « la mer »)."""
NEGATIONS = frozenset(("pas", "sauf", "excepte", "hormis", "hors", "outre", "non", "ni"))
SMALL_WORDS = frozenset(("le", "la", "l'", "les", "en", "au", "a", "pour", "de", "du", "d'", "ceux", "celui"))
AFTER_HOURS = SMALL_WORDS | {"chez", "avec", "et", "ou", "sur", "dans", "par", "a", "rue", "svp", "avenue", "si", "est"}
"""What may follow the number of an hour; another word is what the number counts."""
HOURS = frozenset(("h", "hr", "hrs", "heure", "heures"))
EARLIEST = 6
"""Fewer hours than that are a length rather than the hour of a visit."""
LENGTHS = frozenset(
    (
        *("pendant", "durant", "dure", "durent", "duree", "prend", "faut"),
        *("de", "en", "les", "des", "chaque", "par", "moins", "plus", "combien", "environ"),
    )
)
"""After them, hours are a length of time."""
WORKED = frozenset(("travaille", "travailler", "passe", "mis", "compte", "ajoute", "prevoir", "facturer"))
VERBS = frozenset(("travaille", "travaillent", "suis", "es", "est", "ai", "as", "a", "vais", "va", "viens", "vient"))
