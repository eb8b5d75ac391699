"""The pairing board: people on one side, promises on the other, and between them only what people said."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from defi.kernel.access import Actor
from defi.operations.models import Operation, Session
from defi.schemes.contracts import aim_conforms
from defi.steps.pairing.models import Encounter, Pairing, Promise
from defi.steps.pairing.queries import Standing, book_of, standing
from defi.steps.pairing.rules import is_gone, out_of_step
from defi.steps.pairing.travel import Travel
from defi.steps.pairing.wording import aim_words, contract_words, terms_words
from defi.steps.sourcing.models import Candidacy


@dataclass(frozen=True, slots=True)
class Column:
    """A promise on the board."""

    promise: Promise
    open_posts: int
    free_posts: int
    has_twin: bool = False
    warning: str = ""  # its contract and the training do not follow one another

    @property
    def counts(self) -> bool:
        """Whether a pairing with it counts today."""
        return self.promise.counts

    @property
    def lacks_pay(self) -> bool:
        """Whether its pay is still to be asked for: the person reads it before they say yes."""
        return self.promise.state != "withdrawn" and self.promise.gross_pay is None

    @property
    def employer(self) -> str:
        return self.promise.employer.name

    @property
    def titled(self) -> str:
        """The employer, with the contract when it promises more than once: two columns never read the same."""
        return f"{self.employer}, {contract_words(self.promise)}" if self.has_twin else self.employer


NOT_SAID = Travel()


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands between a person and a promise."""

    promise_id: int
    state: str  # paired | gone | ended | agreed | undated | waiting | declined | none | closed
    employer_answer: str = ""
    person_answer: str = ""
    pairing_id: int | None = None
    encounter_id: int | None = None
    on: date | None = None
    travel: Travel = NOT_SAID  # as the person said it; employers do not read it


@dataclass(frozen=True, slots=True)
class Row:
    """A person on the board, by first name and initial."""

    candidacy: Candidacy
    name: str
    cells: list[Cell]
    paired_with: str = ""

    @property
    def is_paired(self) -> bool:
        return any(cell.state == "paired" for cell in self.cells)

    @property
    def is_reserve(self) -> bool:
        """Whether they wait for a seat: paired, they would take one."""
        return self.candidacy.state == "reserve"

    @property
    def is_gone(self) -> bool:
        """Whether nobody is to answer about them any more; only an employer that met them still reads them."""
        return is_gone(self.candidacy.state) and not self.is_paired

    @property
    def has_met(self) -> bool:
        return any(cell.encounter_id or cell.state in {"ended", "gone"} for cell in self.cells)


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
    "undated": ("due", _("rencontre à dater")),
    "waiting": ("wait", _("réponse attendue")),
}


def _looks(state: str, promise: Promise, pill: str, words: str) -> tuple[str, str]:
    if state == "paired" and not promise.counts:
        return "due", gettext("appairage, ne compte pas")
    return pill, words


def _line(row: Row, promises: dict[int, Column]) -> Line:
    if row.is_gone:
        return Line(row.name, "", "", "plain", gettext("n'est plus candidat"))
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
class Apart:
    """A seat of other funding (POEI, POEC, contracts): what it aims at, and whether that leaves the session DEFI."""

    name: str
    funding: str
    aim: str
    conforms: bool
    employer: str


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
    pairings: list[Pairing] = field(default_factory=list)
    whole: bool = False  # everybody and every promise are on it: for the Region and the provider

    @property
    def paired(self) -> int:
        return sum(row.is_paired for row in self.rows)

    def paired_on(self, day: date) -> list[Pairing]:
        """The pairings that stood at the end of that day, in the order of names."""
        there = [p for p in self.pairings if p.paired_on <= day and (p.ended_on is None or day < p.ended_on)]
        return sorted(there, key=lambda p: (p.candidacy.person.first_name, p.candidacy.person.last_name, p.pk))

    @property
    def apart(self) -> list[Apart]:
        """The seats of other funding, each with the contract it aims at; for who sees the whole board."""
        book = book_of(self.operation)
        return [
            Apart(
                row.name,
                row.candidacy.get_funding_display(),
                aim_words(row.candidacy.aim_contract, row.candidacy.aim_months),
                aim_conforms(book, row.candidacy.aim_contract, row.candidacy.aim_months),
                row.paired_with,
            )
            for row in self.rows
            if self.whole and row.candidacy.funding != Candidacy.Funding.REGION
        ]

    @property
    def lines(self) -> list[Line]:
        """Each person with the one thing that matters now: their post, who they wait for, or nothing yet."""
        promises = {column.promise.pk: column for column in self.columns}
        return [_line(row, promises) for row in self.rows]


ON_BOARD = ("met", "selected", "reserve", "confirmed", "entered", "completed")


def board_of(actor: Actor, operation: Operation) -> Board:
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
    met = Encounter.objects.visible_to(actor).filter(operation=operation)
    # Who sees the people of the board reads them once each, not with each of their nine hundred meetings.
    encounters = list(met.select_related("candidacy__person") if actor.in_employer else met)
    rows = _rows(actor, operation, promises, pairings, encounters)
    ends = session.ends_on if session else None
    columns = _columns({p.pk: p.open_posts for p in counted}, promises, pairings, ends)
    return Board(
        operation=operation,
        session=session,
        standing=standing(session) if session and not actor.in_employer else None,
        columns=columns,
        rows=rows,
        # Once the training is over nobody is to be paired any more.
        blocks=[] if session and session.ended_on else _blocks(rows, columns, session.seats if session else None),
        history=[p for p in pairings if p.state == "ended"],
        pairings=pairings,
        whole=actor.in_region or actor.in_provider,
    )


def _columns(
    open_posts: dict[int, int], promises: list[Promise], pairings: list[Pairing], training_ends: date | None
) -> list[Column]:
    taken: dict[int, int] = defaultdict(int)
    for pairing in pairings:
        if pairing.state == "active":
            taken[pairing.post.promise_id] += 1
    firms = Counter(p.employer_id for p in promises)
    # While it is suspended, a promise takes nobody more.
    return [
        Column(
            p,
            open_posts[p.pk],
            0 if p.state == "suspended" else open_posts[p.pk] - taken[p.pk],
            has_twin=firms[p.employer_id] > 1,
            warning=out_of_step(p.contract, p.starts_on, p.ends_on, training_ends),
        )
        for p in promises
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
    firms = {p.candidacy_id: p.post.promise.employer.name for p in pairings if p.state == "active"}
    return [
        Row(
            c,
            c.person.short_name,
            [_cell(actor, p, c, by_pair.get((c.pk, p.pk)), met.get((c.pk, p.pk))) for p in promises],
            firms.get(c.pk, ""),
        )
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


def _cell(
    actor: Actor, promise: Promise, candidacy: Candidacy, pairing: Pairing | None, encounter: Encounter | None
) -> Cell:
    said = {
        "employer_answer": encounter.employer_answer if encounter else "",
        "person_answer": encounter.person_answer if encounter else "",
        "encounter_id": encounter.pk if encounter else None,
        "travel": encounter.travel if encounter and not actor.in_employer else NOT_SAID,
    }
    if pairing and pairing.state == "active":
        return Cell(promise.pk, "paired", pairing_id=pairing.pk, on=pairing.paired_on, **said)  # type: ignore[arg-type]
    if promise.state == "withdrawn":
        if pairing:
            return Cell(promise.pk, "ended", on=pairing.ended_on)
        return Cell(promise.pk, "closed", encounter_id=encounter.pk if encounter else None)
    if encounter and is_gone(candidacy.state):
        # What was said stays in the file; it is no agreement any more.
        return Cell(promise.pk, "gone")
    if encounter is None:
        return Cell(promise.pk, "ended", on=pairing.ended_on) if pairing else Cell(promise.pk, "none")
    answers = {encounter.employer_answer, encounter.person_answer}
    if answers == {Encounter.Answer.YES}:
        # Until the day they met is noted, nobody is paired: only what was said after it counts.
        state = "agreed" if encounter.met_on else "undated"
    elif Encounter.Answer.NO in answers:
        state = "declined"
    else:
        state = "waiting"
    return Cell(promise.pk, state, on=encounter.met_on, **said)  # type: ignore[arg-type]


def _blocks(rows: list[Row], columns: list[Column], seats: int | None) -> list[str]:
    from defi.steps.pairing.blocks import blocks

    return blocks(rows, columns, seats)


# --- the card of the operation page ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Card:
    """The step as the operation page shows it."""

    board: Board
    posts: int
    free_posts: int


def card(actor: Actor, operation: Operation) -> Card:
    """Gauge, people and promises, in one look."""
    shown = board_of(actor, operation)
    return Card(shown, sum(c.open_posts for c in shown.columns), sum(c.free_posts for c in shown.columns if c.counts))
