"""Reads the facts the gauge and the board need. Numbers of queries do not depend on the number of rows."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, Q, prefetch_related_objects
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from defi.kernel import clock
from defi.kernel.access import TASK, Actor, scope
from defi.operations.models import Operation, Session
from defi.schemes.conformity import VERDICT_LABELS, Conformity, Counts, Decision, Verdict, conformity, minimum_for
from defi.schemes.contracts import aim_conforms
from defi.schemes.rulebook import Rulebook, rulebook
from defi.steps.pairing.models import Admission, Encounter, Finding, Pairing, Promise
from defi.steps.pairing.rules import Span, paired_on, say, say_to_confirm
from defi.steps.pairing.wording import contract_words, terms_words
from defi.steps.sourcing.models import Candidacy

EXPECTED = ("confirmed", "entered", "completed")
RETAINED = ("selected", "reserve")


@dataclass(frozen=True, slots=True)
class Standing:
    """The gauge of a session: the judgement, and whether it is a forecast or the finding of the start."""

    conformity: Conformity
    is_finding: bool
    found_on: date | None
    decision_reason: str = ""
    # Before the start: pairings of people retained who have not confirmed yet, and the minimum if every seat is filled.
    to_confirm: int = 0
    minimum_if_full: int | None = None

    @property
    def minimum_shown(self) -> int | None:
        """The minimum to draw: that of the people counted, else that of all the seats."""
        return self.conformity.minimum or self.minimum_if_full

    @property
    def sentence(self) -> str:
        sentence = say(self.conformity, is_finding=self.is_finding)
        return f"{sentence} {say_to_confirm(self.to_confirm)}" if self.to_confirm else sentence

    @property
    def label(self) -> str:
        judged = self.conformity
        if judged.verdict is Verdict.NOT_DEFI and not self.is_finding and not judged.refused:
            return gettext("sous le minimum à ce jour")
        return str(VERDICT_LABELS[judged.verdict])


def book_of(operation: Operation) -> Rulebook:
    """The rulebook an operation is judged by."""
    return rulebook(operation.scheme, operation.rulebook_version)


def session_conformity(session: Session) -> Conformity:
    """The judgement of one session, as it stands now."""
    return standings([session])[session.pk].conformity


def standing(session: Session) -> Standing:
    """The gauge of one session, as it stands now."""
    return standings([session])[session.pk]


def standings(sessions: Iterable[Session]) -> dict[int, Standing]:
    """The gauges of many sessions in five queries, and one for their operations when they are not at hand.

    No person is read, only counts: any scope will do."""
    by_id = {session.pk: session for session in sessions}
    with scope(TASK):
        prefetch_related_objects(list(by_id.values()), "operation")
        findings = {f.session_id: f for f in Finding.objects.filter(session__in=by_id)}
        admissions = {a.session_id: a for a in Admission.objects.filter(session__in=by_id).exclude(state="superseded")}
        waiting = [pk for pk in by_id if pk not in findings]
        people = _people(waiting, states=(*EXPECTED, *RETAINED))
        spans = _spans(waiting)
    today = clock.today()
    found: dict[int, Standing] = {}
    for pk, session in by_id.items():
        book = book_of(session.operation)
        finding, admission = findings.get(pk), admissions.get(pk)
        expected = [p for p in people[pk] if p.state in EXPECTED]
        retained = frozenset(p.pk for p in people[pk] if p.state in RETAINED and p.funding == Candidacy.Funding.REGION)
        counts = _found(finding) if finding else forecast_counts(book, session, expected, spans[pk], today)
        judged = conformity(
            book.conformity,
            counts,
            small_group=finding.small_group if finding else session.small_group,
            decision=_decision(admission) if admission else None,
        )
        found[pk] = Standing(
            judged,
            finding is not None,
            finding.found_on if finding else None,
            admission.reason if admission else "",
            to_confirm=0 if finding else paired_on(spans[pk], retained, today),
            minimum_if_full=None if finding else minimum_for(book.conformity, session.seats),
        )
    return found


def counts_on(book: Rulebook, session: Session, day: date) -> Counts:
    """The counts of any past day, from the history of pairings: who was confirmed or entered then, who was paired."""
    with scope(TASK):
        people = [person for person in _people([session.pk], states=None)[session.pk] if _present_on(person, day)]
        return forecast_counts(book, session, people, _spans([session.pk])[session.pk], day)


def finding_counts(book: Rulebook, session: Session, on: date | None = None, entering: Collection[int] = ()) -> Counts:
    """The counts at the start: who entered by then and who of them was paired on that day.

    Before it is fixed, `on` is the day of the start and `entering` the candidacies about to be noted entered."""
    started = on or session.started_on or session.starts_on
    with scope(TASK):
        people = [p for p in _people([session.pk], states=None)[session.pk] if _there_at(p, started, entering)]
        return forecast_counts(book, session, people, _spans([session.pk])[session.pk], started)


def _there_at(person: Candidacy, started: date, entering: Collection[int]) -> bool:
    if person.pk in entering:
        return True
    entered = person.entered_on is not None and person.entered_on <= started
    return entered and (person.left_on is None or person.left_on > started)


def finding_to_come(session: Session, on: date, entering: Collection[int]) -> Standing:
    """The finding that starting the session that day with these people would fix, before anybody clicks."""
    book = book_of(session.operation)
    with scope(TASK):
        admission = Admission.objects.filter(session=session).exclude(state="superseded").first()
    counts = finding_counts(book, session, on, entering)
    judged = conformity(
        book.conformity, counts, small_group=session.small_group, decision=_decision(admission) if admission else None
    )
    return Standing(judged, is_finding=True, found_on=on)


def _decision(admission: Admission) -> Decision:
    return Decision(admission.state == "admitted", admission.paired, admission.counted)


def forecast_counts(book: Rulebook, session: Session, people: list[Candidacy], spans: list[Span], day: date) -> Counts:
    """Counts over these people: Region-funded ones and those paired; the other funding apart."""
    region = frozenset(p.pk for p in people if p.funding == Candidacy.Funding.REGION)
    apart = [p for p in people if p.funding != Candidacy.Funding.REGION]
    return Counts(
        seats=session.seats,
        people=len(region),
        paired=paired_on(spans, region, day),
        apart=len(apart),
        apart_conforming=sum(aim_conforms(book, p.aim_contract, p.aim_months) for p in apart),
    )


def _found(finding: Finding) -> Counts:
    return Counts(finding.seats, finding.entered, finding.paired, finding.apart, finding.apart_conforming)


def _present_on(person: Candidacy, day: date) -> bool:
    since = person.entered_on or person.confirmed_on
    gone = person.left_on or (person.answered_on if person.state in {"withdrawn", "declined", "no_show"} else None)
    return since is not None and since <= day and (gone is None or day < gone)


def _people(sessions: Iterable[int], states: tuple[str, ...] | None = EXPECTED) -> dict[int, list[Candidacy]]:
    rows = Candidacy.objects.filter(session__in=sessions)
    by_session: dict[int, list[Candidacy]] = defaultdict(list)
    for row in rows.filter(state__in=states) if states else rows:
        by_session[row.session_id].append(row)
    return by_session


def _spans(sessions: Iterable[int]) -> dict[int, list[Span]]:
    rows = Pairing.objects.filter(candidacy__session__in=sessions).values_list(
        "candidacy__session_id", "candidacy_id", "paired_on", "ended_on", "post__promise__conforms"
    )
    spans: dict[int, list[Span]] = defaultdict(list)
    for session_id, candidacy_id, began, ended, conforms in rows:
        spans[session_id].append(Span(candidacy_id, began, ended, conforms))
    return spans


# --- the board ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Column:
    """A promise on the board."""

    promise: Promise
    open_posts: int
    free_posts: int
    has_twin: bool = False

    @property
    def employer(self) -> str:
        return self.promise.employer.name

    @property
    def titled(self) -> str:
        """The employer, with the contract when it promises more than once: two columns never read the same."""
        return f"{self.employer}, {contract_words(self.promise)}" if self.has_twin else self.employer


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands between a person and a promise."""

    promise_id: int
    state: str  # paired | ended | agreed | answered | waiting | declined | none | closed
    employer_answer: str = ""
    person_answer: str = ""
    pairing_id: int | None = None
    encounter_id: int | None = None
    on: date | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A person on the board, by first name and initial."""

    candidacy: Candidacy
    name: str
    cells: list[Cell]

    @property
    def is_paired(self) -> bool:
        return any(cell.state == "paired" for cell in self.cells)

    @property
    def has_met(self) -> bool:
        return any(cell.encounter_id or cell.state == "ended" for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Line:
    """A person in the list of the operation page; `pill` is the look of the state."""

    name: str
    employer: str
    detail: str
    pill: str
    words: str


WORDS = {
    "paired": ("ok", _("appairage")),
    "agreed": ("due", _("d'accord, à appairer")),
    "waiting": ("wait", _("réponse attendue")),
}


def _looks(state: str, promise: Promise, pill: str, words: str) -> tuple[str, str]:
    if state == "paired" and not promise.conforms:
        return "due", gettext("appairage, ne compte pas")
    return pill, words


def _line(row: Row, promises: dict[int, Column]) -> Line:
    for state, (pill, words) in WORDS.items():
        for cell in row.cells:
            if cell.state == state:
                promise = promises[cell.promise_id].promise
                return Line(
                    row.name, promise.employer.name, terms_words(promise), *_looks(state, promise, pill, str(words))
                )
    detail = _("pas d'accord trouvé") if row.has_met else _("aucun employeur ne l'a encore rencontré")
    return Line(row.name, "", str(detail), "late", str(_("sans promesse")))


@dataclass(frozen=True, slots=True)
class Board:
    """People on one side, promises on the other; between them only what people said."""

    operation: Operation
    session: Session | None
    standing: Standing | None
    columns: list[Column]
    rows: list[Row]
    blocks: list[str] = field(default_factory=list)
    history: list[Pairing] = field(default_factory=list)

    @property
    def paired(self) -> int:
        return sum(row.is_paired for row in self.rows)

    @property
    def lines(self) -> list[Line]:
        """Each person with the one thing that matters now: their post, who they wait for, or nothing yet."""
        promises = {column.promise.pk: column for column in self.columns}
        return [_line(row, promises) for row in self.rows]


ON_BOARD = ("met", "selected", "reserve", "confirmed", "entered")


def board(actor: Actor, operation: Operation) -> Board:
    """The pairing board as this actor may see it: an employer only its own column and the people it met."""
    session = Session.objects.visible_to(actor).filter(operation=operation).first()
    if session:
        session.operation = operation
    counted = list(
        Promise.objects.visible_to(actor)
        .filter(operation=operation)
        .select_related("employer", "work_at")
        .annotate(open_posts=Count("posts", filter=Q(posts__withdrawn_on=None)))
    )
    promises: list[Promise] = [*counted]
    pairings = list(
        Pairing.objects.visible_to(actor)
        .filter(operation=operation)
        .select_related("candidacy__person", "post__promise__employer")
        .order_by("-id")
    )
    encounters = list(
        Encounter.objects.visible_to(actor).filter(operation=operation).select_related("candidacy__person")
    )
    rows = _rows(actor, operation, promises, pairings, encounters)
    columns = _columns({p.pk: p.open_posts for p in counted}, promises, pairings)
    return Board(
        operation=operation,
        session=session,
        standing=standing(session) if session and not actor.in_employer else None,
        columns=columns,
        rows=rows,
        blocks=_blocks(rows, columns),
        history=[p for p in pairings if p.state == "ended"],
    )


def _columns(open_posts: dict[int, int], promises: list[Promise], pairings: list[Pairing]) -> list[Column]:
    taken: dict[int, int] = defaultdict(int)
    for pairing in pairings:
        if pairing.state == "active":
            taken[pairing.post.promise_id] += 1
    firms = Counter(p.employer_id for p in promises)
    return [
        Column(p, open_posts[p.pk], open_posts[p.pk] - taken[p.pk], has_twin=firms[p.employer_id] > 1) for p in promises
    ]


def _rows(
    actor: Actor,
    operation: Operation,
    promises: list[Promise],
    pairings: list[Pairing],
    encounters: list[Encounter],
) -> list[Row]:
    candidacies = _candidacies(actor, operation, pairings, encounters)
    by_pair: dict[tuple[int, int], Pairing] = {}
    for pairing in pairings:  # newest first: the living pairing, else the last that ended, holds the cell
        key = (pairing.candidacy_id, pairing.post.promise_id)
        if key not in by_pair or pairing.state == "active":
            by_pair[key] = pairing
    met = {(e.candidacy_id, e.promise_id): e for e in encounters}
    return [
        Row(c, c.person.short_name, [_cell(p, by_pair.get((c.pk, p.pk)), met.get((c.pk, p.pk))) for p in promises])
        for c in candidacies
    ]


def _candidacies(
    actor: Actor, operation: Operation, pairings: list[Pairing], encounters: list[Encounter]
) -> list[Candidacy]:
    if not actor.in_employer:
        rows = Candidacy.objects.visible_to(actor).filter(operation=operation, state__in=ON_BOARD)
        return list(rows.select_related("person").order_by("person__first_name", "person__last_name", "pk"))
    known = {p.candidacy_id: p.candidacy for p in pairings} | {e.candidacy_id: e.candidacy for e in encounters}
    return sorted(known.values(), key=lambda c: (c.person.first_name, c.person.last_name, c.pk))


def _cell(promise: Promise, pairing: Pairing | None, encounter: Encounter | None) -> Cell:
    said = {
        "employer_answer": encounter.employer_answer if encounter else "",
        "person_answer": encounter.person_answer if encounter else "",
        "encounter_id": encounter.pk if encounter else None,
    }
    if pairing and pairing.state == "active":
        return Cell(promise.pk, "paired", pairing_id=pairing.pk, on=pairing.paired_on, **said)  # type: ignore[arg-type]
    if promise.state == "withdrawn":
        return Cell(promise.pk, "ended" if pairing else "closed", on=pairing.ended_on if pairing else None)
    if encounter is None:
        return Cell(promise.pk, "ended", on=pairing.ended_on) if pairing else Cell(promise.pk, "none")
    answers = {encounter.employer_answer, encounter.person_answer}
    if answers == {Encounter.Answer.YES}:
        state = "agreed"
    elif Encounter.Answer.NO in answers:
        state = "declined"
    else:
        state = "waiting"
    return Cell(promise.pk, state, on=encounter.met_on, **said)  # type: ignore[arg-type]


def _blocks(rows: list[Row], columns: list[Column]) -> list[str]:
    from defi.steps.pairing.blocks import blocks

    return blocks(rows, columns)


# --- the card of the operation page ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Card:
    """The step as the operation page shows it."""

    board: Board
    posts: int
    free_posts: int


def card(actor: Actor, operation: Operation) -> Card:
    """Gauge, people and promises, in one look."""
    shown = board(actor, operation)
    return Card(shown, sum(c.open_posts for c in shown.columns), sum(c.free_posts for c in shown.columns))
