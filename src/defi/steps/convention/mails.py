"""Who is told what about the signing. A signatory without an address is told by phone or on paper: the page says so."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings

from defi.kernel import links
from defi.kernel.access import EMPLOYER, LEAD, PRESCRIBER, Who
from defi.kernel.journal import Action
from defi.kernel.models import Document
from defi.kernel.outbox import Recipient, queue
from defi.operations.models import Operation, Session
from defi.people.mailing import to_officers, to_organisation, to_person
from defi.people.models import OrganisationKind
from defi.steps.convention.calendar import Status, edition_of, entry
from defi.steps.convention.locks import session_of
from defi.steps.convention.models import LIVING, Amendment, Convention, Signatory, SigningOption
from defi.steps.convention.rules import PlanLine

Letters = Mapping[int, Document]
"""The letter to each signatory, by its id."""

VALIDATE, SIGN, READ = "signatory.validate", "signatory.sign", "signatory.read"


def to_signatory(signatory: Signatory) -> list[Recipient]:
    """The mailbox of who signs, else of who answers for the organisation; empty when there is none."""
    named = to_person(signatory.person)
    if named:
        return [Recipient(r.address, r.person_id, signatory.organisation_id) for r in named]
    organisation = signatory.organisation
    if organisation.kind == OrganisationKind.REGION:
        return to_officers(organisation.pk, signatory.operation.basin_id)
    if organisation.kind == OrganisationKind.PROVIDER:
        return to_organisation(organisation, LEAD)
    roles = {OrganisationKind.EMPLOYER: EMPLOYER, OrganisationKind.PRESCRIBER: PRESCRIBER}
    return to_organisation(organisation, roles.get(OrganisationKind(organisation.kind), frozenset()))


def options_proposed(act: Action, operation: Operation, options: Sequence[SigningOption]) -> None:
    """The officer has dates to pass on to the Cabinet."""
    _send(act, _officers(operation), "options_proposed", {**_context(operation), "options": options}, operation)


def options_forwarded(act: Action, operation: Operation, options: Sequence[SigningOption]) -> None:
    """The Cabinet has a date to choose."""
    cabinet = to_organisation(operation.region, [Who.CABINET])
    _send(act, cabinet, "options_forwarded", {**_context(operation), "options": options}, operation)


def date_held(act: Action, option: SigningOption) -> None:
    """Provider and officer learn which date is held."""
    operation = option.operation
    both = [*_provider(operation), *_officers(operation)]
    _send(act, both, "date_held", {**_context(operation), "option": option}, operation)


def dates_refused(
    act: Action, operation: Operation, options: Sequence[SigningOption], told: Iterable[Signatory]
) -> None:
    """Provider and officer learn that new dates are needed; those who had been told of one (`told`), that it falls."""
    context = {**_context(operation), "options": options, "reason": act.reason}
    _send(act, [*_provider(operation), *_officers(operation)], "dates_refused", context, operation)
    date_cancelled(act, options[0], told)


def date_cancelled(act: Action, option: SigningOption, told: Iterable[Signatory], *, for_good: bool = False) -> int:
    """The ceremony is taken off the calendars; `for_good`: no other date will follow."""
    return _to_all(act, told, "date_cancelled", option, Status.CANCELLED, more={"for_good": for_good})


def save_the_date(act: Action, option: SigningOption, signatories: Iterable[Signatory], letters: Letters) -> int:
    """Asks the signatories to keep the date free, with its letter; how many could be written to."""
    return _to_all(act, signatories, "save_the_date", option, Status.TENTATIVE, letters)


def invitation(act: Action, option: SigningOption, signatories: Iterable[Signatory], letters: Letters) -> int:
    """The Cabinet's invitation, with its letter; how many could be written to."""
    return _to_all(act, signatories, "invitation", option, Status.CONFIRMED, letters)


def date_changed(
    act: Action,
    option: SigningOption,
    before: datetime,
    told: Iterable[Signatory],
    letters: Letters,
    *,
    is_invited: bool,
) -> int:
    """Provider, officer and Cabinet learn the new date; those who had been told of the former have theirs moved."""
    operation = option.operation
    context = {**_context(operation), "option": option, "before": before, "reason": act.reason}
    cabinet = to_organisation(operation.region, [Who.CABINET])
    told = list(told)
    # Whoever signs for their house is told as a signatory, with the entry of their calendar: once is enough.
    reached = {recipient.address for signatory in told for recipient in to_signatory(signatory)}
    team = [
        to
        for to in (*_provider(operation), *_officers(operation), *cabinet)
        if to.person_id != act.actor.person_id and to.address not in reached
    ]
    _send_once(act, team, "date_changed_team", context, operation)
    status = Status.CONFIRMED if is_invited else Status.TENTATIVE
    return _to_all(act, told, "date_changed", option, status, letters, more={"before": before, "reason": act.reason})


def amendment_owed(act: Action, amendment: Amendment, changes: Sequence[str]) -> None:
    """Provider and officer learn that an avenant is to be sent and signed, and what it changes."""
    operation = amendment.operation
    both = [*_provider(operation), *_officers(operation)]
    context = {**_context(operation), "amendment": amendment, "changes": changes}
    _send(act, both, "amendment_owed", context, operation)


def amendment_complete(act: Action, amendment: Amendment) -> None:
    """Provider and officer learn that those it touches have all signed it."""
    operation = amendment.operation
    both = [*_provider(operation), *_officers(operation)]
    _send(act, both, "amendment_complete", {**_context(operation), "amendment": amendment}, operation)


def ask_validation(act: Action, signatory: Signatory) -> int:
    """A link on which the signatory reads its commitments and validates them."""
    return _send_link(act, signatory, VALIDATE, "ask_validation")


@dataclass(frozen=True, slots=True)
class Instead:
    """That a text takes the place of one that the same person was asked to sign: why, and what it says otherwise."""

    reason: str
    told: tuple[str, ...] = ()
    had_refused: bool = False


def ask_signature(act: Action, signatory: Signatory, letter: Document | None, instead: Instead | None = None) -> int:
    """A link on which the signatory reads the convention, or the amendment, and signs it; the convention's letter."""
    template = "ask_amendment" if signatory.amendment_id else "ask_signature"
    return _send_link(act, signatory, SIGN, template, letter=letter, more={"instead": instead})


def convention_sent(act: Action, convention: Convention) -> None:
    """The officer has the convention and the contact sheet; the Cabinet whom to invite, with the text (seed 001, 7)."""
    operation = convention.operation
    context = {**_context(operation), "convention": convention}
    _send(act, _officers(operation), "convention_sent", context, operation)
    cabinet = to_organisation(operation.region, [Who.CABINET])
    _send(act, cabinet, "guests_told", {**context, "guests": _guests(convention)}, operation)


def _guests(convention: Convention) -> list[Signatory]:
    rows = Signatory.objects.filter(convention=convention, amendment=None).exclude(state="removed")
    return list(rows.select_related("organisation", "person").order_by("pk"))


def signing_moved(
    act: Action, session: Session, left: Sequence[PlanLine], *, held: SigningOption | None, fault: str
) -> None:
    """Who has a part in the signing learns what is due now that the session moved, and whether the date still fits."""
    operation = session.operation
    context = {**_context(operation), "session": session, "left": left, "held": held, "fault": fault}
    cabinet = to_organisation(operation.region, [Who.CABINET]) if held else []
    _send_once(act, [*_provider(operation), *_officers(operation), *cabinet], "signing_moved", context, operation)


def signature_voided(act: Action, signatory: Signatory, letter: Document | None, told: Sequence[str] = ()) -> int:
    """Who had signed learns that the text changed, why and in what, and reads and signs the new one from the link."""
    return _send_link(act, signatory, SIGN, "signature_voided", letter=letter, more={"told": told})


def signature_fallen(act: Action, signatory: Signatory) -> None:
    """Who had signed, and is to sign no more, learns that their signature falls."""
    operation = signatory.operation
    context = {**_context(operation), "signatory": signatory, "reason": act.reason}
    _send(act, to_signatory(signatory), "signature_fallen", context, operation)


def signature_taken_back(act: Action, signatory: Signatory) -> int:
    """Who was noted as having signed learns that it is taken back, and why; how many mailboxes were written to."""
    return _send_link(act, signatory, SIGN, "signature_taken_back")


def signature_kept(act: Action, signatory: Signatory) -> int:
    """Who has signed gets another link to what is signed, until it is sealed; how many mailboxes were written to."""
    return _send_link(act, signatory, SIGN, "signature_kept")


def delegated(act: Action, signatory: Signatory, former: Iterable[Recipient]) -> None:
    """Who delegated has a trace of it, in case it was not them; the provider learns who signs now."""
    operation = signatory.operation
    context = {**_context(operation), "organisation": signatory.organisation, "signatory": signatory}
    now = {recipient.address for recipient in to_signatory(signatory)}
    _send(act, [r for r in former if r.address not in now], "signature_delegated", context, operation)
    _send(act, _provider(operation), "signature_delegated_provider", context, operation)


def signature_refused(act: Action, signatory: Signatory) -> None:
    """Provider and officer learn that somebody refuses to sign, and why."""
    operation = signatory.operation
    context = {**_context(operation), "organisation": signatory.organisation, "reason": act.reason}
    context["text"] = signatory.text.said
    _send(act, [*_provider(operation), *_officers(operation)], "signature_refused", context, operation)


def convention_complete(act: Action, convention: Convention) -> None:
    """Provider and officer learn that everybody signed."""
    operation = convention.operation
    both = [*_provider(operation), *_officers(operation)]
    _send(act, both, "convention_complete", {**_context(operation), "convention": convention}, operation)


def text_sealed(act: Action, signatory: Signatory, *, days: int) -> int:
    """Each signatory keeps a way to the signed and sealed text; how many mailboxes were written to."""
    template = "amendment_sealed" if signatory.amendment_id else "convention_sealed"
    return _send_link(act, signatory, READ, template, days=days)


def convention_cancelled(act: Action, convention: Convention, signatories: Iterable[Signatory]) -> None:
    """Everybody who has a part in a signed convention learns, once, that it is cancelled and why."""
    operation = convention.operation
    document = convention.sealed or convention.document
    address = f"{settings.PUBLIC_URL}/verifier/{document.code}/" if document else ""
    context = {**_context(operation), "convention": convention, "document": document, "verify_url": address}
    context |= {"reason": act.reason}
    told = [recipient for signatory in signatories for recipient in to_signatory(signatory)]
    told += [*_provider(operation), *_officers(operation), *to_organisation(operation.region, [Who.CABINET])]
    _send_once(act, told, "convention_cancelled", context, operation)


def _send_link(
    act: Action,
    signatory: Signatory,
    verb: str,
    template: str,
    days: int | None = None,
    letter: Document | None = None,
    more: Mapping[str, Any] | None = None,
) -> int:
    operation = signatory.operation
    recipients = to_signatory(signatory)
    for recipient in recipients:
        address = links.issue(
            signatory,
            verb,
            address=recipient.address,
            person_id=recipient.person_id,
            organisation_id=signatory.organisation_id,
            days=days or links_last(act, signatory),
        )
        context = {**_context(operation), "signatory": signatory, "link": address, "reason": act.reason}
        context |= {"letter": letter, **(more or {})}
        name = f"convention/mail/{template}.txt"
        # Whoever delegated or replaced causes the mail; it is the provider that a signatory writes back to.
        back = operation.provider_id if act.actor.organisation_id == signatory.organisation_id else None
        queue(act, recipient, name, context, file_id=operation.pk, document=letter, answers_to=back)
    return len(recipients)


def links_last(act: Action, signatory: Signatory) -> int:
    """Days during which a link works: to the end of the training, when the convention may no longer be signed; an
    amendment has a month at least."""
    return max(30 if signatory.amendment_id else 1, (session_of(signatory.operation).ends_on - act.today).days + 1)


def _to_all(
    act: Action,
    signatories: Iterable[Signatory],
    template: str,
    option: SigningOption,
    status: Status,
    letters: Letters | None = None,
    more: Mapping[str, Any] | None = None,
) -> int:
    reached, edition, common = 0, edition_of(option), _context(option.operation)
    for signatory in signatories:
        recipients = to_signatory(signatory)
        letter = (letters or {}).get(signatory.pk)
        reached += bool(recipients)
        for recipient in recipients:
            context = {**common, "option": option, "signatory": signatory, "letter": letter}
            context |= more or {}
            queue(
                act,
                recipient,
                f"convention/mail/{template}.txt",
                context,
                file_id=signatory.operation_id,
                calendar=entry(option, status, act.now, recipient.address, edition),
                document=letter,
            )
    return reached


def _provider(operation: Operation) -> list[Recipient]:
    return to_organisation(operation.provider, LEAD)


def _officers(operation: Operation) -> list[Recipient]:
    return to_officers(operation.region_id, operation.basin_id)


def _title(operation: Operation) -> str:
    """What is signed bears its own title, once it has one."""
    rows = Convention.objects.filter(LIVING, operation=operation).exclude(title="")
    return rows.values_list("title", flat=True).first() or operation.title


def _context(operation: Operation) -> dict[str, Any]:
    return {
        "operation": operation,
        "training": _title(operation),
        "provider": operation.provider,
        "url": f"{settings.PUBLIC_URL}/operations/{operation.pk}/convention/",
    }


def _send(
    act: Action, recipients: Iterable[Recipient], template: str, context: dict[str, Any], operation: Operation
) -> None:
    for recipient in recipients:
        queue(act, recipient, f"convention/mail/{template}.txt", context, file_id=operation.pk)


def _send_once(
    act: Action, recipients: Iterable[Recipient], template: str, context: dict[str, Any], operation: Operation
) -> None:
    """One mail to each mailbox, for however many parts its owner has."""
    mailboxes = {recipient.address: recipient for recipient in reversed(list(recipients))}
    _send(act, reversed(mailboxes.values()), template, context, operation)
