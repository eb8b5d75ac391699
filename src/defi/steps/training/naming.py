"""Whether a text that must name nobody holds a first name or a last name alone, and which word it is. Pure.

Many names are words of every day (Rose, Petit, Berger): such a one is a name when a capital says so inside a sentence,
or a civil title stands before it. Source: law.md 4.1 (minimisation): what goes into the evidence pack names nobody."""

from __future__ import annotations

import re
from collections.abc import Iterable

from defi.kernel import sheets

TITLES = frozenset("m mr mme mlle mmes mrs monsieur madame mademoiselle".split())  # noqa: SIM905
EVERYDAY = frozenset(
    """
    a abbe adroit agneau ai aigle aime allard ambre ami amour an ange anis artisan as au aube auberge automne aux
    avril bain barbe barbier baron barre bas beau bel belle berger bijou blanc blanche blond boeuf bois boisson bon
    bonhomme bonnet bord boucher boulanger bourgeois bras brun bureau cadet canard capucine carpentier carre carreau
    carton ce cerise ces chaise champ champagne champion chance chapeau chapelle charbonnier charpentier charron
    chasseur chat chateau chauffeur chef chemin chene cheval chevalier chevre ci clair claire clement clerc cloche
    constance constant coq cordier cordonnier corps couleur cour court cousin couture couturier creux croix
    cuisinier da dame de des desire desiree dimanche directeur divine do doux drap droit du duc dune eau ecole
    ecuyer eden eglise elle employeur en entier espoir essai est et etage ete etoile eu eux exemple externe fable
    faucon faux felicite fer ferme fermier feu feuille fidele fin fleur fontaine foret forge forgeron formateur
    formatrice fort fortune four fournier france franche frere froid garcon garde gardien grace grand grange gras
    gris gros guerre guide haie harmonie haut herbe heureux hiver homme honore hotel ici il ils interne iris jade
    janvier jardin jardinier je jeune joie joli jour journee juillet juin juste la lac lapin le leger les leur lien
    lievre lilas lion lis livre loisir long loup lourd loyal lui lundi lune ma machine macon mai main maire mais
    maison maitre mal marais marchand marche mardi marguerite mari marin marine marquis mars masse mat matin me mer
    mercedes mercier mercredi merle merveille mes meunier mi midi mignon modele modeste moine mon mont montagne
    moulin mouton mur muse myrtille ne neuf ni noble noel noir noisette nord nos nous nouveau noyer nu oiseau olive
    olivier on opale or ou ours ouvrier page pain par parent parfait paris pas passage passe patron pays pecheur
    peintre pelletier perle personne pervenche petit pied pierre pin place plaine plat pluie poirier poisson pomme
    pommier pont porte portier potier poulain poulet pour pre premier pres prieur prince principal printemps prix
    propre prudence prune quai rang referent reine renard responsable rich riche riviere roche roi rond rose rosier
    rouge route roux rue ruisseau sa sable sabot sage saint salle samedi sanguin saphir sarrazin sauvage sauveur
    savant se sec seigneur sellier sergent serre ses si simple sire soldat soleil son sortie sourd stage stagiaire
    su sud sur ta tableau tailleur te temple tendresse terrien tissier toi toit ton tonnelier tour tourneur tresor
    tu tuteur tutrice un une va vache vallee vanille vannier veau venant vendredi verdier verger verre vers vert
    victoire vie vieux vigne vigneron vilain village ville vin violet violette vivant voisin volant vos vous vu
    """.split()  # noqa: SIM905
)
"""First and last names that are also words of every day, and the small words that a name may be."""
SENTENCE_ENDS = re.compile(r"[.!?…:\n«(–—-]\s*$")
WORD = re.compile(r"[^\W\d_]+")


def named(text: str, names: Iterable[str]) -> str:
    """The name among these that a text holds, as the text writes it; empty when it holds none.

    A name is one or more whole words, accents and capitals aside."""
    words = list(WORD.finditer(text))
    said = [sheets.plain(word.group()) for word in words]
    for name in dict.fromkeys(sheets.plain(name) for name in names):
        parts = name.split()
        for start in range(len(said) - len(parts) + 1) if len(name) > 1 else ():
            if said[start : start + len(parts)] == parts and (
                name not in EVERYDAY or _is_meant(text, words, said, start)
            ):
                return text[words[start].start() : words[start + len(parts) - 1].end()]
    return ""


def _is_meant(text: str, words: list[re.Match[str]], said: list[str], start: int) -> bool:
    """Whether this word of every day is a name here."""
    if start and said[start - 1] in TITLES:
        return True
    before = text[: words[start].start()]
    return words[start].group()[0].isupper() and bool(before.strip()) and not SENTENCE_ENDS.search(before)
