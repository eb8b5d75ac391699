"""The line of a signatory, of the convention or of an amendment: its state in words, what this actor may do on it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from defi.kernel import clock
from defi.kernel.access import LEAD, TASK, Actor, Who, scope
from defi.kernel.models import JournalEntry, Link, Reason
from defi.kernel.signing.providers import external
from defi.kernel.transitions import VERBS
from defi.operations.access import leads, pilots
from defi.operations.models import Operation, OperationBound
from defi.steps.convention import printing
from defi.steps.convention.drafting import optional_signatories
from defi.steps.convention.issuing import Text
from defi.steps.convention.locks import is_own
from defi.steps.convention.mails import SIGN, VALIDATE
from defi.steps.convention.models import SIGNATORY_TYPE, Amendment, Convention, Signatory
from defi.steps.convention.naming import said_of_stead
from defi.steps.convention.states import SIGNATORY, SIGNED
from defi.steps.pairing.models import Promise
from defi.steps.pairing.states import STANDING

STEAD_TYPE = "convention.signatory.stead"
TAKEN_BACK_TYPE = "convention.signatory.taken_back"
OF_THEIR_OWN = {"signatory.replace": STEAD_TYPE, "signatory.take_back": TAKEN_BACK_TYPE}
REASONED = ("signing.refuse", "signing.reopen", "convention.cancel", "signatory.refuse", *OF_THEIR_OWN)
SHOWN = (
    "organisation",
    "person",
    "named",
    "signed_by",
    "stands_for",
    "operation",
    "convention",
    "amendment__convention",
)
"""What a line of a signatory reads."""


@dataclass(frozen=True, slots=True)
class SignatoryRow:
    """A signatory in one state, with the verbs that this actor may use on it. `stead`: in whose place somebody signs;
    `taken_back`: why a signature noted by mistake was taken back, while it is to sign; `asked_at`: when the living link
    to validate or to sign left."""

    signatory: Signatory
    pill: str
    words: str
    since: date | None
    reason: str
    verbs: frozenset[str]
    shows_contact: bool = False
    stead_reason: str = ""
    stead: str = ""
    taken_back: str = ""
    asked_at: datetime | None = None

    @property
    def main(self) -> str:
        """The verb that is expected of this actor first, if any."""
        for verb in ("sign", "validate", "record_ink"):
            if verb in self.verbs:
                return verb
        return ""


@dataclass(frozen=True, slots=True)
class Again:
    """A text opened again: whether it reads otherwise now, and whose signatures fall if it is sent as it is; `told`:
    what it says otherwise, in words, when that is known; `fell`: whose signature already fell."""

    changed: bool
    signed: tuple[str, ...]
    told: tuple[str, ...] = ()
    fell: tuple[str, ...] = ()


def row_of(actor: Actor, signatory: Signatory) -> SignatoryRow:
    """One signatory, as this actor may see it."""
    operation = signatory.operation
    if signatory.amendment is None:
        optional = optional_signatories(signatory.convention)
    else:
        optional = frozenset() if signatory.required else frozenset({signatory.organisation_id})
    return signatory_row(
        actor,
        signatory,
        reasons_of([signatory]),
        runs=records_for_others(actor, operation),
        optional=optional,
        asked=links_sent([signatory]),
    )


def signatory_row(
    actor: Actor,
    signatory: Signatory,
    reasons: Mapping[tuple[str, int], str],
    *,
    runs: bool,
    optional: frozenset[int],
    asked: Mapping[int, datetime] | None = None,
) -> SignatoryRow:
    """The line of a signatory. `runs`: this actor records for others; `optional`: who may be taken off; `asked`: when
    each was last sent a link (`links_sent`)."""
    # A firm does not learn that another one refuses: to it, that line is still to be signed.
    is_foreign = actor.in_employer and signatory.organisation_id != actor.organisation_id
    refuses = signatory.state == "refused" and not is_foreign
    waits = signatory.state not in SIGNED
    pill, words, since = _state(signatory, signatory.text, refuses=refuses)
    return SignatoryRow(
        signatory=signatory,
        pill=pill,
        words=words,
        since=since,
        reason=reasons.get((SIGNATORY_TYPE, signatory.pk), "") if refuses else "",
        stead_reason=reasons.get((STEAD_TYPE, signatory.pk), "") if signatory.stands_how == "replaced" else "",
        stead=said_of_stead(signatory),
        taken_back=reasons.get((TAKEN_BACK_TYPE, signatory.pk), "") if waits and (runs or not is_foreign) else "",
        verbs=_row_verbs(actor, signatory, signatory.text, runs=runs, optional=optional),
        asked_at=(asked or {}).get(signatory.pk) if runs and waits else None,
        shows_contact=runs or is_own(actor, signatory) or actor.in_region,
    )


def links_sent(signatories: Iterable[Signatory]) -> Mapping[int, datetime]:
    """When the link of each left, of what is awaited now: to validate while the text is prepared, to sign once it is
    out. Those that died do not count."""
    verbs = {row.pk: VALIDATE if row.text.is_prepared else SIGN for row in signatories}
    living = Link.objects.filter(object_type=SIGNATORY_TYPE, object_id__in=verbs, revoked_at=None, used_at=None)
    rows = living.filter(expires_at__gt=clock.now()).order_by("created_at")
    return {pk: at for pk, verb, at in rows.values_list("object_id", "verb", "created_at") if verb == verbs[pk]}


def _state(signatory: Signatory, text: Text, *, refuses: bool) -> tuple[str, str, date | None]:
    if signatory.state in SIGNED and text.is_prepared:
        return "wait", _("signé, si le texte ne change pas"), signatory.signed_on
    if signatory.state in SIGNED:
        return "ok", str(signatory.get_state_display()), signatory.signed_on
    if refuses:
        return "late", _("refuse de signer"), None
    if text.is_open and signatory.stands_how == Signatory.Stead.DELEGATED:
        return "wait", _("à signer, délégué"), signatory.stands_since
    if text.is_open:
        return "wait", _("à signer"), text.sent_on
    if isinstance(text, Amendment):
        return "wait", _("à signer, une fois transmis"), None
    if signatory.validated_on:
        return "ok", _("engagements validés"), signatory.validated_on
    return "due", _("engagements à valider"), text.drafted_on


def _row_verbs(
    actor: Actor, signatory: Signatory, text: Text, *, runs: bool, optional: frozenset[int]
) -> frozenset[str]:
    if signatory.operation.state != "running" or text.state == "signed" or text.is_over:
        return frozenset()
    # The Region's line is for the officer who pilots, not for those of other territories.
    own = is_own(actor, signatory) and (runs or actor.who is not Who.OFFICER)
    offered = {step.name for step in SIGNATORY.open_to(actor, signatory.state)}
    sent, corrected = text.is_open, text.is_prepared
    waits = signatory.state not in SIGNED
    to_validate = signatory.validated_on is None and isinstance(text, Convention)
    may_validate = actor.who in VERBS["signatory.validate"].who
    may = {
        "own": own,
        "validate": to_validate and may_validate and (own or leads(actor, signatory.operation)),
        "sign": own and sent and "signatory.sign" in offered,
        "record_ink": runs and sent and "signatory.record_ink" in offered,
        "record_outside": runs and sent and "signatory.record_outside" in offered,
        "ask_outside": runs and sent and waits and not signatory.outside_reference and external() is not None,
        "take_back": runs and "signatory.take_back" in offered,
        "refuse": (own or runs) and sent and "signatory.refuse" in offered,
        "send_link": runs and waits and not own and (sent or to_validate),
        "describe": runs and (waits or corrected or signatory.signer is None),
        "delegate": waits and (own or runs) and signatory.person_id is not None,
        "replace": waits and (own or runs) and signatory.person_id is not None,
        "remove": runs
        and "signatory.remove" in offered
        and (waits or corrected)
        and signatory.organisation_id in optional,
    }
    return frozenset(verb for verb, allowed in may.items() if allowed)


def records_for_others(actor: Actor, operation: Operation) -> bool:
    """Whether this actor records for others: the provider that runs the operation, or the officer who pilots it."""
    if operation.state != "running":
        return False
    return (actor.who in LEAD and leads(actor, operation)) or pilots(actor, operation)


def reasons_of(about: Iterable[OperationBound]) -> Mapping[tuple[str, int], str]:
    """The last reason given for each date refused, convention cancelled and signature refused."""
    entries = JournalEntry.objects.filter(verb__in=REASONED).filter(file_id__in={row.operation_id for row in about})
    said = entries.exclude(reason=None).order_by("id")
    rows = list(said.values_list("object_type", "object_id", "verb", "reason_id"))
    texts = dict(Reason.objects.filter(pk__in={row[3] for row in rows}).values_list("pk", "text"))
    return {(OF_THEIR_OWN.get(verb, kind), pk): texts[reason] for kind, pk, verb, reason in rows if reason in texts}


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
