"""What the archive of an operation says in lists and papers made for it: bilan, presence, outcomes, bonus, situations.

Everything is read as the actor may see it on the pages; what is kept from them there is kept from them here: answers of
trainees bear no name and are never of fewer than the rulebook's smallest group; no barrier, path, reason of absence or
opinion of a tutor is in it (docs/personal-data.md). Attendance sheets that were printed are among the documents."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from defi.kernel import clock
from defi.kernel.access import Actor
from defi.kernel.bundle import Bundle
from defi.kernel.transitions import VERBS
from defi.operations.models import Meeting, MeetingTask, Operation
from defi.schemes.rulebook import rulebook
from defi.steps.closing.models import BonusClaim
from defi.steps.closing.payments import payments
from defi.steps.followup.models import Attempt, Situation, Statement
from defi.steps.review.models import CertificationResult, EmploymentContract, NoHire, ReviewPoint
from defi.steps.review.opinions import VoiceTold, gathered
from defi.steps.review.printing import printed_review
from defi.steps.training.models import Attendance, Placement

Rows = Iterator[Sequence[object]]

POINTS = ("Sorte", "Voix", "Ce qui a été dit")
DECISIONS = ("Décision", "Responsable", "Pour le", "Faite le")
ANSWERS = ("Voix", "Interrogés", "Réponses", "Question", "Réponse", "Nombre", "De qui")
PRESENCE = (
    "Jour",
    "Demi-journée",
    "Minutes",
    "Module",
    "Formateur",
    "Signé par le formateur le",
    "Feuille",
    "Stagiaire",
    "Présence",
    "Signature",
    "Signée le",
    "Corrigée le",
)
PERIODS = (
    "Stagiaire",
    "Entreprise",
    "Début",
    "Fin",
    "Heures prévues",
    "Heures faites",
    "État",
    "Préparée le",
    "Accompagnée le",
    "Retour d'expérience le",
)
CERTIFIED = ("Stagiaire", "Résultat", "Blocs", "Jour")
CONTRACTS = (
    "Stagiaire",
    "Employeur",
    "Contrat",
    "Début",
    "Fin",
    "Heures par semaine",
    "Promesse",
    "Preuve",
    "Noté le",
)
NO_HIRES = ("Stagiaire", "Pourquoi", "Noté le")
SITUATIONS = (
    "Stagiaire",
    "Moment",
    "À noter le",
    "Situation",
    "Contrat",
    "Durable",
    "Heures par semaine",
    "Comment",
    "Noté le",
)
STATEMENTS = (
    "Stagiaire",
    "Moment",
    "Qui le dit",
    "Situation",
    "Contrat",
    "Heures par semaine",
    "Dit le",
    "Tranché le",
)
CLAIMED = (
    "Demande",
    "Titulaire du marché",
    "Sur",
    "Bon de commande",
    "Montant (€)",
    "Envoyée le",
    "Demandée dans EOS le",
    "Dans EOS, sur",
    "État",
    "Décidée le",
    "Motif",
    "Payée le",
)
PAID = (
    "Demande",
    "Jour",
    "Acte",
    "Qui",
    "Montant (€)",
    "Payée le",
    "Montant remplacé (€)",
    "Jour remplacé",
    "Motif",
)
ATTEMPTS = ("Stagiaire", "Moment", "Appel ou message le")


def put_data(bundle: Bundle, actor: Actor, operation: Operation) -> None:
    """Every list of the archive, then the papers: one query or a few per list, whatever the number of people.

    The caller has checked that the actor may take the archive."""
    moments = {one.key: one.label for one in rulebook(operation.scheme, operation.rulebook_version).moments}
    kept: tuple[tuple[str, tuple[str, ...], Rows, str], ...] = (
        ("bilan/points.csv", POINTS, _points(actor, operation), _("Ce qui a été dit au bilan")),
        ("bilan/decisions.csv", DECISIONS, _decisions(actor, operation), _("Ce qui a été décidé au bilan")),
        (
            "bilan/questionnaires.csv",
            ANSWERS,
            answer_rows(gathered(actor, operation)),
            _("Réponses avant le bilan ; celles des stagiaires sans noms, jamais en petit groupe"),
        ),
        ("presence/demi-journees.csv", PRESENCE, _presence(actor, operation), _("Présence par demi-journée")),
        ("presence/periodes.csv", PERIODS, _periods(actor, operation), _("Périodes en entreprise")),
        ("issue/certifications.csv", CERTIFIED, _certified(actor, operation), _("Certifications")),
        ("issue/contrats.csv", CONTRACTS, _contracts(actor, operation), _("Contrats signés")),
        ("issue/sans-contrat.csv", NO_HIRES, _no_hires(actor, operation), _("Promesses sans contrat, et pourquoi")),
        (
            "prime/demandes.csv",
            CLAIMED,
            _claims(actor, operation),
            _("Demandes de prime, leur montant et leur décision"),
        ),
        ("prime/paiements.csv", PAID, _payments(actor, operation), _("Paiements de la prime, et leurs corrections")),
        ("suivi/situations.csv", SITUATIONS, _situations(actor, operation, moments), _("Situations notées")),
        ("suivi/dits.csv", STATEMENTS, _statements(actor, operation, moments), _("Ce qu'en disent les intéressés")),
        ("suivi/tentatives.csv", ATTEMPTS, _attempts(actor, operation, moments), _("Appels sans réponse")),
    )
    for name, columns, rows, label in kept:
        bundle.put_table(name, columns, rows, label)
    _put_review(bundle, actor, operation)


def _put_review(bundle: Bundle, actor: Actor, operation: Operation) -> None:
    """The bilan as a paper, once it is held."""
    meeting = _of(Meeting, actor, operation).filter(kind=Meeting.Kind.REVIEW, held_on__isnull=False).first()
    if meeting is not None:
        made = printed_review(actor, operation, clock.now())
        bundle.put("bilan/bilan.pdf", made.pdf, _("Bilan de la formation"), meeting.held_on)


def answer_rows(voices: Iterable[VoiceTold]) -> Rows:
    """The answers to the questionnaires as the page of the bilan shows them: what is hidden there is only counted."""
    for voice in voices:
        head = (voice.label, voice.asked, voice.answered)
        if voice.hidden:
            yield (*head, "", voice.hidden, "", "")
        for question in voice.questions:
            yield from ((*head, question.label, choice, n, "") for choice, n in question.counts)
            yield from ((*head, question.label, words, "", who) for words, who in question.words)


def _of(model: Any, actor: Actor, operation: Operation) -> Any:
    return model.objects.visible_to(actor).filter(operation=operation)


def _people(model: Any, actor: Actor, operation: Operation, *order: str) -> Any:
    """The rows of one person each, by name."""
    by_name = ("candidacy__person__last_name", "candidacy__person__first_name", "candidacy_id")
    return _of(model, actor, operation).select_related("candidacy__person").order_by(*by_name, *order, "pk")


def _points(actor: Actor, operation: Operation) -> Rows:
    for row in _of(ReviewPoint, actor, operation).order_by("pk"):
        yield row.get_kind_display(), row.get_voice_display(), row.text


def _decisions(actor: Actor, operation: Operation) -> Rows:
    rows = _of(MeetingTask, actor, operation).filter(meeting__kind=Meeting.Kind.REVIEW)
    for row in rows.select_related("owner").order_by("pk"):
        yield row.what, row.owner.name, _day(row.due_on), _day(row.done_on)


def _presence(actor: Actor, operation: Operation) -> Rows:
    rows = (
        _people(Attendance, actor, operation)
        .select_related("sheet")
        .order_by("sheet__on", "-sheet__half", "candidacy__person__last_name", "candidacy__person__first_name", "pk")
    )
    for row in rows.exclude(sheet__state="cancelled"):
        sheet = row.sheet
        half_day = (_day(sheet.on), sheet.get_half_display(), sheet.minutes, sheet.module_label, sheet.trainer_name)
        state = (_moment(sheet.trainer_signed_at), sheet.get_state_display())
        signed = (row.get_state_display(), row.get_way_display(), _moment(row.signed_at), _day(row.corrected_on))
        yield (*half_day, *state, _name(row), *signed)


def _periods(actor: Actor, operation: Operation) -> Rows:
    for row in _people(Placement, actor, operation, "starts_on").select_related("employer"):
        hours = (row.hours, row.hours_done if row.hours_done is not None else "", row.get_state_display())
        done = (_day(row.prepared_on), _day(row.visited_on), _day(row.debriefed_on))
        yield (_name(row), row.employer.name, _day(row.starts_on), _day(row.ends_on), *hours, *done)


def _certified(actor: Actor, operation: Operation) -> Rows:
    for row in _people(CertificationResult, actor, operation):
        yield _name(row), row.get_result_display(), row.blocks, _day(row.on)


def _contracts(actor: Actor, operation: Operation) -> Rows:
    for row in _people(EmploymentContract, actor, operation, "starts_on"):
        promise = _("employeur de la promesse") if row.promise_id else _("autre emploi")
        dates = (_day(row.starts_on), _day(row.ends_on), row.weekly_hours)
        known = (promise, row.evidence, _day(row.recorded_on))
        yield (_name(row), row.employer_name, row.get_contract_display(), *dates, *known)


def _no_hires(actor: Actor, operation: Operation) -> Rows:
    for row in _people(NoHire, actor, operation):
        yield _name(row), row.get_why_display(), _day(row.recorded_on)


def _claims(actor: Actor, operation: Operation) -> Rows:
    for row in _of(BonusClaim, actor, operation).select_related("holder", "document").defer("document__content"):
        asked = (row.get_kind_display(), row.order_number, row.amount, _day(row.sent_on))
        eos = (_day(row.eos_requested_on), row.get_eos_kind_display())
        decided = (row.get_state_display(), _day(row.decided_on), row.decision_reason, _day(row.paid_on))
        yield (_request(row), row.holder.name, *asked, *eos, *decided)


def _payments(actor: Actor, operation: Operation) -> Rows:
    claims = {
        row.pk: row for row in _of(BonusClaim, actor, operation).select_related("document").defer("document__content")
    }
    for one in payments(claims.values()):
        act = (_day(one.at.astimezone(clock.PARIS).date()), str(VERBS[one.verb].label), one.by)
        replaced = (one.amount_before, _day(one.paid_before))
        yield (_request(claims[one.claim]), *act, one.amount, _day(one.paid_on), *replaced, one.reason)


def _request(claim: BonusClaim) -> str:
    return claim.document.number if claim.document else ""


def _situations(actor: Actor, operation: Operation, moments: dict[str, str]) -> Rows:
    lasting = {True: _("oui"), False: _("non"), None: ""}
    for row in _people(Situation, actor, operation, "due_on"):
        job = (row.get_contract_display(), lasting[row.lasting], row.weekly_hours)
        told = (moments.get(row.moment, row.moment), _day(row.due_on), row.get_status_display())
        yield (_name(row), *told, *job, row.get_how_display(), _day(row.recorded_on))


def _statements(actor: Actor, operation: Operation, moments: dict[str, str]) -> Rows:
    for row in _people(Statement, actor, operation, "said_on").select_related("organisation"):
        who = row.organisation.name if row.organisation else row.get_voice_display()
        job = (row.get_status_display(), row.get_contract_display(), row.weekly_hours)
        yield (_name(row), moments.get(row.moment, row.moment), who, *job, _day(row.said_on), _day(row.settled_on))


def _attempts(actor: Actor, operation: Operation, moments: dict[str, str]) -> Rows:
    for row in _people(Attempt, actor, operation, "tried_on"):
        yield _name(row), moments.get(row.moment, row.moment), _day(row.tried_on)


def _name(row: Any) -> str:
    return str(row.candidacy.person)


def _day(on: date | None) -> str:
    return on.isoformat() if on else ""


def _moment(at: datetime | None) -> str:
    return f"{at.astimezone(clock.PARIS):%Y-%m-%d %H:%M}" if at else ""
