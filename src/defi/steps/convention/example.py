"""An invented operation, to fill a text when there is no real one to try it on."""

from __future__ import annotations

from datetime import date, datetime, time

from defi.kernel.clock import PARIS
from defi.steps.convention.documents import (
    AmendmentData,
    Competences,
    Contact,
    ContactSheetData,
    ConventionData,
    LetterData,
    ModuleLine,
    Party,
    PromiseLine,
    Signature,
)

TRAINING, EOS_NUMBER, PROVIDER = "Assistant de vie aux familles", "24-000-0000", "Atelier de l'Exemple"
TITLE = f"{TRAINING}, session EOS n° {EOS_NUMBER}"
START, END = date(2025, 11, 3), date(2026, 4, 10)
SIGNING_AT, SIGNING_PLACE = datetime.combine(date(2025, 11, 12), time(15), tzinfo=PARIS), "mairie d'Exempleville"
SIGNATURES = (
    Signature("Camille Exemple", "référente territoriale de formation", "Région"),
    Signature("Paul Exemple", "directeur", PROVIDER),
    Signature("Jeanne Modèle", "gérante", "Maison Modèle"),
)

CONVENTION = ConventionData(
    title=TITLE,
    training=TRAINING,
    eos_number=EOS_NUMBER,
    job="Assistant / Assistante de vie",
    rome="K1302",
    provider=PROVIDER,
    place="Exempleville",
    basin="Exempleville",
    starts_on=START,
    ends_on=END,
    hours_centre=420,
    hours_company=140,
    seats=10,
    certification="Titre professionnel Assistant de vie aux familles",
    parties=(
        Party("Région", "pilote", "Camille Exemple", "référente territoriale de formation"),
        Party(PROVIDER, "organisme de formation", "Paul Exemple", "directeur", "12 rue de l'Exemple"),
        Party("Maison Modèle", "employeur", "Jeanne Modèle", "gérante"),
    ),
    competences=(
        Competences("Attendues par les employeurs", ("Aider dans les gestes de la vie quotidienne", "Rendre compte")),
    ),
    promises=(
        PromiseLine("Maison Modèle", "Assistant de vie", 8, "CDI, 28 h par semaine", "Exempleville", date(2026, 4, 13)),
        PromiseLine("Aide & Cie", "Assistant de vie", 2, "CDD de 3 mois", "Exempleville", counts=False),
    ),
    modules=(ModuleLine("Gestes de la vie quotidienne", "140 h"), ModuleLine("Entretien du logement", "70 h")),
    signatures=SIGNATURES,
    signing_at=SIGNING_AT,
    signing_place=SIGNING_PLACE,
    draft=True,
)

CONTACT_SHEET = ContactSheetData(
    title=TITLE,
    training=TRAINING,
    eos_number=EOS_NUMBER,
    provider=PROVIDER,
    provider_contact="Paul Exemple",
    starts_on=START,
    ends_on=END,
    contacts=(
        Contact(PROVIDER, "organisme de formation", "Paul Exemple", "directeur", "paul@exemple.fr"),
        Contact("Maison Modèle", "employeur", "Jeanne Modèle", "gérante", agreed_on=date(2025, 10, 12)),
    ),
    options=("le 12 novembre 2025 à 15 h, mairie d'Exempleville",),
    trainees_attending=8,
)

AMENDMENT = AmendmentData(
    title=TITLE,
    training=TRAINING,
    eos_number=EOS_NUMBER,
    provider=PROVIDER,
    starts_on=START,
    ends_on=END,
    before_centre=420,
    before_company=140,
    hours_centre=427,
    hours_company=133,
    convention_number="CONV-2025-0000",
    signed_on=date(2025, 11, 12),
    effective_on=date(2026, 1, 12),
    changes=(
        "Durée par stagiaire : 420 h en centre et 140 h en entreprise deviennent 427 h en centre et 133 h en "
        "entreprise.",
        "Postes promis par Maison Modèle : de 2 à 1.",
    ),
    signatures=SIGNATURES,
    draft=True,
)

LETTER = LetterData(
    title=TITLE,
    training=TRAINING,
    eos_number=EOS_NUMBER,
    provider=PROVIDER,
    starts_on=START,
    ends_on=END,
    organisation="Maison Modèle",
    recipient="Jeanne Modèle",
    function="gérante",
    address="12 rue de l'Exemple",
    signing_at=SIGNING_AT,
    signing_place=SIGNING_PLACE,
    trainees_attending=8,
    employers=("Maison Modèle", "Aide & Cie"),
    sender="Pour la Région, le Cabinet",
)
