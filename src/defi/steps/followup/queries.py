"""The follow-up as it shows: people and moments, rates, what became of each promise."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from defi.kernel import clock
from defi.kernel.access import Actor, Who
from defi.kernel.documents.french import number_words
from defi.operations.access import leads
from defi.operations.models import Operation, Session
from defi.schemes.rulebook import Moment, rulebook
from defi.steps.followup.changes import changed_since, told_by
from defi.steps.followup.disputes import disputes
from defi.steps.followup.models import Attempt, FollowUpReport, Situation
from defi.steps.followup.rules import (
    NOT_REACHED,
    PROMISED,
    Followed,
    Known,
    Outcome,
    Rates,
    due_on,
    opens_on,
    promise_outcome,
    rates,
    report_faults,
)
from defi.steps.pairing.models import Pairing
from defi.steps.review.keeping import kept_by, promised_terms
from defi.steps.review.models import CertificationResult, EmploymentContract, NoHire
from defi.steps.review.rules import Keeping, compare_told
from defi.steps.sourcing.models import Candidacy

ENTERED = ("entered", "left", "completed")

OUTCOMES = {
    "kept": gettext_lazy("tenue"),
    "otherwise": gettext_lazy("tenue autrement"),
    "other_employer": gettext_lazy("emploi chez un autre employeur"),
    "not_kept": gettext_lazy("non tenue"),
    "pending": gettext_lazy("pas encore connue"),
}


@dataclass(frozen=True, slots=True)
class Cell:
    """One person at one moment. state: known, not_reached, due (to be noted now), later, in_training."""

    moment: str
    label: str
    state: str
    words: str
    due_on: date | None = None
    situation_id: int | None = None
    version: int | None = None
    attempts: int = 0
    late_days: int = 0
    disputes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One person who entered, early leavers included."""

    candidacy_id: int
    name: str
    initials: str
    left_on: date | None
    left_early: bool
    certified: bool
    cells: tuple[Cell, ...]
    promised: str
    kept: str
    outcome: str
    outcome_label: str


@dataclass(frozen=True, slots=True)
class MomentColumn:
    """One moment: its rates, why it cannot be reported yet, or the report and whose situation changed since it left."""

    key: str
    label: str
    rates: Rates
    faults: tuple[str, ...]
    report: FollowUpReport | None
    changed: tuple[str, ...] = ()

    @property
    def reportable(self) -> bool:
        return self.report is None and not self.faults


@dataclass(frozen=True, slots=True)
class FollowUpTable:
    """Everything the page and the report of the follow-up show."""

    operation: Operation
    session: Session | None
    moments: tuple[MomentColumn, ...]
    people: tuple[PersonRow, ...]
    leads: bool
    tells: bool = True  # what became of people; else only which reports left

    @property
    def due(self) -> int:
        return sum(cell.state == "due" for person in self.people for cell in person.cells)


@dataclass(frozen=True, slots=True)
class _Rows:
    """What the database holds, by person."""

    candidacies: list[Candidacy]
    situations: dict[int, dict[str, Situation]]
    attempts: dict[int, dict[str, int]]
    pairings: dict[int, list[Pairing]]
    contracts: dict[int, list[EmploymentContract]]
    no_hires: set[int]
    certified: set[int]
    disputes: dict[int, dict[str, tuple[str, ...]]]


_NOBODY = _Rows([], {}, {}, {}, {}, set(), set(), {})


def reads_outcomes(actor: Actor) -> bool:
    """Whether this actor reads what became of people. The Cabinet, which invites to the signing, does not: of so few
    people, a number and the one it was before tell of one."""
    return actor.who is not Who.CABINET


def followup_table(actor: Actor, operation: Operation) -> FollowUpTable:
    """The people of an operation as far as this actor may know of them, in a constant number of queries."""
    book = rulebook(operation.scheme, operation.rulebook_version)
    tells = reads_outcomes(actor)
    rows = _rows(actor, operation) if tells else _NOBODY
    followed = [_followed(rows, candidacy) for candidacy in rows.candidacies]
    sent = (
        FollowUpReport.objects.visible_to(actor)
        .filter(operation=operation)
        .select_related("document")
        .defer("document__content")
    )
    reports = {report.moment: report for report in sent}
    kept = told_by(reports.values())
    today = clock.today()
    return FollowUpTable(
        operation=operation,
        session=Session.objects.visible_to(actor).filter(operation=operation).order_by("number").first(),
        moments=tuple(
            MomentColumn(
                key=moment.key,
                label=moment.label,
                rates=rates(followed, moment, today),
                faults=tuple(report_faults(followed, moment, today)),
                report=reports.get(moment.key),
                changed=_changed(rows, reports.get(moment.key), kept) if tells else (),
            )
            for moment in book.moments
        ),
        people=tuple(_person(rows, candidacy, book.moments, today) for candidacy in rows.candidacies),
        leads=leads(actor, operation),
        tells=tells,
    )


def _changed(rows: _Rows, report: FollowUpReport | None, kept: dict[int, str]) -> tuple[str, ...]:
    """Whose situation is not the one that the report told."""
    if report is None:
        return ()
    now = {pk: known[report.moment] for pk, known in rows.situations.items() if report.moment in known}
    names = {row.pk: row.person.short_name for row in rows.candidacies}
    return tuple(names[pk] for pk in changed_since(kept.get(report.pk, ""), now))


def _rows(actor: Actor, operation: Operation) -> _Rows:
    candidacies = list(
        Candidacy.objects.visible_to(actor)
        .filter(operation=operation, state__in=ENTERED)
        .select_related("person", "operation")
        .order_by("person__last_name", "person__first_name", "pk")
    )
    ids = [candidacy.pk for candidacy in candidacies]
    situations: dict[int, dict[str, Situation]] = defaultdict(dict)
    for situation in Situation.objects.visible_to(actor).filter(candidacy__in=ids):
        situations[situation.candidacy_id][situation.moment] = situation
    attempts: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for attempt in Attempt.objects.visible_to(actor).filter(candidacy__in=ids):
        attempts[attempt.candidacy_id][attempt.moment] += 1
    pairings: dict[int, list[Pairing]] = defaultdict(list)
    history = Pairing.objects.visible_to(actor).filter(candidacy__in=ids).exclude(ending=Pairing.Ending.MISTAKE)
    for pairing in history.select_related("post__promise__employer").order_by("paired_on", "pk"):
        pairings[pairing.candidacy_id].append(pairing)
    contracts: dict[int, list[EmploymentContract]] = defaultdict(list)
    for contract in EmploymentContract.objects.visible_to(actor).filter(candidacy__in=ids).order_by("starts_on"):
        contracts[contract.candidacy_id].append(contract)
    no_hires = NoHire.objects.visible_to(actor).filter(candidacy__in=ids)
    full = CertificationResult.objects.visible_to(actor).filter(candidacy__in=ids, result="full")
    return _Rows(
        candidacies=candidacies,
        situations=situations,
        attempts=attempts,
        pairings=pairings,
        contracts=contracts,
        no_hires=set(no_hires.values_list("candidacy_id", flat=True)),
        certified=set(full.values_list("candidacy_id", flat=True)),
        disputes=disputes(actor, ids, situations),
    )


def _followed(rows: _Rows, candidacy: Candidacy) -> Followed:
    return Followed(
        name=candidacy.person.short_name,
        left_on=candidacy.left_on,
        situations={
            moment: Known(situation.status, situation.lasting)
            for moment, situation in rows.situations.get(candidacy.pk, {}).items()
        },
        attempts=rows.attempts.get(candidacy.pk, {}),
        disputed=frozenset(rows.disputes.get(candidacy.pk, {})),
    )


def _person(rows: _Rows, candidacy: Candidacy, moments: tuple[Moment, ...], today: date) -> PersonRow:
    known = rows.situations.get(candidacy.pk, {})
    tried = rows.attempts.get(candidacy.pk, {})
    outcome = _outcome(rows, candidacy, moments)
    return PersonRow(
        candidacy_id=candidacy.pk,
        name=candidacy.person.short_name,
        initials=candidacy.person.initials,
        left_on=candidacy.left_on,
        left_early=candidacy.state == "left",
        certified=candidacy.pk in rows.certified,
        cells=tuple(
            replace(
                _cell(moment, candidacy.left_on, known.get(moment.key), tried.get(moment.key, 0), today),
                disputes=rows.disputes.get(candidacy.pk, {}).get(moment.key, ()),
            )
            for moment in moments
        ),
        promised=_promised(rows.pairings.get(candidacy.pk, [])),
        kept=_kept(rows.contracts.get(candidacy.pk, []), rows.pairings.get(candidacy.pk, [])),
        outcome=outcome,
        outcome_label=str(OUTCOMES[outcome]),
    )


def _cell(moment: Moment, left_on: date | None, known: Situation | None, tried: int, today: date) -> Cell:
    if known is not None:
        reached = known.status != NOT_REACHED
        return Cell(
            moment=moment.key,
            label=moment.label,
            state="known" if reached else "not_reached",
            words=situation_words(known),
            due_on=known.due_on,
            situation_id=known.pk,
            version=known.version,
            attempts=tried,
        )
    if left_on is None:
        return Cell(moment.key, moment.label, "in_training", _("en formation"))
    due = due_on(left_on, moment)
    if today < opens_on(left_on, moment):
        return Cell(moment.key, moment.label, "later", _("à venir"), due)
    return Cell(
        moment.key, moment.label, "due", _("à noter"), due, attempts=tried, late_days=max(0, (today - due).days)
    )


def situation_words(situation: Situation) -> str:
    """« en emploi chez un autre employeur, CDD, 30 h par semaine (durable) »."""
    label = situation.get_status_display()
    if not situation.contract:
        return label
    words = f"{label}, {situation.get_contract_display()}"
    if situation.weekly_hours is not None:
        words = _("%(words)s, %(n)s h par semaine") % {"words": words, "n": number_words(situation.weekly_hours)}
    return _("%(words)s (durable)") % {"words": words} if situation.lasting else words


def _outcome(rows: _Rows, candidacy: Candidacy, moments: tuple[Moment, ...]) -> str:
    known = rows.situations.get(candidacy.pk, {})
    pairings = rows.pairings.get(candidacy.pk, [])
    contracts = rows.contracts.get(candidacy.pk, [])
    return promise_outcome(
        Outcome(
            promised_employers=frozenset(_employers(pairings[-1])) if pairings else frozenset(),
            contract_employers=tuple(c.employer_id for c in contracts),
            no_hire=candidacy.pk in rows.no_hires,
            statuses=frozenset(situation.status for situation in known.values()),
            complete=all(moment.key in known for moment in moments) and known[moments[-1].key].status != NOT_REACHED,
            keepings=frozenset(_keepings(candidacy, pairings, contracts, known.values())),
        )
    )


def _keepings(
    candidacy: Candidacy,
    pairings: list[Pairing],
    contracts: list[EmploymentContract],
    situations: Iterable[Situation],
) -> Iterator[Keeping]:
    """The promise of the last pairing compared with each contract with its employer: signed, or of another kind than
    those signed and told at a moment."""
    if not pairings:
        return
    operation, promise, firms = candidacy.operation, pairings[-1].post.promise, _employers(pairings[-1])
    book = rulebook(operation.scheme, operation.rulebook_version)
    signed = [contract for contract in contracts if contract.employer_id in firms]
    for contract in signed:
        yield kept_by(book, promise, contract).keeping
    kinds = {contract.contract for contract in signed}
    for told in situations:
        if told.status == PROMISED and told.contract not in kinds:
            yield compare_told(book, promised_terms(promise), told.contract, lasting=bool(told.lasting))


def _employers(pairing: Pairing) -> list[int]:
    promise = pairing.post.promise
    return [pk for pk in (promise.employer_id, promise.work_at_id) if pk]


def open_moment(candidacy: Candidacy) -> Moment | None:
    """The last moment whose date has come for this person: what they may be asked today."""
    operation, left_on = candidacy.operation, candidacy.left_on
    if left_on is None:
        return None
    moments = rulebook(operation.scheme, operation.rulebook_version).moments
    today = clock.today()
    return next((m for m in reversed(moments) if opens_on(left_on, m) <= today), None)


def _promised(pairings: list[Pairing]) -> str:
    if not pairings:
        return ""
    promise = pairings[-1].post.promise
    return f"{promise.employer.name}, {promise.get_contract_display()}"


def _kept(contracts: list[EmploymentContract], pairings: list[Pairing]) -> str:
    """The last contract with the promised employer, else the last of all."""
    if not contracts:
        return ""
    firms = _employers(pairings[-1]) if pairings else []
    last = next((one for one in reversed(contracts) if one.employer_id in firms), contracts[-1])
    return f"{last.employer_name}, {last.get_contract_display()}"
