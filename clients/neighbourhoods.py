"""Which neighbourhood a postal code is in: the first three characters, as Canada Post draws them around Montréal.

Only areas that lie in one neighbourhood, or in one municipality, are told; elsewhere the municipality says more.
"""

from __future__ import annotations

_AREAS = {
    # Montréal, east and north
    "Pointe-aux-Trembles": "H1A",
    "Montréal-Est": "H1B",
    "Rivière-des-Prairies": "H1C H1E",
    "Montréal-Nord": "H1G H1H",
    "Anjou": "H1J H1K",
    "Mercier": "H1L H1M H1N",
    "Saint-Léonard": "H1P H1R H1S",
    "Rosemont": "H1T H1X H1Y",
    "Hochelaga-Maisonneuve": "H1V H1W",
    "Saint-Michel": "H1Z H2A",
    "Ahuntsic": "H2B H2C H2M H2N H3L",
    "Cartierville": "H3M H4J H4K",
    # Montréal, centre
    "Villeray": "H2E H2P H2R",
    "La Petite-Patrie": "H2G H2S",
    "Plateau-Mont-Royal": "H2H H2J H2T H2W",
    "Milton-Parc": "H2X",
    "Centre-Sud": "H2K H2L",
    "Vieux-Montréal": "H2Y",
    "Centre-ville": "H2Z H3A H3B H3G H3H H4Z H5A H5B",
    "Griffintown": "H3C",
    "Outremont": "H2V",
    "Parc-Extension": "H3N",
    "Mont-Royal": "H3P H3R H4P",
    "Côte-des-Neiges": "H3S H3T H3V H3W",
    "Hampstead": "H3X",
    "Westmount": "H3Y H3Z",
    "Notre-Dame-de-Grâce": "H4A H4B",
    "Côte-Saint-Luc": "H4V H4W",
    "Montréal-Ouest": "H4X",
    # Montréal, south-west
    "Île-des-Sœurs": "H3E",
    "Petite-Bourgogne": "H3J",
    "Pointe-Saint-Charles": "H3K",
    "Saint-Henri": "H4C",
    "Ville-Émard": "H4E",
    "Verdun": "H4G H4H",
    "LaSalle": "H8N H8P H8R",
    "Lachine": "H8S H8T",
    # Montréal, west
    "Saint-Laurent": "H4L H4M H4N H4R H4S H4T",
    "Dorval": "H4Y H9P H9S",
    "Roxboro": "H8Y",
    "Pierrefonds": "H8Z H9K",
    "Dollard-des-Ormeaux": "H9A H9B H9G",
    "L’Île-Bizard": "H9C H9E",
    "Sainte-Geneviève": "H9H",
    "Kirkland": "H9J",
    "Pointe-Claire": "H9R",
    "Beaconsfield": "H9W",
    "Sainte-Anne-de-Bellevue": "H9X",
    # Laval
    "Duvernay": "H7A H7E",
    "Saint-François": "H7B",
    "Saint-Vincent-de-Paul": "H7C",
    "Pont-Viau": "H7G",
    "Auteuil": "H7H H7J H7K",
    "Sainte-Rose": "H7L",
    "Vimont": "H7M",
    "Laval-des-Rapides": "H7N",
    "Fabreville": "H7P",
    "Laval-Ouest": "H7R",
    "Chomedey": "H7S H7T H7V H7W",
    "Sainte-Dorothée": "H7X",
    "Îles-Laval": "H7Y",
    # South shore
    "Sainte-Julie": "J3E",
    "Saint-Bruno-de-Montarville": "J3V",
    "Chambly": "J3L",
    "Boucherville": "J4B",
    "Longueuil": "J4G J4H J4J J4K J4L J4M J4N",
    "Saint-Lambert": "J4P J4R J4S",
    "Saint-Hubert": "J3Y J3Z J4T",
    "Greenfield Park": "J4V",
    "Brossard": "J4W J4X J4Y J4Z",
    "Saint-Constant": "J5A",
    "Sainte-Catherine": "J5C",
    "Châteauguay": "J6J J6K",
    # North shore
    "Repentigny": "J5Y J5Z J6A",
    "Terrebonne": "J6V J6W J6X J6Y J7M",
    "Mascouche": "J7K J7L",
    "Rosemère": "J7A",
    "Blainville": "J7B J7C",
    "Sainte-Thérèse": "J7E",
    "Boisbriand": "J7G J7H",
    "Mirabel": "J7J J7N",
    "Saint-Eustache": "J7P J7R",
}
BY_AREA = {area: name for name, areas in _AREAS.items() for area in areas.split()}


def neighbourhood(postal_code: str, municipality: str = "") -> str:
    """« Rosemont » for H1Y 2K8; the municipality where the area tells no neighbourhood, else the area itself."""
    area = "".join(char for char in postal_code.upper() if char.isalnum())[:3]
    return BY_AREA.get(area, "") or municipality or area
