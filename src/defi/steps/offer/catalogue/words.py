"""What the codes of LHÉO say, in the words of its tables."""

from __future__ import annotations

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _

LEVELS: dict[str, LazyText] = {
    "1": _("sans niveau spécifique"),
    "2": _("illettrisme, analphabétisme (ancien niveau VI)"),
    "3": _("préqualification (ancien niveau V bis)"),
    "4": _("CAP, BEP (ancien niveau V)"),
    "5": _("BP, baccalauréat (ancien niveau IV)"),
    "6": _("BTS, DUT (ancien niveau III)"),
    "7": _("licence, maîtrise (ancien niveau II)"),
    "8": _("au-delà de la maîtrise (ancien niveau I)"),
    "11": _("niveau 1, savoirs de base"),
    "12": _("niveau 2"),
    "13": _("niveau 3 (CAP, titre professionnel)"),
    "14": _("niveau 4 (baccalauréat)"),
    "15": _("niveau 5 (BTS)"),
    "16": _("niveau 6 (licence)"),
    "17": _("niveau 7 (master)"),
    "18": _("niveau 8 (doctorat)"),
}
OBJECTIVES: dict[str, LazyText] = {
    "2": _("perfectionnement, élargissement des compétences"),
    "3": _("perfectionnement, élargissement des compétences"),
    "4": _("création d'entreprise"),
    "5": _("remise à niveau, savoirs de base, initiation"),
    "6": _("certification"),
    "7": _("professionnalisation"),
    "8": _("préparation à la qualification"),
    "9": _("(re)mobilisation, projet professionnel"),
}
TEACHING: dict[str, LazyText] = {
    "0": _("entièrement en présence"),
    "1": _("en partie à distance"),
    "2": _("entièrement à distance"),
}
FUNDERS: dict[str, LazyText] = {
    "0": _("autre"),
    "2": _("Conseil régional"),
    "3": _("Fonds social européen"),
    "4": _("France Travail"),
    "5": _("entreprise"),
    "6": _("ACSÉ"),
    "7": _("Agefiph"),
    "8": _("Département"),
    "9": _("commune"),
    "10": _("bénéficiaire"),
    "11": _("État (emploi)"),
    "12": _("État (éducation nationale)"),
    "13": _("État (autre)"),
    "14": _("fonds européens (autre)"),
    "15": _("collectivité (autre)"),
    "16": _("OPCO"),
    "17": _("Transitions Pro"),
    "18": _("LADOM"),
    "19": _("État (intérieur)"),
    "20": _("OFII"),
}
