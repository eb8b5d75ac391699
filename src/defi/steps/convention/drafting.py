"""The text: prepared, sent with its contact sheet, corrected; signatures fall when another text is sent.

Source: process.md, step 7 (seed 001)."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from defi.kernel.access import Actor
from defi.kernel.journal import Action, acting, type_of
from defi.kernel.models import JournalEntry
from defi.kernel.refusals import Invalid, WrongState
from defi.operations.access import lock_operation
from defi.operations.models import Operation
from defi.schemes.models import DocumentText
from defi.schemes.text_queries import holding
from defi.steps.convention import issuing, mails, printing
from defi.steps.convention.differing import told_to_signatories
from defi.steps.convention.documents import CONVENTION as DOCUMENT
from defi.steps.convention.issuing import falling_signatures, living_signatories
from defi.steps.convention.locks import lock_convention, session_of
from defi.steps.convention.models import LIVING, Convention, Signatory, SigningOption
from defi.steps.convention.required import Participant, missing, participants, required_kinds
from defi.steps.convention.rules import (
    SendFacts,
    convention_title,
    expected,
    free_to_leave,
    send_gaps,
    title_fault,
)
from defi.steps.convention.states import CONVENTION, SIGNATORY
from defi.steps.sourcing.locks import refuse_nir


def draft_convention(actor: Actor, operation_id: int, *, title: str = "") -> Convention:
    """Begin the convention (or another, once it was cancelled): its title, and the signatories the rulebook asks for.

    Raises `WrongState` without a session or when already begun, `Invalid` when the title lacks the EOS number."""
    with acting(actor, "convention.draft") as act:
        operation = lock_operation(act, operation_id)
        if Convention.objects.filter(LIVING, operation=operation).exists():
            raise WrongState(_("La convention est déjà en préparation."))
        former = Convention.objects.filter(operation=operation).last()
        title = title if title.strip() or former is None else former.title
        convention = act.create(
            Convention,
            operation=operation,
            title=_checked_title(operation, title),
            state=CONVENTION.take("convention.draft", actor, "").target,
            drafted_on=act.today,
            text=holding(operation.region_id, DOCUMENT.kind, act.today),
            # The ceremony is one: who was asked to keep its date free, or invited, is not asked again.
            save_the_date_on=former.save_the_date_on if former else None,
            invited_on=former.invited_on if former else None,
        )
        title_the_dates(act, convention)
        _name_signatories(actor, convention, former)
        return convention


def retitle_convention(actor: Actor, operation_id: int, *, title: str, version: int | None = None) -> Convention:
    """Change the title of a convention in preparation."""
    with acting(actor, "convention.retitle") as act:
        convention = lock_convention(act, operation_id, version)
        must_be_in_preparation(convention)
        act.change(convention, title=_checked_title(convention.operation, title))
        title_the_dates(act, convention)
        return convention


def title_the_dates(act: Action, convention: Convention) -> None:
    """Within an action: what is said of the ceremony, in mails, letters and calendars, bears the convention's title."""
    for option in SigningOption.objects.filter(operation=convention.operation_id).exclude(title=convention.title):
        act.change(option, title=convention.title)


def take_text(actor: Actor, operation_id: int, *, version: int | None = None) -> list[Signatory]:
    """Take the text of the Region that holds today in place of the one the convention was drafted with.

    Who had agreed to commitments whose words change is asked again; returns those. Raises `WrongState` once the text is
    out, or when there is no newer one."""
    with acting(actor, "convention.take_text") as act:
        convention = lock_convention(act, operation_id, version)
        must_be_in_preparation(convention)
        newer = holding(convention.operation.region_id, DOCUMENT.kind, act.today)
        if newer == convention.text:
            raise WrongState(_("La convention est déjà préparée avec le texte en vigueur."))
        asked_again = agreed_to_other_words(convention, newer)
        act.change(convention, text=newer)
        for signatory in asked_again:
            act.change(signatory, validated_on=None, validated_how="", validated_by=None)
            mails.ask_validation(act, signatory)
        return asked_again


def agreed_to_other_words(convention: Convention, newer: DocumentText | None) -> list[Signatory]:
    """The signatories who agreed to commitments that this text words otherwise. Must run inside an open scope."""
    agreed = [one for one in living_signatories(convention) if one.validated_on is not None]
    changed = {
        kind: printing.commitments(convention, kind) != printing.commitments(convention, kind, newer)
        for kind in {one.organisation.kind for one in agreed}
    }
    return [one for one in agreed if changed[one.organisation.kind]]


def _checked_title(operation: Operation, title: str) -> str:
    session = session_of(operation)
    if not title.strip():
        proposed = SigningOption.objects.filter(operation=operation).order_by("-pk").first()
        title = proposed.title if proposed else convention_title(operation.title, session.eos_number)
    fault = title_fault(title.strip(), session.eos_number)
    if fault:
        raise Invalid.field("title", fault)
    refuse_nir(title=title)
    return title.strip()


def _name_signatories(actor: Actor, convention: Convention, former: Convention | None) -> None:
    """All those the rulebook asks for; others are added one by one. After a cancelled convention, its list as it was:
    those added, and who signs for each, as long as they take part."""
    people = participants(convention.operation)
    wanted = {c.organisation_id for c in expected(required_kinds(convention.operation), [p.candidate for p in people])}
    known = {row.organisation_id: row for row in living_signatories(former)} if former else {}
    added = {pk for pk, row in known.items() if not row.required}
    with acting(actor, "signatory.add") as act:
        for participant in people:
            if participant.organisation.pk not in wanted | added:
                continue
            row = create_signatory(act, convention, participant)
            if before := known.get(participant.organisation.pk):
                act.change(row, person=before.signer or row.person, quality=before.quality)


def create_signatory(act: Action, convention: Convention, participant: Participant) -> Signatory:
    """Within the action « signatory.add »: one more signatory."""
    return act.create(
        Signatory,
        operation_id=convention.operation_id,
        convention=convention,
        organisation=participant.organisation,
        person=participant.contact,
        quality=participant.quality,
        required=bool(participant.kinds & set(required_kinds(convention.operation))),
        state=SIGNATORY.take("signatory.add", act.actor, "").target,
    )


def send_convention(actor: Actor, operation_id: int, *, version: int | None = None) -> Convention:
    """Make convention and contact sheet, keep their bytes, send them to the Region and ask everybody to sign.

    Sent again after a correction: signatures given fall when it reads otherwise. When it does not, nothing changed: the
    same text goes back to signature, with those it has. Raises `WrongState` with everything that is missing."""
    with acting(actor, "convention.send") as act:
        convention = lock_convention(act, operation_id, version)
        CONVENTION.take("convention.send", actor, convention.state)
        session = session_of(convention.operation)
        if act.today > session.ends_on:
            raise WrongState(_("La formation est terminée : la convention se signe avant son terme."))
        gaps = gaps_before_sending(convention)
        if gaps:
            raise WrongState(" ".join(gaps))
        sheet = printing.keep_contact_sheet(convention, act.now)
        told = told_to_signatories(convention)
        if issuing.issue(act, convention, contact_sheet=sheet):
            if convention.edition > 1:
                act.change(convention, terms={**convention.terms, "told": told})
            mails.convention_sent(act, convention)
            issuing.ask_all(act, convention, correction_reason(convention), told)
        return convention


def gaps_before_sending(convention: Convention) -> tuple[str, ...]:
    """What is missing before the convention may be sent, one sentence each. Must run inside an open scope."""
    operation = convention.operation
    signatories = living_signatories(convention)
    return send_gaps(
        SendFacts(
            eos_number=session_of(operation).eos_number,
            title=convention.title,
            missing=missing(operation, signatories),
            unvalidated=tuple(s.organisation.name for s in signatories if s.validated_on is None),
            signatories=len(signatories),
        )
    )


def optional_signatories(
    convention: Convention,
    people: Sequence[Participant] | None = None,
    signatories: Sequence[Signatory] | None = None,
) -> frozenset[int]:
    """The organisations of its list that may be taken off; `people`, `signatories`: who takes part and the whole list,
    when they were read already. Must run inside an open scope."""
    operation = convention.operation
    people = participants(operation) if people is None else people
    signatories = living_signatories(convention) if signatories is None else signatories
    signing = [one.organisation_id for one in signatories]
    return free_to_leave(required_kinds(operation), [p.candidate for p in people], signing)


def correct_convention(actor: Actor, operation_id: int, *, reason: str, version: int | None = None) -> list[Signatory]:
    """Open the text again. Nothing falls yet: returns the signatures that will, if another text is then sent."""
    with acting(actor, "convention.correct", reason=reason) as act:
        convention = lock_convention(act, operation_id, version)
        refuse_nir(reason=reason)
        act.move(CONVENTION, convention)
        return falling_signatures(convention)


def correction_reason(convention: Convention) -> str:
    """Why the text was opened again the last time; nothing when it never was."""
    entries = JournalEntry.objects.filter(verb="convention.correct", object_type=type_of(convention))
    last = entries.filter(object_id=convention.pk).order_by("-id").select_related("reason").first()
    return last.reason.text if last is not None and last.reason is not None else ""


def must_be_in_preparation(convention: Convention) -> None:
    """Raises `WrongState` once the text is out: it is corrected first."""
    if convention.state == "signed":
        raise WrongState(_("La convention est signée par tous : elle ne se modifie plus."))
    if convention.state == "sent":
        raise WrongState(_("La convention est transmise : corrigez-la d'abord."))
