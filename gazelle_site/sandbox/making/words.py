"""Names and places to draw from. No real person: first and last names are combined at random."""

from __future__ import annotations

import unicodedata

_FIRST_NAMES = (
    "Adèle Aïcha Alexis Amélie André Annie Antoine Ariane Aurélie Béatrice Benoît Camille Carl Caroline Catherine "
    "Cédric Chantal Charlotte Chloé Claire Clément Danielle David Denise Diane Élise Élodie Émile Étienne Ève Fabien "
    "Félix France François Gabrielle Geneviève Ghislain Guy Hélène Henri Hugo Inès Isabelle Jacinthe Jérôme Joëlle "
    "Johanne Josée Julien Karine Laurent Léa Léonie Lise Louis Luc Madeleine Manon Marc Margaux Mariève Marie-Ève "
    "Marie-Josée Mathilde Michèle Mireille Mohamed Myriam Nadège Nadia Nathalie Nicole Noémie Océane Olivier Pascale "
    "Patrice Paul Philippe Pierre-Luc Rachel Raphaël Rémi René Roxane Samuel Sandrine Sébastien Simone Solange Sophie "
    "Stéphane Suzanne Sylvie Tania Thérèse Thomas Valérie Véronique Victor Wei Xavier Yasmine Yvan Zoé Anh Dimitri "
    "Fatou Hiroko Ingrid Joaquín Kwame Linh Malik Nour Oluwaseun Priya Siobhán Tomasz Željka"
)
FIRST_NAMES = _FIRST_NAMES.split()

_LAST_NAMES = (
    "Archambault-Roy Aubin Beauchemin Béland Bélisle Bernier Bissonnette Boisvert Bouchard-Lemay Boulianne Brière "
    "Brodeur Brunelle Cadieux Chênevert Choquette Cloutier Coderre Corriveau Cossette Courville Crépeau Daigneault "
    "Delorme Deschênes Desrochers Dubuc Dufresne Dussault Falardeau Forget Fréchette Galarneau Gariépy Gingras "
    "Godbout Grandbois Guèvremont Hamelin Harvey-Blais Hébert Jolicœur Jodoin Labelle Lacasse Ladouceur Lafrenière "
    "Laliberté Lamarche Lanctôt Larivière Latendresse Lavallée Lebœuf Lemire Lépine Letarte Limoges Loiselle Maheux "
    "Mainville Marcoux Mayrand Ménard Messier Monette Montpetit Morissette Nadon Normandin Ouimet Pagé Paquin Payette "
    "Pelland Perreault Picotte Plourde Poirier Préfontaine Provencher Quintal Racicot Ranger Renaud Riendeau "
    "Robitaille Rochefort Sansregret Sauvageau Sicotte St-Amour St-Onge Tanguay Tardif Théberge Thibodeau Toupin "
    "Trahan Turcotte Vadeboncœur Valiquette Vézina Vigneault Villeneuve Wolfe O'Neil D'Amours Nguyen-Côté Haddad-Roy "
    "Zeller Çelik Øster"
)
LAST_NAMES = _LAST_NAMES.split()

_STREETS = (
    "rue des Érables, avenue du Parc-Fictif, rue Principale, chemin du Lac-Vert, boulevard des Pianos, rue de "
    "l'Église, avenue des Tilleuls, rue Saint-Hubert, rue Sherbrooke Est, chemin de la Montagne, rue du Moulin, "
    "avenue Laurier, place de la Gare, montée des Sources, rang du Cordon, rue de la Clé-de-Fa, avenue des "
    "Hirondelles, côte de l'Œillet"
)
STREETS = _STREETS.split(", ")

TOWNS = (
    ("Montréal", "H2X"),
    ("Montréal", "H3T"),
    ("Laval", "H7N"),
    ("Longueuil", "J4K"),
    ("Outremont", "H2V"),
    ("Westmount", "H3Z"),
    ("Saint-Lambert", "J4P"),
    ("Terrebonne", "J6W"),
    ("Boucherville", "J4B"),
    ("Brossard", "J4Z"),
    ("Orford", "J1X"),
    ("Sainte-Thérèse", "J7E"),
    ("L'Île-Perrot", "J7V"),
    ("Montréal-Ouest", "H4X"),
)

INSTITUTIONS = (
    ("École de musique Vincent-d'Indy", "Salle"),
    ("Orford Musique", "Studio"),
    ("Place des Arts", "Loge"),
    ("Centre Pierre-Péladeau/UQAM", "F-"),
    ("OSM", "Salle de répétition"),
    ("Fondation Vincent-d'Indy", "Bureau"),
)

COMPANY_KINDS = ("École de musique", "Paroisse", "Centre culturel", "Résidence", "Studio", "CPE", "Hôtel", "Chorale")
COMPANY_NAMES = (
    "du Cap-Doré",
    "Sainte-Musette",
    "de la Rive",
    "Bel-Accord",
    "Quatre-Mains",
    "du Bémol",
    "L'Étude",
    "Œ",
)

TAGS = ("VIP", "institution", "école", "à rappeler", "mauvais payeur", "PLS", "concert", "cacher")
PIANO_TAGS = ("cacher", "concert", "PLS", "vendu?", "studio", "à réparer")
REFERRERS = ("Google", "un ami", "Pages jaunes", "professeur de piano", "", "Facebook", "Vincent-d'Indy")

PERSONAL_NOTES = (
    "Code de la porte : {code}#. Sonner deux fois.",
    "Gros chien gentil. Stationnement dans la ruelle.",
    "Clé sous le pot de fleurs, code alarme {code}.",
    "Ne pas appeler avant 10 h.",
    "Veut toujours Simon. Paie comptant.",
    "Entrée par l'arrière, code {code}, 3e étage sans ascenseur.",
    "Cliente malentendante, préférer le texto.",
    "Chat qui se sauve : fermer la porte du vestibule.",
)

PREFERENCE_NOTES = (
    "Préfère le matin.",
    "Accord à 442 Hz.",
    "Deux fois par année, avril et octobre.",
    "Accès par le débarcadère, demander la régie (poste {code}).",
    "Seulement le mardi.",
    "Appeler la veille.",
    "Facturer à la succession.",
)

MAKES = (
    ("Yamaha", ("U1", "U3", "C3", "C7", "CFX", "P22", "b3"), 24),
    ("Kawai", ("K-300", "K-500", "GL-30", "RX-3", "BL-61"), 14),
    ("Steinway & Sons", ("D", "B", "M", "O", "L"), 12),
    ("Heintzman", ("Droit", "Grand", "Louis XV", ""), 14),
    ("Lesage", ("Droit", "Studio", ""), 9),
    ("Willis", ("", "Apartment", "Studio"), 8),
    ("Baldwin", ("Acrosonic", "Hamilton", "SF10"), 5),
    ("Bösendorfer", ("200", "225", "280VC"), 2),
    ("Mason & Hamlin", ("A", "BB", "50"), 3),
    ("Young Chang", ("G-175", "U-121"), 4),
    ("Samick", ("SG-172", "JS-115"), 3),
    ("Bechstein", ("A 160", "Concert 8"), 1),
    ("Pramberger", ("PS-185",), 1),
)
"""Make, models, and how often they are met."""

ODD_TEXTS = (
    "Œuvre de l'été : cœur, sœur, Noël, ça va — «\u00a0très bien\u00a0» 🎹🎶",
    "Cafe\u0301 accorde\u0301 (accents combinants) e\u0302tre, nai\u0308f",
    "\u200fشكرا\u200f piano droit, note reçue telle quelle\u200f",
    "Note coupée par une copie : accord\u0000 442 Hz, 21 °C, 42 %",
    "Emoji abîmé \ud83d par un vieux téléphone, accord fait",
    "Ligne 1\r\nLigne 2\tavec tabulation\u2028et séparateur de ligne",
    '=SOMME(A1:A3) +1 514 555-0199 <b>pas du gras</b> & "guillemets"',
    "   espaces   autour   ",
)
"""What people and old telephones really leave in a note: a mirror must carry every one of them."""


def plain_letters(name: str) -> str:
    """A name as it stands in an e-mail address."""
    bare = unicodedata.normalize("NFKD", name.replace("œ", "oe")).encode("ascii", "ignore").decode()
    return "".join(letter for letter in bare.lower() if letter.isalnum() or letter in ".-")
