"""Reads the signing of an operation: dates, text, signatories, back-planning, and what this actor may do there."""

from __future__ import annotations

from dataclasses import dataclass, field

from defi.kernel import clock
from defi.kernel.access import LEAD, Actor, Who
from defi.operations.access import leads, pilots
from defi.operations.models import Operation, Session
from defi.people.models import Organisation, OrganisationKind
from defi.steps.convention.amendment_rows import AmendmentRow, amendments_of, owed_amendment, signed_amendments
from defi.steps.convention.date_rows import OptionRow, ShownLine, option_row, plan_lines
from defi.steps.convention.differing import differs
from defi.steps.convention.drafting import gaps_before_sending, optional_signatories
from defi.steps.convention.file_kinds import SIGNED_PAGES
from defi.steps.convention.models import Amendment, Convention, Signatory, SigningOption
from defi.steps.convention.naming import unnamed, unnamed_sentence
from defi.steps.convention.reopening import fallen_since, why_not_kept
from defi.steps.convention.required import Participant, lacking, missing, participants
from defi.steps.convention.rules import ceremony_is_over, departed_sentence, gone_employers, incomplete_sentence
from defi.steps.convention.signatory_rows import (
    SHOWN,
    Again,
    SignatoryRow,
    links_sent,
    reasons_of,
    records_for_others,
    signatory_row,
)
from defi.steps.convention.states import CONVENTION, SIGNED
from defi.steps.convention.text_used import TextUsed, text_used

CONVENTION_TYPE = "convention.convention"


@dataclass(frozen=True, slots=True)
class Cancelled:
    """A convention that was signed by all, then cancelled, with the reason, and the avenants signed to it."""

    convention: Convention
    reason: str
    amendments: list[Amendment] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Signing:
    """Everything the page of the convention shows. `verbs`: what this actor may do to the dates and to the text."""

    operation: Operation
    session: Session | None
    convention: Convention | None
    options: list[OptionRow] = field(default_factory=list)
    rows: list[SignatoryRow] = field(default_factory=list)
    lines: list[ShownLine] = field(default_factory=list)
    gaps: tuple[str, ...] = ()
    changes: tuple[str, ...] = ()
    verbs: frozenset[str] = frozenset()
    amendments: list[AmendmentRow] = field(default_factory=list)
    text: TextUsed | None = None
    again: Again | None = None
    not_kept: str = ""
    unnamed: str = ""
    cancelled: list[Cancelled] = field(default_factory=list)
    shows_paper: bool = False

    @property
    def awaits_number(self) -> bool:
        """Whether nothing can begin: EOS has not given the number that the title carries."""
        return self.session is not None and not self.session.eos_number

    @property
    def held(self) -> SigningOption | None:
        return next((row.option for row in self.options if row.option.state == "held"), None)

    @property
    def signed(self) -> int:
        return sum(row.signatory.state in SIGNED for row in self.rows)

    @property
    def validated(self) -> int:
        return sum(row.signatory.validated_on is not None for row in self.rows)

    @property
    def own(self) -> SignatoryRow | None:
        """The line from which this actor is awaited: to sign the convention or an amendment, or to validate."""
        rows = [*self.rows, *(row for one in self.amendments for row in one.rows)]
        return next((row for row in rows if row.main in {"sign", "validate"} and "own" in row.verbs), None)

    @property
    def acts(self) -> bool:
        """Whether this actor may do anything about a signatory: the column of the buttons is for them."""
        return any(row.main or "send_link" in row.verbs for row in self.rows)

    @property
    def next_line(self) -> ShownLine | None:
        """The first thing of the back-planning that is not done."""
        return next((shown for shown in self.lines if not shown.line.done), None)

    @property
    def warned(self) -> SigningOption | None:
        """The date that signatories were asked to keep free."""
        return next((row.option for row in self.options if row.option.warned_on), None)


def signing(actor: Actor, operation: Operation) -> Signing:
    """The signing of an operation, as this actor may see it."""
    session = Session.objects.visible_to(actor).filter(operation=operation).order_by("number").first()
    conventions = list(
        Convention.objects.visible_to(actor)
        .filter(operation=operation)
        .select_related("document", "sealed", "contact_sheet", "operation", "text")
        .defer("document__content", "sealed__content", "contact_sheet__content")
        .order_by("pk")
    )
    convention = next((row for row in conventions if not row.is_over), None)
    cancelled = [row for row in conventions if row.is_over]
    options = list(SigningOption.objects.visible_to(actor).filter(operation=operation).order_by("on", "at", "pk"))
    signatories = _signatories(actor, convention)
    people = participants(operation) if convention else []
    reasons = reasons_of([*options, *cancelled, *signatories])
    runs = records_for_others(actor, operation)
    optional = optional_signatories(convention, people, signatories) if convention and runs else frozenset()
    amended = signed_amendments(actor, cancelled)
    not_kept = ""
    if convention and session and convention.state == "draft" and runs:
        not_kept = why_not_kept(convention, clock.today(), session.ends_on)
    asked = links_sent(signatories) if runs else {}
    return Signing(
        operation=operation,
        session=session,
        convention=convention,
        options=[option_row(actor, option, options, reasons) for option in options],
        rows=[
            signatory_row(actor, signatory, reasons, runs=runs, optional=optional, asked=asked)
            for signatory in signatories
        ],
        lines=plan_lines(operation, session, conventions, options),
        gaps=gaps_before_sending(convention) if convention and convention.state == "draft" and runs else (),
        changes=_changes(operation, signatories, people)
        if convention and convention.state != "signed" and runs
        else (),
        verbs=_verbs(
            actor, operation, convention, options, numbered=bool(session and session.eos_number), not_kept=not_kept
        ),
        amendments=amendments_of(actor, convention),
        text=text_used(convention) if convention and runs else None,
        cancelled=[
            Cancelled(row, reasons.get((CONVENTION_TYPE, row.pk), ""), amended.get(row.pk, [])) for row in cancelled
        ],
        again=_again(convention, signatories) if convention and runs else None,
        not_kept=not_kept if convention and convention.edition else "",
        unnamed=_unnamed(convention, signatories) if convention and runs else "",
        shows_paper=convention is not None and convention.state != "draft" and actor.who in SIGNED_PAGES.reads,
    )


def _again(convention: Convention, signatories: list[Signatory]) -> Again | None:
    """What sending a corrected text would do; None before the first sending, and while the text is out."""
    if convention.state != "draft" or not convention.edition:
        return None
    told = differs(convention)
    signed = tuple(s.organisation.name for s in signatories if s.state in SIGNED)
    return Again(bool(told), signed, told, fallen_since(convention))


def _unnamed(convention: Convention, signatories: list[Signatory]) -> str:
    """Whom nobody is named for, said before the text leaves and before it is sealed."""
    return "" if convention.state == "signed" else unnamed_sentence(unnamed(signatories), is_out=convention.is_open)


def _signatories(actor: Actor, convention: Convention | None) -> list[Signatory]:
    if convention is None:
        return []
    rows = Signatory.objects.visible_to(actor).filter(convention=convention, amendment=None).exclude(state="removed")
    return list(rows.select_related(*SHOWN).order_by("pk"))


def _changes(operation: Operation, signatories: list[Signatory], people: list[Participant]) -> tuple[str, ...]:
    """What promises made or withdrawn, and partners that left, since change to the list of a convention."""
    present = {p.organisation.pk for p in people}
    promising = {p.organisation.pk for p in people if "employer" in p.kinds}
    departed = [s for s in signatories if s.organisation_id not in present]
    waiting = [s for s in signatories if s.organisation.kind == OrganisationKind.EMPLOYER and s.state not in SIGNED]
    gone = gone_employers(
        s.organisation.name for s in waiting if s.organisation_id in present and s.organisation_id not in promising
    )
    left = [
        departed_sentence(s.organisation.name, signed=s.state in SIGNED and not s.text.is_prepared) for s in departed
    ]
    sent = bool(signatories) and signatories[0].convention.state == "sent"
    signed = [s.organisation for s in departed if s.state in SIGNED]
    if not sent:
        return (*gone, *left)
    waits = incomplete_sentence() if lacking(signatories[0].convention, signatories, people) else ""
    return (*missing(operation, signatories, signed, people), *filter(None, [waits]), *gone, *left)


def _verbs(
    actor: Actor,
    operation: Operation,
    convention: Convention | None,
    options: list[SigningOption],
    *,
    numbered: bool,
    not_kept: str,
) -> frozenset[str]:
    if operation.state != "running":
        return frozenset()
    states = {option.state for option in options}
    lead = actor.who in LEAD and leads(actor, operation)
    officer = actor.who is Who.OFFICER and pilots(actor, operation)
    cabinet = actor.who is Who.CABINET
    text = convention.state if convention else ""
    offered = {step.name for step in CONVENTION.open_to(actor, text)}
    may = {
        "propose": lead and numbered and "held" not in states,
        "forward": officer and "proposed" in states,
        "refuse_dates": cabinet and "forwarded" in states and "held" not in states,
        # Signed by all beforehand, people still gather: the day may move until it is past; it is not given up.
        "change_date": (officer or cabinet) and any(_may_move(option, text) for option in options),
        "reopen": (officer or cabinet) and "held" in states and text != "signed",
        "save_the_date": lead and "held" in states and bool(text) and not _told(options),
        "programme": (lead or officer or cabinet) and "held" in states,
        "ceremony_sheet": (lead or officer or cabinet) and "held" in states,
        "invite": cabinet and "held" in states and convention is not None and convention.invited_on is None,
        "draft": lead and numbered and "convention.draft" in offered,
        "retitle": lead and text == "draft",
        "take_text": lead and text == "draft",
        "letters": text != "" and (lead or actor.in_region),
        "send": lead and "convention.send" in offered,
        "correct": lead and "convention.correct" in offered,
        "keep": lead and "convention.keep" in offered and not not_kept,
        "cancel": (lead or officer) and "convention.cancel" in offered,
        "add": (lead or officer) and text == "draft",
    }
    return frozenset(verb for verb, allowed in may.items() if allowed)


def _may_move(option: SigningOption, text: str) -> bool:
    return option.state == "held" and not ceremony_is_over(option.on, signed=text == "signed", today=clock.today())


def _told(options: list[SigningOption]) -> bool:
    return any(option.state == "held" and option.warned_on for option in options)


def could_sign(operation: Operation, convention: Convention) -> list[Organisation]:
    """The partners that are not on the list yet. Must run inside an open scope."""
    signing_ids = set(
        Signatory.objects.filter(convention=convention, amendment=None)
        .exclude(state="removed")
        .order_by("pk")
        .values_list("organisation_id", flat=True)
    )
    return [p.organisation for p in participants(operation) if p.organisation.pk not in signing_ids]


@dataclass(frozen=True, slots=True)
class Card:
    """The convention as the operation page shows it. `awaited`: the organisations whose turn it is."""

    operation: Operation
    convention: Convention | None
    held: SigningOption | None
    total: int
    done: int
    awaited: list[str]
    next_line: ShownLine | None
    amendment: Amendment | None = None


def card(actor: Actor, operation: Operation) -> Card:
    """How far the signing is, in five queries."""
    session = Session.objects.visible_to(actor).filter(operation=operation).order_by("number").first()
    conventions = list(Convention.objects.visible_to(actor).filter(operation=operation).order_by("pk"))
    convention = next((row for row in conventions if not row.is_over), None)
    options = list(SigningOption.objects.visible_to(actor).filter(operation=operation).order_by("on", "at", "pk"))
    signatories = _signatories(actor, convention)
    in_preparation = convention is None or convention.state == "draft"
    done = [s for s in signatories if (s.validated_on if in_preparation else s.state in SIGNED)]
    lines = plan_lines(operation, session, conventions, options)
    return Card(
        operation=operation,
        convention=convention,
        held=next((option for option in options if option.state == "held"), None),
        total=len(signatories),
        done=len(done),
        awaited=[s.organisation.name for s in signatories if s not in done],
        next_line=next((shown for shown in lines if not shown.line.done), None),
        amendment=owed_amendment(actor, convention),
    )
