"""One filled example of each document, for the tests and for bench/documents.py. People and firms are invented."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from defi.kernel.documents import Rendered, Template, render
from defi.kernel.documents.french import amount_words, rate_words
from defi.steering.charts import Bar, Chart
from defi.steering.documents import (
    OPERATION_SHEET,
    YEARLY_REPORT,
    FigureLine,
    OperationSheetData,
    PlaceLine,
    PlaceTable,
    PrintedChart,
    Question,
    YearlyReportData,
)
from defi.steps.closing.documents import (
    BONUS_REQUEST,
    CERTIFICATE,
    BonusRequestData,
    CertificateData,
    Check,
    Claim,
    Finding,
    amount_line,
    piece,
)
from defi.steps.convention import example
from defi.steps.convention.documents import (
    AMENDMENT,
    CEREMONY,
    CONTACT_SHEET,
    CONVENTION,
    INVITATION,
    LETTER_SIGNATORY,
    LETTER_TRAINEE,
    SAVE_THE_DATE,
    CeremonyData,
    Competences,
    Contact,
    ContactSheetData,
    ConventionData,
    Guest,
    MomentLine,
    Party,
    PromiseLine,
    Signature,
)
from defi.steps.design.calendar.durations import day_words
from defi.steps.design.calendar.printing import columns_of_months, week_runs
from defi.steps.design.calendar.rules import Rhythm, lay_out
from defi.steps.design.calendar.weeks import Days, Shown
from defi.steps.design.documents import (
    ASKED_AND_TAUGHT,
    CALENDAR,
    PLAN,
    PLAN_GRID,
    Approval,
    AskedData,
    AskedLine,
    Brought,
    CalendarData,
    Change,
    Coverage,
    GridData,
    GridModule,
    GridRow,
    GroupWeeks,
    Lesson,
    Linguistic,
    MadeFor,
    Module,
    PlanData,
    Tailored,
    TaughtIn,
)
from defi.steps.followup.documents import (
    FOLLOW_UP_REPORT,
    FollowUpReportData,
    PersonLine,
    Promise,
    Rate,
    Situation,
)
from defi.steps.needs.documents import INTEREST_SHEET, InterestSheetData, Offer
from defi.steps.offer.documents import ROUTE_DECISION, Informed, LotEvidence, RouteDecisionData, SessionEvidence
from defi.steps.review.documents import (
    CONVENING,
    REVIEW,
    ConveningData,
    Decision,
    Point,
    QuestionLine,
    ReviewData,
    VoiceLine,
)
from defi.steps.training.documents import (
    ATTENDANCE_SHEET,
    COMPLETION,
    EOS_SHEET,
    IMMERSION_SHEET,
    PERIODIC_REPORT,
    PLACEMENT_AGREEMENT,
    PRESENCE_STATEMENT,
    AgreementData,
    AttendanceSheetData,
    Cell,
    CompletionData,
    Corrected,
    CountLine,
    EmployerLine,
    EosLine,
    EosSheetData,
    HalfDay,
    ImmersionData,
    Opinion,
    PartnerLine,
    Period,
    Presence,
    PresenceData,
    PresenceLine,
    ReportData,
    Row,
    Step,
)

NOW = datetime(2025, 11, 3, 9, 30, tzinfo=UTC)
URL = "https://defi.example.fr/v/ABCDE23456"

TRAINING = "Assistant de vie aux familles"
EOS = "24-118-0932"
START, END = date(2025, 11, 3), date(2026, 4, 10)
EMPLOYERS = (
    ("Maison Bel-Air", "Châteaudun", 3),
    ("Aide & Cie", "Cloyes-les-Trois-Rivières", 2),
    ("Les Tilleuls", "Bonneval", 2),
    ("L'Âge d'Or", "Brou", 2),
    ("Service Plus", "Châteaudun", 1),
)
TRAINEES = (
    "Amina Rahmani",
    "Bruno Tessier",
    "Leïla Mansour",
    "Karim Diallo",
    "Jeanne d'Arc-Fontaine",
    "Şule Öztürk",
    "Łukasz Wiśniewski",
    "Maëlys Nguyễn",
    "Ștefan Ionescu",
    "Inès Le Goff",
)


@dataclass(frozen=True)
class Sample:
    """A template, the facts that fill it and when it is made."""

    template: Template[Any]
    data: Any
    now: datetime = NOW


def made(sample: Sample, number: str = "") -> Rendered:
    """The sample as a document."""
    return render(
        sample.template,
        sample.data,
        number=number or f"{sample.template.prefix}-2025-0042",
        code="ABCDE23456",
        verify_url=URL,
        now=sample.now,
    )


def convention_data(**changes: Any) -> ConventionData:
    """The convention of the Châteaudun session, with the fields that a test wants otherwise."""
    facts: dict[str, Any] = {
        "title": f"{TRAINING}, session EOS n° {EOS}",
        "training": TRAINING,
        "eos_number": EOS,
        "job": "Assistant / Assistante de vie aux familles",
        "rome": "K1311",
        "provider": "Atelier du Loir",
        "place": "Châteaudun",
        "basin": "Châteaudun",
        "starts_on": START,
        "ends_on": END,
        "hours_centre": 420,
        "hours_company": 140,
        "seats": 10,
        "certification": "Titre professionnel Assistant de vie aux familles",
        "parties": (
            Party("Région Centre-Val de Loire", "Pilote de l'opération", "Claire Modèle", "référente territoriale"),
            Party(
                "Atelier du Loir",
                "Organisme de formation",
                "Paul Exemple",
                "directeur",
                "12 rue des Essais, Châteaudun",
            ),
            *(Party(name, "Employeur", "", "", place) for name, place, _posts in EMPLOYERS),
            Party("Mission locale du Dunois", "Prescripteur", "Anne Essai", "directrice"),
            Party("France Travail, agence de Châteaudun", "Prescripteur"),
        ),
        "competences": (
            Competences(
                "Compétences techniques",
                (
                    "Aider une personne dans les gestes de la vie quotidienne : lever, toilette, repas",
                    "Entretenir le logement et le linge",
                    "Repérer un changement d'état et le transmettre",
                ),
            ),
            Competences("Compétences comportementales", ("Garder la bonne distance", "Rendre compte")),
            Competences("Compétences transversales", ("Se déplacer seul sur le bassin",)),
        ),
        "promises": tuple(
            PromiseLine(name, "Assistant de vie aux familles", posts, "CDI, 28 h par semaine", place, date(2026, 4, 13))
            for name, place, posts in EMPLOYERS
        ),
        "signatures": (
            Signature("Claire Modèle", "référente territoriale de formation", "Région Centre-Val de Loire"),
            Signature(
                "Paul Exemple", "directeur", "Atelier du Loir", "par clic", datetime(2025, 11, 12, 13, 5, tzinfo=UTC)
            ),
            Signature("Jeanne Modèle", "gérante", "Aide & Cie", "à l'encre", datetime(2025, 11, 12, 14, 0, tzinfo=UTC)),
            *(Signature("", "représentant légal", name) for name, _place, _posts in EMPLOYERS[2:]),
        ),
        "signing_place": "mairie de Châteaudun",
        "signing_at": datetime(2025, 11, 12, 14, 0, tzinfo=UTC),
    }
    return ConventionData(**(facts | changes))


def attendance_data(half_days: int = 10, trainees: tuple[str, ...] = TRAINEES) -> AttendanceSheetData:
    """The first week: signed by click on the first half-day, one absence, the rest to be signed in ink."""
    halves = tuple(
        HalfDay(
            day=START + timedelta(days=position // 2),
            period=Period.AFTERNOON if position % 2 else Period.MORNING,
            starts_at=time(13, 30) if position % 2 else time(8, 30),
            ends_at=time(17) if position % 2 else time(12),
            length=timedelta(hours=3, minutes=30),
            module="Gestes de la vie quotidienne" if position < 6 else "Entretien du logement",
            trainer="Sophie Formatrice",
            trainer_cell=Cell(datetime(2025, 11, 3, 7, 31, tzinfo=UTC)) if position == 0 else Cell(),
        )
        for position in range(half_days)
    )
    return AttendanceSheetData(
        training=TRAINING,
        eos_number=EOS,
        provider="Atelier du Loir",
        place="12 rue des Essais, Châteaudun, salle 2",
        half_days=halves,
        rows=tuple(Row(name, _cells(line, half_days)) for line, name in enumerate(trainees)),
    )


def _cells(line: int, half_days: int) -> tuple[Cell, ...]:
    first = Cell(words="absent") if line == 3 else Cell(datetime(2025, 11, 3, 7, 32 + line, tzinfo=UTC))
    return (first, *(Cell() for _ in range(half_days - 1)))


INTEREST = InterestSheetData(
    employer="Aide & Cie",
    siret="790 261 000 00018",
    job="Assistant / Assistante de vie aux familles",
    rome="K1311",
    posts=2,
    contract="CDI à temps partiel",
    place="Cloyes-les-Trois-Rivières",
    basin="Châteaudun",
    address="4 place du Marché, 28220 Cloyes-les-Trois-Rivières",
    contact="Jeanne Modèle",
    contact_function="gérante",
    mail="jeanne.modele@example.fr",
    phone="02 00 00 00 00",
    starts_on=date(2026, 4, 13),
    hours_per_week=Decimal("28.5"),
    schedule="journée, un week-end sur trois",
    technical=("Aider à la toilette et à l'habillage", "Préparer un repas simple", "Utiliser un lève-personne"),
    behavioural=("Discrétion", "Ponctualité"),
    transversal=("Lire et remplir un cahier de liaison",),
    offers=(
        Offer("Plateau technique", True, "chambre équipée d'un lève-personne"),
        Offer("Stage", True, "deux stagiaires à la fois"),
        Offer("Visite de l'entreprise", True),
        Offer("Tutorat", False),
    ),
    remarks="Le permis n'est pas demandé : les tournées se font à vélo électrique.\nRencontre possible le mardi.",
    typed_by="Claire Modèle, référente territoriale de formation",
    typed_for="Jeanne Modèle",
    typed_on=date(2025, 5, 14),
)

EOS_DATA = EosSheetData(
    training=TRAINING,
    provider="Atelier du Loir",
    starts_on=START,
    ends_on=END,
    eos_number=EOS,
    due_on=date(2025, 10, 6),
    lines=(
        EosLine("Intitulé", TRAINING, silent=True),
        EosLine("Heures en centre", "420", "420"),
        EosLine("Heures en entreprise", "140", "130", "10 h de moins", "corrigé dans EOS le 22 septembre"),
        EosLine("Effectif", "10", "12", "2 places de plus"),
        EosLine("Date de début", "03/11/2025"),
        EosLine("Session DEFI", "oui, case cochée"),
    ),
    typed_back_by="Paul Exemple",
    typed_back_on=date(2025, 9, 15),
)

REPORT_DATA = ReportData(
    training=TRAINING,
    provider="Atelier du Loir",
    on=date(2026, 1, 12),
    seats=12,
    counts=(
        CountLine("Entrés", 14, 11, 3),
        CountLine("Partis", 1, 1, 0),
        CountLine("Présents", 13, 10, 3),
        CountLine("Appairés", 11, 9, 2),
    ),
    hours_centre=timedelta(hours=1890),
    hours_company=timedelta(hours=210, minutes=30),
    sheets_locked=62,
    sheets_open=2,
    to_confirm=1,
    interrupted=1,
    author="Paul Exemple",
    comment="Le groupe avance bien ; une visite chez chaque employeur est prévue en février.",
    employers=(
        EmployerLine("Les Tilleuls", 4, 4, 2, 2, apart=2),
        EmployerLine("Maison Bel-Air", 3, 2, 0, 1, "pendant"),
    ),
    prescribers=(PartnerLine("Mission locale du Dunois", 9, 7, 6),),
)

PRESENCE_DATA = PresenceData(
    training=TRAINING,
    eos_number=EOS,
    provider="Atelier du Loir",
    month="novembre 2025",
    first=date(2025, 11, 1),
    last=date(2025, 11, 30),
    author="Paul Exemple",
    lines=(
        *tuple(
            PresenceLine(
                name, timedelta(hours=98), timedelta(hours=91), timedelta(hours=3, minutes=30), timedelta(hours=3.5)
            )
            for name in TRAINEES[:-1]
        ),
        PresenceLine(
            TRAINEES[-1],
            timedelta(hours=49),
            timedelta(hours=49),
            timedelta(0),
            timedelta(0),
            ("parti le 14/11/2025", "en entreprise du 17/11/2025 au 21/11/2025, Les Tilleuls, 35 h faites"),
        ),
    ),
    not_locked=("27/11/2025 matin", "28/11/2025 après-midi"),
)

COMPLETION_DATA = CompletionData(
    trainee="Rahmani Amina",
    training=TRAINING,
    eos_number=EOS,
    provider="Atelier du Loir",
    provider_place="Châteaudun",
    signed_name="Paul Exemple",
    signed_as="directeur",
    from_on=START,
    to_on=END,
    in_centre=timedelta(hours=402, minutes=30),
    in_company=timedelta(hours=140),
    in_all=timedelta(hours=542, minutes=30),
    nda="24280012345",
    funder="Région Centre-Val de Loire",
)

AGREEMENT_DATA = AgreementData(
    trainee="Amina Rahmani",
    training=TRAINING,
    eos_number=EOS,
    provider="Atelier du Loir",
    provider_place="2 rue du Loir, Châteaudun",
    employer="Les Tilleuls",
    employer_place="8 place du Marché, Châteaudun",
    tutor="Rose Tuteur",
    first=date(2026, 2, 2),
    last=date(2026, 2, 13),
    days="lundi, mardi, mercredi, jeudi, vendredi",
    hours=70,
    aims="Accompagner les repas, puis tenir une tournée seule",
    place="Résidence du Parc",
    schedule="8 h – 12 h et 13 h – 16 h",
    referent="Paul Exemple",
    phone="02 00 00 00 01",
)

IMMERSION_DATA = ImmersionData(
    trainee="Amina Rahmani",
    training=TRAINING,
    provider="Atelier du Loir",
    employer="Les Tilleuls",
    tutor="Rose Tuteur",
    first=date(2026, 2, 2),
    last=date(2026, 2, 13),
    days="lundi, mardi, mercredi, jeudi, vendredi",
    hours=70,
    aims="Accompagner les repas, puis tenir une tournée seule",
    state="retour d'expérience fait",
    agreement="PERI-2026-0007, le stagiaire : 29/01/2026, l'entreprise : 29/01/2026, l'organisme : 30/01/2026",
    preparation=(
        Step("le rôle de chacun est expliqué", True, date(2026, 1, 22)),
        Step("le tuteur et la personne se sont rencontrés", True, date(2026, 1, 22)),
    ),
    accompanied=(Step("visite ou appel de l'organisme", True, date(2026, 2, 9), "visite"),),
    presences=tuple(
        Presence(
            date(2026, 2, 2) + timedelta(days=n + 2 * (n // 5)),
            "présent",
            "absent" if n == 3 else "présent" if n < 9 else "",
            timedelta(hours=7),
            "Rose Tuteur, signé en ligne",
        )
        for n in range(10)
    ),
    in_company=timedelta(hours=63),
    referent="Paul Exemple",
    corrected=(
        Corrected(
            "le 3 février 2026 au matin",
            "Rose Tuteur",
            "signé en ligne",
            "absent",
            "présent",
            date(2026, 2, 10),
            "Paul Exemple",
        ),
    ),
    opinion=Opinion(
        "atteints en partie",
        ("les gestes du métier", "le travail en équipe"),
        ("le rythme de travail",),
        "À l'aise avec l'équipe du matin.",
        "Rose Tuteur",
        date(2026, 2, 14),
    ),
    debriefed_on=date(2026, 2, 17),
    in_group=True,
    learnt="Demander avant d'improviser.",
    follows="Une seconde période en mars.",
)

CEREMONY_DAY = CeremonyData(
    title="Assistant de vie aux familles, session EOS n° 24-118-0932",
    training="Assistant de vie aux familles",
    eos_number="24-118-0932",
    provider="Atelier du Loir",
    place="Mairie de Châteaudun",
    signing_at=datetime(2025, 11, 5, 13, 30, tzinfo=UTC),
    programme=(MomentLine("14 h 15", "Accueil des signataires"), MomentLine("14 h 30", "Ouverture par la Région")),
    guests=(
        Guest("Les Tilleuls", "Jean Tilleul", "gérant", "signé en ligne, le 3 novembre 2025"),
        Guest("Mission locale du Dunois", "", "Mission locale"),
    ),
    trainees=("Arpent Lila", "Bocage Nour"),
)

CONTACTS = ContactSheetData(
    title=f"{TRAINING}, session EOS n° {EOS}",
    training=TRAINING,
    eos_number=EOS,
    provider="Atelier du Loir",
    provider_contact="Paul Exemple, 02 00 00 00 01, paul@example.fr",
    starts_on=START,
    ends_on=END,
    contacts=(
        Contact(
            "Atelier du Loir",
            "Organisme de formation",
            "Paul Exemple",
            "directeur",
            "paul@example.fr",
            "02 00 00 00 01",
            date(2025, 10, 10),
            "par lui-même",
        ),
        *(
            Contact(
                name,
                "Employeur",
                "Jeanne Modèle",
                "gérante",
                "contact@example.fr",
                "02 00 00 00 02",
                date(2025, 10, 12) if posts > 1 else None,
                "par téléphone" if posts > 1 else "",
            )
            for name, _place, posts in EMPLOYERS
        ),
        Contact("Mission locale du Dunois", "Prescripteur", "Anne Essai", "directrice", "anne.essai@example.fr"),
    ),
    options=("12 novembre 2025 à 15 h, mairie de Châteaudun", "14 novembre 2025 à 10 h, Atelier du Loir"),
    trainees_attending=10,
)

CERTIFICATE_DATA = CertificateData(
    training=TRAINING,
    eos_number=EOS,
    provider="Atelier du Loir",
    place="Châteaudun",
    basin="Châteaudun",
    starts_on=START,
    ends_on=END,
    seats=12,
    entered=11,
    paired=10,
    minimum=9,
    state="minimum atteint, session admise par décision de la Région",
    found_on=START,
    rulebook="DEFI, version 2025-1",
    issued_by="Claire Modèle",
    issued_by_function="référente territoriale de formation",
    issued_on=date(2025, 12, 1),
    other_seats=3,
    admission_reason="Service Plus a perdu un marché trois semaines avant le démarrage ; deux des quatre personnes ont "
    "retrouvé une promesse.",
    admitted_by="Claire Modèle",
    admitted_on=date(2025, 10, 31),
    signed_convention_on=date(2025, 11, 12),
    checks=(
        Check(
            "Besoin des entreprises et du public analysé",
            Finding.SHOWN,
            "5 fiches d'intérêt, profil du public, diagnostic",
        ),
        Check("Région informée au plus tôt", Finding.SHOWN, "signalement du 14 mai 2025"),
        Check("Conception partagée avec la Région", Finding.SHOWN, "plan approuvé par 7 sur 7"),
        Check(
            "Partenaires gagnés aux objectifs de la convention",
            Finding.SHOWN,
            "objectifs présentés le 9 septembre 2025",
        ),
        Check(
            "Une promesse pour chaque stagiaire, au plus près de l'effectif visé", Finding.SHOWN, "10 appairés sur 12"
        ),
        Check("Recrutement suivi jusqu'au contrat", Finding.NOT_SHOWN),
        Check("Contenus, méthodes et rythme mis à jour", Finding.SHOWN, "3 modules adaptés, 1 ajouté"),
        Check("Formation sur le plateau technique d'une entreprise", Finding.NOT_ASKED),
    ),
)

BONUS = BonusRequestData(
    training=TRAINING,
    eos_number=EOS,
    holder="Groupement Formation Dunois",
    holder_siret="790 261 000 00026",
    provider="Atelier du Loir",
    order_number="BC-2025-118-07",
    market="2025-PM-14",
    claim=Claim.INTERIM,
    amount=amount_line(None),
    certificate_number="ATT-2025-0042",
    certificate_on=date(2025, 12, 1),
    starts_on=START,
    ends_on=END,
    seats=12,
    paired=10,
    office="Région Centre-Val de Loire, cellule de gestion de la formation professionnelle",
    office_mail="gestion@example.fr",
    office_address="1 rue de l'Essai, 45000 Orléans",
    asked_by="Paul Exemple",
    asked_by_function="directeur",
    asked_on=date(2026, 1, 15),
    pieces=(
        piece("Attestation de conformité", "ATT-2025-0042", "ab12" * 16),
        piece("Convention signée", "CONV-2025-0042", "09fe" * 16),
    ),
)

FOLLOW_UP = FollowUpReportData(
    training=TRAINING,
    eos_number=EOS,
    provider="Atelier du Loir",
    place="Châteaudun",
    starts_on=START,
    ends_on=END,
    seats=10,
    entered=10,
    left_early=1,
    certified=8,
    until=date(2026, 10, 20),
    rates=(
        Rate("En emploi", rate_words(8, 10), rate_words(8, 9), rate_words(7, 8)),
        Rate("En emploi durable (CDI, CDD de plus de 6 mois)", rate_words(7, 10), rate_words(7, 9), rate_words(6, 8)),
        Rate("Chez l'employeur de la promesse", rate_words(6, 10), rate_words(6, 9), rate_words(0, 0)),
    ),
    people=tuple(
        PersonLine(
            initials="".join(f"{part[0]}." for part in name.split()),
            exit_on=date(2026, 2, 6) if line == 3 else END,
            at_exit=Situation("sans emploi" if line == 3 else "CDI"),
            at_3_months=Situation("sans réponse après 3 appels", known=False) if line == 3 else Situation("CDI"),
            at_6_months=Situation("échéance le 10 octobre 2026", known=False) if line == 3 else Situation("CDI"),
            promised="CDI, 28 h",
            kept="" if line == 3 else "CDI, 30 h",
            promise=Promise.NOT_KEPT if line == 3 else Promise.KEPT,
            left_early=line == 3,
        )
        for line, name in enumerate(TRAINEES)
    ),
    remarks="Un départ pour raison de mobilité.",
    reported_by="Paul Exemple",
)

CONVENING_DATA = ConveningData(
    training=TRAINING,
    provider="Atelier du Loir",
    on=date(2026, 4, 8),
    at="14 h 00",
    place="12 rue des Essais, Châteaudun",
    agenda=("Ce que disent les stagiaires", "Décisions : qui fait quoi, pour quand"),
)

REVIEW_DATA = ReviewData(
    training=TRAINING,
    provider="Atelier du Loir",
    held_on=date(2026, 4, 8),
    place="Châteaudun",
    entered=10,
    certified=8,
    blocks=1,
    failed=0,
    not_presented=1,
    hired=8,
    kept=7,
    present=("9 stagiaires", "Atelier du Loir (formateur)", "Les Tilleuls (employeur ou tuteur)"),
    excused=("Maison Bel-Air (employeur ou tuteur)",),
    minutes="Un groupe assidu.",
    no_hires=("la personne poursuit une formation : 1",),
    points=(Point("L'immersion dès la deuxième semaine", "point fort", "stagiaires"),),
    decisions=(Decision("Ajouter un module sur le permis", "Atelier du Loir", date(2026, 9, 1)),),
    voices=(
        VoiceLine(
            "Stagiaires",
            "réponses : 6 sur 9",
            "",
            (QuestionLine("Le temps en entreprise vous a aidé ?", "oui : 5, plutôt oui : 1, plutôt non : 0, non : 0"),),
        ),
        VoiceLine("Tuteurs", "réponses : 0 sur 1", "Pas encore de réponse."),
    ),
)

WEEK = frozenset(range(5))
LAID = [
    Shown(n, half.on, half.half, half.starts_at, half.minutes, half.place)
    for n, half in enumerate(lay_out(Rhythm("ccce", 21, 21, WEEK, WEEK), date(2025, 9, 1), 560, 210).half_days)
]
"""Nine months."""

CALENDAR_DATA = CalendarData(
    training=TRAINING,
    provider="Atelier du Loir",
    place="12 rue des Essais, Châteaudun",
    group="Groupe A",
    rhythm="3 semaines en centre, puis 1 semaine en entreprise ; 21 h par semaine ; du lundi au vendredi",
    hours="560 h en centre, 210 h en entreprise",
    first=LAID[0].on,
    last=LAID[-1].on,
    months=columns_of_months(Days(LAID, ())),
    closed=(f"du {day_words(date(2025, 12, 22))} au {day_words(date(2026, 1, 2))} (Noël)",),
    faults=("Le calendrier fait 560 h en centre, le plan 567 h : il manque 7 h.",),
    lessons=(Lesson(1, "Gestes de la vie quotidienne", "140 h, salle 3"), Lesson(2, "Hygiène", "14 h")),
)

PLAN_DATA = PlanData(
    training=TRAINING,
    eos_number="",
    job="Assistant / Assistante de vie aux familles",
    rome="K1311",
    provider="Atelier du Loir",
    edition=2,
    state="édition 2, soumise à approbation",
    starts_on=LAID[0].on,
    ends_on=LAID[-1].on,
    calendar=(GroupWeeks("Groupe A", week_runs(LAID)),),
    hours_centre=420,
    hours_company=140,
    rhythm="trois semaines en centre, une semaine en entreprise",
    certification="Titre professionnel Assistant de vie aux familles (RNCP 37715)",
    platform="chambre équipée d'Aide & Cie",
    entry_level="aucun diplôme exigé",
    entry_conditions="se déplacer seul sur le bassin\navoir rencontré un employeur",
    cost_per_place=amount_words(Decimal("3150.50")),
    public_need="trois personnes viennent de loin : début des cours à 9 h",
    specific="Les nuits sont préparées dès la deuxième semaine.",
    linguistic=Linguistic("Atelier des Langues", 60, "24-118-0940", "lire et remplir un cahier de liaison"),
    coverage=(
        Coverage(
            "Utiliser un lève-personne", "Aide & Cie", ("Gestes de la vie quotidienne", "Atelier chez l'employeur")
        ),
        Coverage(
            "Se déplacer à vélo électrique",
            "Aide & Cie",
            (),
            "l'employeur forme lui-même à l'embauche",
            uncertified=True,
        ),
        Coverage("Tenir un cahier de liaison", "Les Tilleuls, Maison Bel-Air"),
    ),
    modules=(
        Module("Gestes de la vie quotidienne", 140, "126 h en centre, 14 h à distance", Change.KEPT, block="bloc 1"),
        Module(
            "Entretien du logement",
            105,
            "105 h en centre",
            Change.ADAPTED,
            "produits sans solvant",
            "Les Tilleuls",
        ),
        Module(
            "Atelier chez l'employeur",
            21,
            "21 h en situation de travail",
            Change.ADDED,
            "lève-personne",
            "Aide & Cie",
            "hors certification",
            "Aide & Cie",
        ),
    ),
    tailorings=(
        Tailored("Les Tilleuls", "les transmissions du soir, dans la maison même"),
        Tailored("Tous", "un livret commun aux cinq employeurs"),
    ),
    brought=(
        Brought("Aide & Cie", "matériel prêté, un lève-personne", "Atelier chez l'employeur"),
        Brought("Les Tilleuls", "membre du jury"),
    ),
    approvals=(
        Approval("Atelier du Loir", "organisme de formation", date(2025, 8, 28), 2),
        Approval("Aide & Cie", "employeur", date(2025, 8, 29), 2, recorded_for=True),
        Approval("Les Tilleuls", "employeur", fell=1),
        Approval("Région Centre-Val de Loire", "Région", date(2025, 9, 2), 2),
    ),
)


def grid_data(competences: int = 3, modules: int = 4) -> GridData:
    """The matrix of so many competences and modules; the last is not taught, the one before has no answer."""
    return GridData(
        training=TRAINING,
        provider="Atelier du Loir",
        state="édition 2, approuvée par tous",
        modules=tuple(
            GridModule(
                f"Module {n} : {('gestes de la vie quotidienne', 'entretien du logement et du linge')[n % 2]}", 14 + n
            )
            for n in range(1, modules + 1)
        ),
        rows=tuple(
            GridRow(
                f"Compétence {n} : aider une personne à se lever",
                "Aide & Cie, Les Tilleuls" if n % 2 else "",
                tuple(sorted({n % modules, (n * 7 + 3) % modules})) if n < competences - 1 else (),
                "l'employeur forme à l'embauche" if n == competences else "",
            )
            for n in range(1, competences + 1)
        ),
    )


ASKED_DATA = AskedData(
    employer="Aide & Cie",
    training=TRAINING,
    provider="Atelier du Loir",
    state="édition 2, soumise à approbation",
    hours_centre=420,
    hours_company=140,
    rhythm="trois semaines en centre, une semaine en entreprise",
    certification="Titre professionnel Assistant de vie aux familles (RNCP 37715)",
    entry_level="aucun diplôme exigé",
    starts_on=START,
    ends_on=END,
    approved_on=date(2025, 8, 29),
    edition=2,
    recorded_for=True,
    specific="Les nuits sont préparées dès la deuxième semaine.",
    asked=(
        AskedLine(
            "Utiliser un lève-personne",
            (
                TaughtIn("Gestes de la vie quotidienne", "126 h en centre, 14 h à distance"),
                TaughtIn("Atelier chez l'employeur", "21 h en situation de travail"),
            ),
        ),
        AskedLine("Se déplacer à vélo électrique", (), "vous formez vous-même à l'embauche"),
        AskedLine("Tenir un cahier de liaison"),
    ),
    made_for=(MadeFor("Atelier chez l'employeur", "ajouté", "lève-personne"),),
    differs=("un livret commun aux cinq employeurs",),
    brings=(
        "matériel prêté, un lève-personne (Atelier chez l'employeur)",
        "plateau technique (Atelier chez l'employeur)",
    ),
)

ROUTE = RouteDecisionData(
    title="Assistant de vie aux familles, Châteaudun",
    job=TRAINING,
    rome="K1311",
    basin="Châteaudun",
    employers=3,
    posts=8,
    day=date(2025, 11, 3),
    sought=("niveau 3 (CAP)", "8 places"),
    answer="consultation (FREF ou marché subséquent)",
    reason="Aucun lot ne couvre l'ensemble du bassin.",
    entrusted_to="",
    decided_by="Claire Modèle",
    decided_on=date(2025, 7, 30),
    summary="Les marchés ne couvrent qu'une partie du territoire. Ne sont pas couverts : Cloyes.",
    exclusivity=("Le lot 3 répond à ce besoin : Atelier du Loir, son titulaire, a l'exclusivité.",),
    missing=("Cloyes",),
    lots=(
        LotEvidence("2025-PM-14 3", "Services à la personne", "Atelier du Loir", "couvre une partie du territoire"),
        LotEvidence("2025-PM-14 4", "Aide & soin", "", "ne répond pas", ("Le lot a pris fin le 1er mai 2025.",)),
    ),
    sessions=(SessionEvidence("ADVF", "Formation Beauce", "Chartres", date(2025, 9, 1), None),),
    is_tender=True,
    informed=(Informed("Formation Beauce", "a saisi la fiche de Les Tilleuls, et ne voit que celle-là"),),
)


def chart(title: str, *bars: Bar) -> PrintedChart:
    """A picture as the page and the document show it."""
    drawn = Chart(title, bars)
    return PrintedChart(drawn.title, drawn.svg, drawn.text)


SHEET_DATA = OperationSheetData(
    training=TRAINING,
    job="Assistant de vie aux familles",
    basin="Châteaudun",
    provider="Atelier du Loir",
    starts_on=date(2025, 11, 3),
    ends_on=date(2026, 4, 10),
    place="12 rue des Essais, Châteaudun",
    seats=12,
    hours_centre=420,
    hours_company=140,
    firms=("Aide et Compagnie", "Les Tilleuls", "Maison Bel-Air"),
    promised=12,
    withdrawn=1,
    convention="signée par tous",
    certificate="délivrée, n° DEFI-2026-0042",
    chart=chart(
        "Places et emplois promis", Bar("Places financées par la Région", 12), Bar("Emplois promis, non retirés", 12)
    ),
    people=(
        FigureLine("En emploi à 6 mois", "Parmi les personnes jointes", "11 sur 12"),
        FigureLine("Certifications", "Obtenues en entier", "12 sur 12"),
    ),
    why="Un chiffre qui porterait sur moins de 11 personnes n'est pas publié. Chiffres de l'année 2026.",
)

YEARLY_DATA = YearlyReportData(
    year="2026",
    taken_on=date(2027, 3, 1),
    smallest=11,
    operations=24,
    questions=(
        Question(
            "Que promettent les entreprises ?",
            (
                FigureLine("Emplois promis", "Postes des promesses signées", "288"),
                FigureLine("Promesses retirées", "Postes retirés avant la fin", "12 sur 288"),
            ),
        ),
        Question(
            "Que deviennent les personnes ?",
            (
                FigureLine("En emploi à 6 mois", "Parmi les personnes jointes", "201 sur 236"),
                FigureLine("Parties avant la fin", "Parmi les entrées", "non publié", "moins de 11 personnes"),
            ),
        ),
    ),
    charts=(
        chart("Ce que deviennent les places", Bar("Places", 290), Bar("Entrées", 271), Bar("Embauchées", 214)),
        chart("En emploi à 6 mois, par bassin", Bar("Châteaudun", 61, "61 sur 70"), Bar("Dreux", 48, "48 sur 61")),
    ),
    places=(
        PlaceTable(
            "Par bassin d'emploi",
            ("Opérations", "Places", "Entrées"),
            tuple(PlaceLine(f"Bassin {n}", (str(n), str(12 * n), f"{11 * n} sur {12 * n}")) for n in range(1, 20)),
        ),
        PlaceTable("Par métier", ("Opérations",), (PlaceLine("Assistant de vie aux familles", ("9",)),)),
    ),
)

SAMPLES = (
    Sample(INTEREST_SHEET, INTEREST, datetime(2025, 5, 14, 9, tzinfo=UTC)),
    Sample(ROUTE_DECISION, ROUTE, datetime(2025, 7, 30, 9, tzinfo=UTC)),
    Sample(PLAN, PLAN_DATA, datetime(2025, 9, 2, 9, tzinfo=UTC)),
    Sample(CALENDAR, CALENDAR_DATA, datetime(2025, 9, 2, 9, tzinfo=UTC)),
    Sample(PLAN_GRID, grid_data(), datetime(2025, 9, 2, 9, tzinfo=UTC)),
    Sample(ASKED_AND_TAUGHT, ASKED_DATA, datetime(2025, 9, 2, 9, tzinfo=UTC)),
    Sample(EOS_SHEET, EOS_DATA, datetime(2025, 9, 15, 9, tzinfo=UTC)),
    Sample(CONVENTION, convention_data()),
    Sample(CEREMONY, CEREMONY_DAY),
    Sample(CONTACT_SHEET, CONTACTS, datetime(2025, 10, 14, 9, tzinfo=UTC)),
    Sample(AMENDMENT, example.AMENDMENT),
    Sample(SAVE_THE_DATE, example.LETTER),
    Sample(INVITATION, example.LETTER),
    Sample(LETTER_SIGNATORY, example.LETTER),
    Sample(LETTER_TRAINEE, example.LETTER),
    Sample(ATTENDANCE_SHEET, attendance_data()),
    Sample(PLACEMENT_AGREEMENT, AGREEMENT_DATA, datetime(2026, 1, 20, 9, tzinfo=UTC)),
    Sample(IMMERSION_SHEET, IMMERSION_DATA, datetime(2026, 2, 18, 9, tzinfo=UTC)),
    Sample(PERIODIC_REPORT, REPORT_DATA, datetime(2026, 1, 12, 9, tzinfo=UTC)),
    Sample(PRESENCE_STATEMENT, PRESENCE_DATA, datetime(2025, 12, 2, 9, tzinfo=UTC)),
    Sample(COMPLETION, COMPLETION_DATA, datetime(2026, 4, 13, 9, tzinfo=UTC)),
    Sample(CONVENING, CONVENING_DATA, datetime(2026, 3, 2, 9, tzinfo=UTC)),
    Sample(REVIEW, REVIEW_DATA, datetime(2026, 4, 9, 9, tzinfo=UTC)),
    Sample(CERTIFICATE, CERTIFICATE_DATA, datetime(2025, 12, 1, 9, tzinfo=UTC)),
    Sample(BONUS_REQUEST, BONUS, datetime(2026, 1, 15, 9, tzinfo=UTC)),
    Sample(FOLLOW_UP_REPORT, FOLLOW_UP, datetime(2026, 10, 20, 9, tzinfo=UTC)),
    Sample(OPERATION_SHEET, SHEET_DATA, datetime(2026, 11, 2, 9, tzinfo=UTC)),
    Sample(YEARLY_REPORT, YEARLY_DATA, datetime(2027, 3, 1, 9, tzinfo=UTC)),
)
