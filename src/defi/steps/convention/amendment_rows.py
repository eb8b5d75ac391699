"""Reads the amendments to a convention: what each changes, who signs it, what this actor may do about it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.db.models import Q

from defi.kernel import clock
from defi.kernel.access import LEAD, TASK, Actor, scope
from defi.operations.access import leads
from defi.people.models import Organisation
from defi.steps.convention import printing
from defi.steps.convention.amending import AT_WORK, said_of
from defi.steps.convention.facts import names_of, terms_in_turn
from defi.steps.convention.file_kinds import SIGNED_PAGES
from defi.steps.convention.models import Amendment, Convention, Signatory
from defi.steps.convention.rules import reads_otherwise
from defi.steps.convention.signatory_rows import (
    SHOWN,
    Again,
    SignatoryRow,
    reasons_of,
    records_for_others,
    signatory_row,
)
from defi.steps.convention.states import SIGNED
from defi.steps.convention.terms import sentences

PILLS = {"owed": "due", "sent": "wait", "signed": "ok"}


@dataclass(frozen=True, slots=True)
class AmendmentRow:
    """An amendment: `sentences`, what it changes from what to what; `to_ask`, whom it will be sent to."""

    amendment: Amendment
    pill: str
    sentences: tuple[str, ...]
    rows: list[SignatoryRow] = field(default_factory=list)
    to_ask: tuple[str, ...] = ()
    again: Again | None = None
    may_send: bool = False
    shows_paper: bool = False

    @property
    def signed(self) -> int:
        return sum(row.signatory.state in SIGNED for row in self.rows)

    @property
    def acts(self) -> bool:
        """Whether this actor may do anything about a signatory."""
        return any(row.main or "send_link" in row.verbs for row in self.rows)

    @property
    def own(self) -> SignatoryRow | None:
        """The line on which this actor's signature is awaited."""
        return next((row for row in self.rows if row.main == "sign" and "own" in row.verbs), None)


def amendments_of(actor: Actor, convention: Convention | None) -> list[AmendmentRow]:
    """Those of a signed convention, as this actor may see them; a dropped one is history, in the journal."""
    if convention is None or convention.state != "signed":
        return []
    rows = Amendment.objects.visible_to(actor).filter(_told_to(actor), convention=convention).exclude(state="dropped")
    related = ("change", "document", "sealed", "convention", "operation")
    found = list(rows.select_related(*related).defer("document__content", "sealed__content").order_by("pk"))
    signing = Signatory.objects.visible_to(actor).filter(amendment__in=found).exclude(state="removed")
    signatories = list(signing.select_related(*SHOWN).order_by("pk"))
    with scope(TASK):
        turns = terms_in_turn(convention, found)
        names = names_of(*(told for turn in turns for told in turn))
    reasons = reasons_of(signatories)
    return [
        _row(
            actor,
            one,
            sentences(agreed, now, names),
            [row for row in signatories if row.amendment_id == one.pk],
            reasons,
        )
        for one, (agreed, now) in zip(found, turns, strict=True)
    ]


def signed_amendments(actor: Actor, conventions: Iterable[Convention]) -> dict[int, list[Amendment]]:
    """The avenants signed to these conventions, by convention, as this actor may see them."""
    rows = Amendment.objects.visible_to(actor).filter(convention__in=list(conventions), state="signed")
    found: dict[int, list[Amendment]] = {}
    for row in rows.select_related("document", "sealed").defer("document__content", "sealed__content").order_by("pk"):
        found.setdefault(row.convention_id, []).append(row)
    return found


def owed_amendment(actor: Actor, convention: Convention | None) -> Amendment | None:
    """The one that is to be sent or signed, if any."""
    if convention is None or convention.state != "signed":
        return None
    return Amendment.objects.visible_to(actor).filter(_told_to(actor), convention=convention, state__in=AT_WORK).first()


def _told_to(actor: Actor) -> Q:
    """Who may withdraw is told to the others when the amendment is sent to be signed, not before."""
    return Q() if actor.in_region or actor.in_provider else ~Q(state="owed")


def _row(
    actor: Actor,
    amendment: Amendment,
    said: tuple[str, ...],
    signatories: list[Signatory],
    reasons: Mapping[tuple[str, int], str],
) -> AmendmentRow:
    operation = amendment.operation
    runs = records_for_others(actor, operation)
    optional = frozenset(row.organisation_id for row in signatories if not row.required)
    return AmendmentRow(
        amendment=amendment,
        pill=PILLS[amendment.state],
        sentences=said,
        rows=[signatory_row(actor, row, reasons, runs=runs, optional=optional) for row in signatories],
        to_ask=_to_ask(amendment, signatories) if amendment.is_prepared else (),
        again=_again(amendment, signatories) if runs else None,
        may_send=amendment.state == "owed"
        and operation.state == "running"
        and actor.who in LEAD
        and leads(actor, operation),
        shows_paper=bool(amendment.edition) and actor.who in SIGNED_PAGES.reads,
    )


def _to_ask(amendment: Amendment, signatories: list[Signatory]) -> tuple[str, ...]:
    """Whom it will be sent to, beside those on its list."""
    with scope(TASK):
        coming = said_of(amendment).touched.signing - {row.organisation_id for row in signatories}
        return tuple(Organisation.objects.filter(pk__in=coming).order_by("name").values_list("name", flat=True))


def _again(amendment: Amendment, signatories: list[Signatory]) -> Again | None:
    """What sending again an amendment that was sent would do; None the first time, and while it is out."""
    if not (amendment.is_prepared and amendment.edition):
        return None
    with scope(TASK):
        changed = reads_otherwise(amendment.reading, printing.reading(amendment, clock.now()))
    return Again(changed, tuple(row.organisation.name for row in signatories if row.state in SIGNED))
