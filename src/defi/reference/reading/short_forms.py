"""Words that need a translation before the ROME knows them, and words that say nothing of the job.

Short forms are those of the trades and of French job advertisements that the titles of the ROME do not spell; those it
does spell (DSI, IDEC…) need no line here.
"""

from __future__ import annotations

import re

SHORT_FORMS = {
    "adv": "administration ventes",
    "aes": "accompagnant educatif social",
    "as": "aide soignant",
    "ash": "agent service hospitalier",
    "asv": "auxiliaire specialise veterinaire",
    "assmat": "assistant maternel",
    "avs": "auxiliaire vie sociale",
    "btp": "btp batiment travaux publics",
    "cip": "conseiller insertion professionnelle",
    "cn": "commande numerique",
    "cnc": "commande numerique",
    "compta": "comptable",
    "cvc": "cvc chauffage ventilation climatisation",
    "daf": "directeur administratif financier",
    "dev": "developpeur",
    "drh": "directeur ressources humaines",
    "elec": "electricien",
    "ide": "infirmier",
    "info": "informatique",
    "kine": "masseur kinesitherapeute",
    "mag": "magasinier",
    "mecano": "mecanicien",
    "pl": "poids lourd",
    "prepa": "preparateur",
    "resto": "restaurant",
    "rh": "ressources humaines",
    "secu": "securite",
    "spl": "super lourd",
    "tisf": "technicien intervention social familial",
    "tp": "travaux publics",
    "tpmr": "transport personnes mobilite reduite",
    "vl": "vl vehicule leger automobile",
    "vrp": "vrp commercial",
    "vtc": "vtc conducteur",
}

# Feminines that no ending tells, folded.
FEMININE = {"cheffe": "chef", "hotesse": "hote", "maitresse": "maitre", "ambassadrice": "ambassadeur"}

# Closed classes: pronouns, auxiliaries, verbs of seeking, contracts, politeness. No word that names a job, hence none
# of "recherche", "emploi", "poste", "équipe", "personne", which are put aside only in the phrases below.
ASIDE = frozenset(
    """
    je j on nous vous il elle ils elles mon ma mes notre nos votre vos leur leurs son sa ses se
    cherche cherchons cherchent recherchons recherchent recrute recrutons recrutent
    embauche embauchons embaucher faut manque manquons trouver trouvons voudrais voudrions veux voulons
    souhaite souhaitons aimerais aimerions propose proposons
    cdi cdd ctt urgent urgence rapidement asap
    debutant debutante debutants accepte acceptes acceptee motive motivee motives motivees serieux serieuse serieuses
    gens quelqu
    bonjour bonsoir merci svp cordialement salut
    est sont etre suis sera seront serait avoir ai avons ont aura doit devra devront sachant savoir sais sait fait
    capable capables pouvant peut qui que quoi dont ne pas plus tres bien bon bonne bons bonnes ayant
    ici chez vers entre afin comme si mais donc car aussi tout tous toute toutes h f hf fh
    """.split()  # noqa: SIM905
)

ASIDE_PHRASES = re.compile(
    r"""\b(?:
      (?:je|on|nous|qui|entreprise|soci[ée]t[ée])\s+(?:re)?cherch\w+
    | (?:est|sommes|suis|[àa])\s+la\s+recherche\s+d\w*
    | (?:avons|ai|avoir|a|il\s+me\s+faut|au)\s+besoins?\s+d\w*
    | besoins?\s+(?:urgents?\s+)?(?:d'|de\s|des\s|en\s)
    | (?:du|le)\s+mal\s+[àa]
    | offres?\s+d'emplois?
    | (?:un|des|une|\d+)\s+(?:postes?|emplois?)\s+d[e']\w*
    | postes?\s+(?:à|a)\s+pourvoir
    | (?:une?|des|\d+)\s+personnes?\s+(?:qui|pour|capables?|sachant|pouvant|motiv\w+)
    | quelqu'une?\b
    | (?:à|a)?\s*temps\s+(?:plein|partiel|complet)
    | (?:en|par|un|d')\s*(?:int[ée]rim|contrat)\b
    | contrats?\s+(?:de\s+)?(?:pro\w*|\d+\s+mois|d'apprentissage)
    | \d+\s*(?:mois|ans?|jours?|heures?|h|k?€|euros?)\b
    | (?:dans|rejoindre|au\s+sein\s+de|pour|renforcer|compl[ée]ter)\s+(?:notre|nos|mon|une?|l')\s*
      (?:[ée]quipes?|entreprise|soci[ée]t[ée]|bo[iî]te|magasin)
    | (?:dans|pour|sur)\s+(?:notre|le|la|mon|ce)\s+(?:secteur|r[ée]gion|d[ée]partement|ville)
    | (?:avec|sans|premi[èe]re|une?)\s+(?:exp[ée]riences?|dipl[ôo]mes?)\b
    | au\s+moins | d[èe]s\s+(?:que\s+possible|maintenant|la\s+rentr[ée]e) | tout\s+de\s+suite
    )|^\s*recherch\w+\b""",
    re.IGNORECASE | re.VERBOSE,
)
