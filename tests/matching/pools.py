"""Words to invent people and places from. Weights were tuned on two sets, and judged on a third they never met."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Pool:
    """Commonest first: names are drawn with a weight that falls with their rank, as in a telephone book."""

    women: tuple[str, ...]
    men: tuple[str, ...]
    pairs: tuple[tuple[str, str], ...]
    """Names of a man and a woman that one letter or two tell apart."""
    families: tuple[str, ...]
    streets: tuple[str, ...]
    towns: tuple[tuple[str, str], ...]
    houses: tuple[str, ...]
    saints: tuple[str, ...]


def _names(text: str) -> tuple[str, ...]:
    return tuple(text.split())


TUNED = Pool(
    women=_names(
        "Marie Sylvie Louise Nathalie Isabelle Julie Caroline Chantal Hélène Johanne Marie-Ève Geneviève Mélanie "
        "Josée Annie Stéphanie Valérie Marie-Claude Manon Catherine Lucie Suzanne Mireille Noémie Jacinthe Béatrice "
        "Marie-Josée Élise Éloïse Odette Ghislaine Solange Rosalie Aïcha Linh Priya Maëlle Léonie"
    ),
    men=_names(
        "Jean Michel Pierre André Martin Daniel Stéphane François Sylvain Luc Jean-François Benoît Marc Patrick "
        "Jacques Jean-Pierre Mathieu Guy Alexandre Étienne Rémi Gilles Ghislain Réjean Marc-André Pierre-Luc Félix "
        "Zacharie Mohamed Wei Dimitri Kwame Anselme Théodore Olivier Jérémie Normand"
    ),
    pairs=(("Denis", "Denise"), ("Michel", "Michèle"), ("Daniel", "Danielle"), ("René", "Renée"), ("André", "Andrée"),
           ("Julien", "Julie"), ("Pascal", "Pascale"), ("Jean", "Jeanne"), ("Luc", "Lucie"), ("Yvan", "Yvonne")),
    families=_names(
        "Tremblay Gagnon Roy Côté Bouchard Gauthier Morin Lavoie Fortin Gagné Ouellet Pelletier Bélanger Lévesque "
        "Bergeron Leblanc Paquette Girard Simard Boucher Caron Beaulieu Cloutier Dubé Poirier Fournier Lapointe "
        "Leclerc Lefebvre Poulin Thibault St-Pierre Nadeau Martel Hébert Cyr Turcotte Parent Dion Lebœuf St-Onge "
        "Bouchard-Lemay Nguyen Ste-Marie D'Amours Archambault-Roy Chênevert Quévillon Sansregret Vadeboncœur "
        "Grandmaison Haddad O'Neil Çelik Larivière-Dubé Préfontaine Rochefort Guèvremont Racicot Loiselle"
    ),
    streets=("rue des Érables", "rue Saint-Hubert", "avenue du Parc-Fictif", "chemin du Lac-Vert", "rue Principale",
             "boulevard des Pianos", "rue de l'Église", "rue Sherbrooke Est", "rue Sherbrooke Ouest", "avenue Laurier",
             "rue Sainte-Catherine Est", "montée des Sources", "rang du Cordon", "avenue des Hirondelles",
             "côte de l'Œillet", "rue du Moulin", "rue de la Clé-de-Fa", "place de la Gare", "8e Avenue"),
    towns=(("Montréal", "H2X"), ("Montréal", "H3T"), ("Montréal", "H1Y"), ("Laval", "H7N"), ("Longueuil", "J4K"),
           ("Saint-Lambert", "J4P"), ("Sainte-Thérèse", "J7E"), ("L'Île-Perrot", "J7V"), ("Terrebonne", "J6W"),
           ("Boucherville", "J4B"), ("Saint-Jean-sur-Richelieu", "J3B")),
    houses=("École de musique", "Paroisse", "Centre culturel", "Résidence", "Studio", "Chœur", "Conservatoire"),
    saints=("Saint-Éloi", "Sainte-Musette", "du Ruisseau", "de l'Érable", "des Trois Rives", "du Cap-Doré",
            "Les Tilleuls", "Saint-Jean", "Bel-Accord", "de la Rive", "du Bémol", "Sainte-Cécile",
            "des Quatre-Vents", "L'Étude"),
)  # fmt: skip

TUNED_TOO = Pool(
    women=_names(
        "Diane Lise Francine Ginette Monique Nicole Danièle Céline Karine Sophie Martine Line Brigitte Sonia "
        "Marie-Pier Anne-Marie Joëlle Gaëlle Florence Mathilde Camille Audrey Vanessa Roxanne Fanny Anouk Maude "
        "Thérèse Yolande Huguette Colombe Fatou Mei Nour Ingrid Ophélie Zoé Lorraine Évelyne Claudette"
    ),
    men=_names(
        "Robert Richard Claude Alain Yves Serge Mario Éric Christian Simon Jean-Guy Nicolas Sébastien Yvon Raymond "
        "Roger Laurent Maxime David Jonathan Vincent Antoine Louis Gabriel Charles-Antoine Jean-Sébastien Paul-Émile "
        "Hugo Tommy Xavier Malik Joaquín Tomasz Bruno Gaétan Rosaire Conrad Edgar"
    ),
    pairs=(("Lorrain", "Lorraine"), ("Joël", "Joëlle"), ("Gaétan", "Gaétane"), ("Emmanuel", "Emmanuelle"),
           ("Frédéric", "Frédérique"), ("Dominic", "Dominique"), ("Mario", "Maria"), ("Raymond", "Raymonde"),
           ("Axel", "Axelle"), ("Martin", "Martine"), ("Yvon", "Yvan"), ("Simon", "Simone")),
    families=_names(
        "Bédard Desjardins Landry Michaud Cormier Savard Landreville Lemieux Demers Rousseau Bernier Charbonneau Hamel "
        "Lessard Deschênes Lachance Perron Proulx Boisvert Gosselin Lemay Ste-Croix St-Laurent St-Amand Vachon "
        "Arsenault Grenier Théberge Giroux Tardif Blanchette Falardeau-Côté Jolicœur D'Astous L'Écuyer O'Brien "
        "MacDonald Zhang Ramirez-Dubois Brière Crépeau Dussault Montpetit Villeneuve Xénopoulos Wolfe Lanctôt Mayrand "
        "Piché Ouimet Lacroix-Vézina Cossette Trahan Haché Benjelloun Sicotte Provencher Toupin Ferland Guérin"
    ),
    streets=("rue Beaubien Est", "rue Beaubien Ouest", "avenue De Lorimier", "rue de la Visitation",
             "chemin Sainte-Foy", "boulevard Saint-Joseph", "rue Notre-Dame", "avenue du Mont-Royal",
             "rue des Pins", "rue D'Iberville",
             "12e Avenue", "chemin de la Côte-Fictive", "rang Saint-Antoine", "rue Jarry", "place d'Youville",
             "rue de l'Hôtel-de-Ville", "boulevard du Grand-Héron", "rue Fullum", "avenue Papineau", "rue Marie-Anne"),
    towns=(("Québec", "G1R"), ("Québec", "G1V"), ("Lévis", "G6V"), ("Gatineau", "J8X"), ("Sherbrooke", "J1H"),
           ("Saint-Jérôme", "J7Z"), ("Sainte-Julie", "J3E"), ("L'Assomption", "J5W"), ("Trois-Rivières", "G9A"),
           ("Repentigny", "J6A")),
    houses=("Académie", "Église", "Camp musical", "Maison de la culture", "CPE", "Orchestre", "Collège", "Manoir"),
    saints=("Sainte-Foy", "Saint-Viateur", "des Moissons", "L'Envol", "du Vieux-Pont", "Notre-Dame", "des Quatre-Mains",
            "Saint-Laurent", "de la Colline", "du Contretemps", "Saint-Antoine", "Les Pinsons", "de l'Aube"),
)  # fmt: skip

HELD_OUT = Pool(
    women=_names(
        "Jocelyne Micheline Lyne France Hélène Murielle Andréanne Gisèle Rita Pauline Claire Patricia Cynthia Amélie "
        "Marie-Andrée Anne-Sophie Magalie Sabrina Émilie Laurence Juliette Charlotte Jade Alice Raphaëlle Maryse "
        "Carole Réjeanne Fernande Germaine Aurore Salma Yuki Leïla Svetlana Delphine Maïka Lorette Élodie Bernadette"
    ),
    men=_names(
        "Jacques Yvan Marcel Gérard Fernand Denis Carl Steve Stéphan Francis Guillaume Marc-Antoine Louis-Philippe "
        "Karl Rénald Clément Arthur Émile Édouard Thomas Samuel Philippe William Jean-Marc Jean-Paul Pierre-Olivier "
        "Bertrand Léo Ludovic Zachary Karim Igor Rodrigo Hervé Rosario Armand Donat Ulric"
    ),
    pairs=(("Marcel", "Marcelle"), ("Gabriel", "Gabrielle"), ("Valère", "Valérie"), ("Fernand", "Fernande"),
           ("Clément", "Clémence"), ("Francis", "France"), ("Armand", "Armande"), ("Noël", "Noëlla"),
           ("Louis", "Louise"), ("Réjean", "Réjeanne"), ("Camil", "Camille"), ("Renaud", "Renaude")),
    families=_names(
        "Beaudoin Dufour Lapierre Rivard Bolduc Blais Carrier Mercier Richard Therrien Veilleux Drouin Vaillancourt "
        "Marcoux Pépin Lussier Laplante Chartrand Gendron Laroche Gaudreault Harvey Ste-Anne St-Denis St-Hilaire "
        "Labrecque Ménard Duchesne Asselin Leduc Fontaine-Roy Bellefleur D'Auteuil L'Heureux O'Connor McKenzie Huynh "
        "Sanchez-Morel Quenneville Raîche Vézeau Wagner Xavier Yelle Zampino Lanthier Mc-Duff Cinq-Mars Petit-Clair "
        "Labonté Soucy Babin Robichaud LeBlanc-Doiron Ghannoum Painchaud Rouleau Filion Brazeau Cadotte Émond"
    ),
    streets=("rue Saint-Denis", "rue Ontario Est", "rue Ontario Ouest", "avenue Christophe-Fictif", "rue du Parc",
             "chemin Chambly", "boulevard Taschereau", "rue Sainte-Anne", "rue des Ormes", "rue d'Auteuil", "4e Rue",
             "chemin des Patriotes", "rang de la Rivière", "rue Fleury", "place Royale", "rue Saint-Georges",
             "boulevard du Versant-Nord", "rue Hochelaga", "avenue Cartier", "rue De La Roche"),
    towns=(("Chicoutimi", "G7H"), ("Rimouski", "G5L"), ("Drummondville", "J2B"), ("Granby", "J2G"), ("Joliette", "J6E"),
           ("Saint-Hyacinthe", "J2S"), ("Sainte-Adèle", "J8B"), ("L'Ancienne-Lorette", "G2E"), ("Châteauguay", "J6J"),
           ("Val-d'Or", "J9P"), ("Mont-Saint-Hilaire", "J3H")),
    houses=("École secondaire", "Cégep", "Auberge", "Cathédrale", "Théâtre", "Club musical", "Fabrique", "Couvent"),
    saints=("Saint-Anselme", "Sainte-Rose", "du Vallon", "de l'Anse", "des Prairies", "La Clairière", "Saint-Louis",
            "Notre-Dame-des-Vents", "du Diapason", "Les Sittelles", "de la Passerelle", "Sainte-Marthe", "L'Arpège"),
)  # fmt: skip
