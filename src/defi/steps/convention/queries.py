"""Reads the signing of an operation: dates, text, signatories, back-planning, and what this actor may do there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from defi.kernel import clock
from defi.kernel.access import LEAD, TASK, Actor, Who, scope
from defi.kernel.models import JournalEntry, Reason
from defi.kernel.signing.providers import external
from defi.kernel.transitions import VERBS
from defi.operations.access import leads, pilots
from defi.operations.models import Operation, OperationBound, Session
from defi.people.models import Organisation, OrganisationKind
from defi.steps.convention import printing
from defi.steps.convention.drafting import gaps_before_sending, missing
from defi.steps.convention.file_kinds import SIGNED_PAGES
from defi.steps.convention.locks import is_own
from defi.steps.convention.models import LIVING, SIGNATORY_TYPE, Amendment, Convention, Signatory, SigningOption
from defi.steps.convention.required import Participant, participants
from defi.steps.convention.rules import PlanLine, SigningFacts, back_planning, expected, gone_employers, reads_otherwise
from defi.steps.convention.signing import OPEN
from defi.steps.convention.states import CONVENTION, OPTION, SIGNATORY, SIGNED
from defi.steps.convention.text_used import TextUsed, text_used
from defi.steps.pairing.models import Promise
from defi.steps.pairing.queries import book_of
from defi.steps.pairing.states import STANDING

OPTION_TYPE = "convention.signingoption"
CONVENTION_TYPE = "convention.convention"
STEAD_TYPE = "convention.signatory.stead"
REASONED = ("signing.refuse", "signing.reopen", "convention.cancel", "signatory.refuse", "signatory.replace")
OPTION_PILLS = {"proposed": "wait", "forwarded": "wait", "held": "ok", "refused": "plain"}


@dataclass(frozen=True, slots=True)
class SignatoryRow:
    """A signatory in one state, with the verbs that this actor may use on it."""

    signatory: Signatory
    pill: str
    words: str
    since: date | None
    reason: str
    verbs: frozenset[str]
    shows_contact: bool = False
    stead_reason: str = ""

    @property
    def main(self) -> str:
        """The verb that is expected of this actor first, if any."""
        for verb in ("sign", "validate", "record_ink"):
            if verb in self.verbs:
                return verb
        return ""


@dataclass(frozen=True, slots=True)
class OptionRow:
    """A date offered, with the reason when it was refused."""

    option: SigningOption
    pill: str
    words: str
    reason: str
    can_hold: bool


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A line of the back-planning as it stands today."""

    line: PlanLine
    late: bool


@dataclass(frozen=True, slots=True)
class Again:
    """A text opened again: whether it reads otherwise now, and whose signatures fall if it is sent as it is."""

    changed: bool
    signed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cancelled:
    """A convention that was signed by all, then cancelled, with the reason."""

    convention: Convention
    reason: str


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
    amendments: list[Amendment] = field(default_factory=list)
    text: TextUsed | None = None
    again: Again | None = None
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
        """The line from which this actor is awaited: to sign, or to validate."""
        return next((row for row in self.rows if row.main in {"sign", "validate"} and "own" in row.verbs), None)

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
    convention = next((row for row in conventions if row.state != "cancelled"), None)
    cancelled = [row for row in conventions if row.state == "cancelled"]
    options = list(SigningOption.objects.visible_to(actor).filter(operation=operation).order_by("on", "at", "pk"))
    signatories = _signatories(actor, convention)
    people = participants(operation) if convention else []
    reasons = _reasons([*options, *cancelled], signatories)
    runs = _runs(actor, operation)
    return Signing(
        operation=operation,
        session=session,
        convention=convention,
        options=[_option(actor, option, options, reasons) for option in options],
        rows=[
            _row(actor, signatory, convention, reasons, runs=runs, optional=_optional(operation, people))
            for signatory in signatories
            if convention
        ],
        lines=_lines(operation, session, convention, options),
        gaps=gaps_before_sending(convention) if convention and convention.state == "draft" and runs else (),
        changes=_changes(operation, signatories, people)
        if convention and convention.state != "signed" and runs
        else (),
        verbs=_verbs(actor, operation, convention, options, numbered=bool(session and session.eos_number)),
        amendments=_amendments(actor, convention),
        text=text_used(convention) if convention and runs else None,
        cancelled=[Cancelled(row, reasons.get((CONVENTION_TYPE, row.pk), "")) for row in cancelled],
        again=_again(convention, signatories) if convention and runs else None,
        shows_paper=convention is not None and convention.state != "draft" and actor.who in SIGNED_PAGES.reads,
    )


def _amendments(actor: Actor, convention: Convention | None) -> list[Amendment]:
    """Those that a change of hours made due, once the convention is signed."""
    if convention is None or convention.state != "signed":
        return []
    rows = Amendment.objects.visible_to(actor).filter(convention=convention).exclude(state="dropped")
    return list(rows.select_related("change", "document").order_by("pk"))


def _again(convention: Convention, signatories: list[Signatory]) -> Again | None:
    """What sending a corrected text would do; None before the first sending, and while the text is out."""
    if convention.state != "draft" or not convention.edition:
        return None
    changed = reads_otherwise(convention.reading, printing.reading(convention))
    return Again(changed, tuple(s.organisation.name for s in signatories if s.state in SIGNED))


def _signatories(actor: Actor, convention: Convention | None) -> list[Signatory]:
    if convention is None:
        return []
    rows = Signatory.objects.visible_to(actor).filter(convention=convention).exclude(state="removed")
    return list(rows.select_related("organisation", "person", "operation", "convention", "stands_for").order_by("pk"))


def _runs(actor: Actor, operation: Operation) -> bool:
    """Whether this actor records for others: the provider that runs the operation, or the officer who pilots it."""
    if operation.state != "running":
        return False
    return (actor.who in LEAD and leads(actor, operation)) or pilots(actor, operation)


def _changes(operation: Operation, signatories: list[Signatory], people: list[Participant]) -> tuple[str, ...]:
    """What promises made or withdrawn since change to the list of a convention already sent."""
    promising = {p.organisation.pk for p in people if "employer" in p.kinds}
    waiting = [s for s in signatories if s.organisation.kind == OrganisationKind.EMPLOYER and s.state not in SIGNED]
    gone = gone_employers(s.organisation.name for s in waiting if s.organisation_id not in promising)
    sent = bool(signatories) and signatories[0].convention.state == "sent"
    return (*(missing(operation, signatories) if sent else ()), *gone)


def _optional(operation: Operation, people: list[Participant]) -> frozenset[int]:
    """The organisations that sign without being asked for by the rulebook: those that may be taken off."""
    wanted = {c.organisation_id for c in expected(book_of(operation).signatories, [p.candidate for p in people])}
    return frozenset(p.organisation.pk for p in people if p.organisation.pk not in wanted)


def _reasons(options: Iterable[OperationBound], signatories: Iterable[Signatory]) -> Mapping[tuple[str, int], str]:
    """The last reason given for each date refused, convention cancelled and signature refused."""
    entries = JournalEntry.objects.filter(verb__in=REASONED).filter(
        file_id__in={row.operation_id for row in (*options, *signatories)}
    )
    said = entries.exclude(reason=None).order_by("id")
    rows = list(said.values_list("object_type", "object_id", "verb", "reason_id"))
    texts = dict(Reason.objects.filter(pk__in={row[3] for row in rows}).values_list("pk", "text"))
    return {
        (STEAD_TYPE if verb == "signatory.replace" else kind, pk): texts[reason]
        for kind, pk, verb, reason in rows
        if reason in texts
    }


def _option(
    actor: Actor,
    option: SigningOption,
    options: list[SigningOption],
    reasons: Mapping[tuple[str, int], str],
) -> OptionRow:
    free = not any(other.state == "held" for other in options) and option.on >= clock.today()
    offered = {t.name for t in OPTION.open_to(actor, option.state)}
    # Another date is held: this one is not, though it comes back if the choice is opened again.
    passed_over = option.state in {"proposed", "forwarded"} and any(other.state == "held" for other in options)
    return OptionRow(
        option=option,
        pill="plain" if passed_over else OPTION_PILLS[option.state],
        words=_("non retenue") if passed_over else str(OPTION.states[option.state]),
        reason=reasons.get((OPTION_TYPE, option.pk), "") if option.state == "refused" else "",
        can_hold=free and "signing.hold" in offered,
    )


def _row(
    actor: Actor,
    signatory: Signatory,
    convention: Convention,
    reasons: Mapping[tuple[str, int], str],
    *,
    runs: bool,
    optional: frozenset[int],
) -> SignatoryRow:
    # A firm does not learn that another one refuses: to it, that line is still to be signed.
    is_foreign = actor.in_employer and signatory.organisation_id != actor.organisation_id
    refuses = signatory.state == "refused" and not is_foreign
    pill, words, since = _state(signatory, convention, refuses=refuses)
    return SignatoryRow(
        signatory=signatory,
        pill=pill,
        words=words,
        since=since,
        reason=reasons.get((SIGNATORY_TYPE, signatory.pk), "") if refuses else "",
        stead_reason=reasons.get((STEAD_TYPE, signatory.pk), "") if signatory.stands_how == "replaced" else "",
        verbs=_row_verbs(actor, signatory, convention, runs=runs, optional=optional),
        shows_contact=runs or is_own(actor, signatory) or actor.in_region,
    )


def _state(signatory: Signatory, convention: Convention, *, refuses: bool) -> tuple[str, str, date | None]:
    if signatory.state in SIGNED and convention.state == "draft":
        return "wait", _("signé, si le texte ne change pas"), signatory.signed_on
    if signatory.state in SIGNED:
        return "ok", str(signatory.get_state_display()), signatory.signed_on
    if refuses:
        return "late", _("refuse de signer"), None
    if convention.state == "sent" and signatory.stands_how == Signatory.Stead.DELEGATED:
        return "wait", _("à signer, délégué"), signatory.stands_since
    if convention.state == "sent":
        return "wait", _("à signer"), convention.sent_on
    if signatory.validated_on:
        return "ok", _("engagements validés"), signatory.validated_on
    return "due", _("engagements à valider"), convention.drafted_on


def _row_verbs(
    actor: Actor, signatory: Signatory, convention: Convention, *, runs: bool, optional: frozenset[int]
) -> frozenset[str]:
    if signatory.operation.state != "running" or convention.state in {"signed", "cancelled"}:
        return frozenset()
    # The Region's line is for the officer who pilots, not for those of other territories.
    own = is_own(actor, signatory) and (runs or actor.who is not Who.OFFICER)
    offered = {step.name for step in SIGNATORY.open_to(actor, signatory.state)}
    sent, corrected = convention.state == "sent", convention.state == "draft"
    waits = signatory.state not in SIGNED
    may_validate = actor.who in VERBS["signatory.validate"].who
    may = {
        "own": own,
        "validate": signatory.validated_on is None and may_validate and (own or leads(actor, signatory.operation)),
        "sign": own and sent and "signatory.sign" in offered,
        "record_ink": runs and sent and "signatory.record_ink" in offered,
        "record_outside": runs and sent and "signatory.record_outside" in offered,
        "ask_outside": runs and sent and waits and not signatory.outside_reference and external() is not None,
        "refuse": (own or runs) and sent and "signatory.refuse" in offered,
        "send_link": runs and waits and not own and (sent or signatory.validated_on is None),
        "describe": runs and (waits or corrected),
        "delegate": waits and (own or runs) and signatory.person_id is not None,
        "replace": waits and (own or runs) and signatory.person_id is not None,
        "remove": runs
        and "signatory.remove" in offered
        and (waits or corrected)
        and signatory.organisation_id in optional,
    }
    return frozenset(verb for verb, allowed in may.items() if allowed)


def _lines(
    operation: Operation, session: Session | None, convention: Convention | None, options: list[SigningOption]
) -> list[ShownLine]:
    if session is None:
        return []
    states = {option.state for option in options}
    facts = SigningFacts(
        starts_on=session.starts_on,
        ends_on=session.ends_on,
        eos_number=bool(session.eos_number),
        proposed=bool(states & set(OPEN)),
        forwarded=bool(states & {"forwarded", "held"}),
        held="held" in states,
        sent=convention is not None and convention.state != "draft",
        warned=convention is not None and convention.save_the_date_on is not None,
        invited=convention is not None and convention.invited_on is not None,
        signed=convention is not None and convention.state == "signed",
    )
    today = clock.today()
    return [ShownLine(line, line.late(today)) for line in back_planning(book_of(operation).deadlines, facts)]


def _verbs(
    actor: Actor,
    operation: Operation,
    convention: Convention | None,
    options: list[SigningOption],
    *,
    numbered: bool,
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
        "cancel": (lead or officer) and "convention.cancel" in offered,
        "add": (lead or officer) and text == "draft",
        "record_amendment": (lead or officer) and text == "signed",
    }
    return frozenset(verb for verb, allowed in may.items() if allowed)


def _told(options: list[SigningOption]) -> bool:
    return any(option.state == "held" and option.warned_on for option in options)


def row_of(actor: Actor, signatory: Signatory) -> SignatoryRow:
    """One signatory, as this actor may see it."""
    operation = signatory.operation
    return _row(
        actor,
        signatory,
        signatory.convention,
        _reasons([], [signatory]),
        runs=_runs(actor, operation),
        optional=_optional(operation, participants(operation)),
    )


def could_sign(operation: Operation, convention: Convention) -> list[Organisation]:
    """The partners that are not on the list yet. Must run inside an open scope."""
    signing_ids = set(
        Signatory.objects.filter(convention=convention)
        .exclude(state="removed")
        .order_by("pk")
        .values_list("organisation_id", flat=True)
    )
    return [p.organisation for p in participants(operation) if p.organisation.pk not in signing_ids]


def commitments_of(signatory: Signatory) -> tuple[str, ...]:
    """What a signatory engages to do, in the words of the convention; empty for a partner without words of its own."""
    return printing.commitments(signatory.convention, signatory.organisation.kind)


@dataclass(frozen=True, slots=True)
class Promised:
    """A promise of the signatory and its open posts."""

    promise: Promise
    posts: int


def promised_by(signatory: Signatory) -> list[Promised]:
    """What an employer promised, read with it before it agrees: its own rows, whoever shows them."""
    with scope(TASK):
        rows = (
            Promise.objects.filter(
                operation_id=signatory.operation_id,
                employer_id=signatory.organisation_id,
                state__in=STANDING,
            )
            .annotate(open_posts=Count("posts", filter=Q(posts__withdrawn_on=None)))
            .order_by("pk")
        )
        return [Promised(row, row.open_posts) for row in rows]


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
    convention = Convention.objects.visible_to(actor).filter(LIVING, operation=operation).first()
    options = list(SigningOption.objects.visible_to(actor).filter(operation=operation).order_by("on", "at", "pk"))
    signatories = _signatories(actor, convention)
    in_preparation = convention is None or convention.state == "draft"
    done = [s for s in signatories if (s.validated_on if in_preparation else s.state in SIGNED)]
    lines = _lines(operation, session, convention, options)
    return Card(
        operation=operation,
        convention=convention,
        held=next((option for option in options if option.state == "held"), None),
        total=len(signatories),
        done=len(done),
        awaited=[s.organisation.name for s in signatories if s not in done],
        next_line=next((shown for shown in lines if not shown.line.done), None),
        amendment=next((row for row in _amendments(actor, convention) if row.state == "owed"), None),
    )
