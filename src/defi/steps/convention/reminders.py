"""Who was asked to validate and has not is reminded; what mails of the signing say is looked at again as they leave."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from django.utils.translation import gettext as _

from defi.kernel.journal import type_of
from defi.kernel.mail.outbox import Recipient
from defi.kernel.mail.purposes import Rule
from defi.kernel.mail.reminders import Owed, source
from defi.kernel.mail.reviewing import is_last, still
from defi.kernel.models import Link, Mail
from defi.operations.models import Session
from defi.schemes.rulebook import rulebook
from defi.steps.convention.mails import VALIDATE
from defi.steps.convention.models import LIVING, Amendment, Convention, Signatory, SigningOption


@source("convention_validation")
def unvalidated(rule: Rule, files: Collection[int] | None) -> Iterator[Owed]:
    """The signatories of a draft who were sent their link and have not validated (seed 001, step 7)."""
    rows = Signatory.objects.filter(
        state="to_sign", validated_on=None, convention__state="draft", operation__state="running"
    )
    if files is not None:
        rows = rows.filter(operation__in=files)
    found = {row.pk: row for row in rows.select_related("operation")}
    sent = Link.objects.filter(
        object_type=type_of(Signatory()), object_id__in=found, verb=VALIDATE, revoked_at=None, used_at=None
    )
    sessions = Session.objects.filter(operation__in={row.operation_id for row in found.values()})
    dates = {session.operation_id: (session.starts_on, session.ends_on) for session in sessions}
    for link in sent.exclude(address="").order_by("pk"):
        operation = found[link.object_id].operation
        deadline = rulebook(operation.scheme, operation.rulebook_version).deadlines["convention_draft"]
        yield Owed(
            about=f"{VALIDATE}:{link.object_id}",
            to=Recipient(link.address, link.person_id, link.organisation_id),
            what=_("valider vos engagements dans la convention"),
            url="",
            file_id=operation.pk,
            since=link.created_at.date(),
            due_on=deadline.on(*dates[operation.pk]) if operation.pk in dates else None,
            link=link,
            answers_to=operation.provider_id,
        )


@still("convention/mail/options_proposed")
def are_dates_to_pass_on(mail: Mail) -> bool:
    """Dates of this operation wait for the officer, and no later mail says them."""
    return is_last(mail) and SigningOption.objects.filter(operation=mail.file_id, state="proposed").exists()


@still("convention/mail/options_forwarded")
def are_dates_to_choose(mail: Mail) -> bool:
    """Dates of this operation wait for the Cabinet, and no later mail says them."""
    return is_last(mail) and SigningOption.objects.filter(operation=mail.file_id, state="forwarded").exists()


@still("convention/mail/date_held")
def is_a_date_held(mail: Mail) -> bool:
    """The operation has a date, and no later mail says it."""
    return is_last(mail) and SigningOption.objects.filter(operation=mail.file_id, state="held").exists()


@still("convention/mail/convention_sent")
@still("convention/mail/guests_told")
def is_the_text_out(mail: Mail) -> bool:
    """The convention is neither corrected nor cancelled since, and no later mail says whom it gathers."""
    return is_last(mail) and _convention_is(mail, "sent", "signed")


@still("convention/mail/convention_complete")
def is_signed_by_all(mail: Mail) -> bool:
    """The convention that all signed has not been cancelled since."""
    return is_last(mail) and _convention_is(mail, "signed")


@still("convention/mail/ask_validation")
def has_to_validate(mail: Mail) -> bool:
    """The signatory has not validated since, and the text is still prepared."""
    signatory = _signatory(mail)
    return signatory is None or (signatory.validated_on is None and signatory.text.is_prepared)


@still("convention/mail/ask_signature")
@still("convention/mail/ask_amendment")
@still("convention/mail/signature_voided")
@still("convention/mail/signature_taken_back")
def has_to_sign(mail: Mail) -> bool:
    """The signatory has not signed since, and the text may still be."""
    signatory = _signatory(mail)
    return signatory is None or (signatory.state in {"to_sign", "refused"} and signatory.text.is_open)


@still("convention/mail/signature_refused")
def refuses_still(mail: Mail) -> bool:
    """Somebody of this operation refuses to sign."""
    return Signatory.objects.filter(operation=mail.file_id, state="refused").exists()


@still("convention/mail/amendment_owed")
def is_an_amendment_owed(mail: Mail) -> bool:
    """An avenant waits to be sent, and no later mail says what it changes."""
    return is_last(mail) and Amendment.objects.filter(operation=mail.file_id, state="owed").exists()


@still("convention/mail/amendment_complete")
def is_an_amendment_signed(mail: Mail) -> bool:
    """The convention that it changes has not been cancelled since."""
    return _convention_is(mail, "signed")


def _signatory(mail: Mail) -> Signatory | None:
    """Whose personal link the mail carries."""
    link = Link.objects.filter(pk=mail.link_id).first() if mail.link_id else None
    rows = Signatory.objects.select_related("convention", "amendment__convention")
    return rows.filter(pk=link.object_id).first() if link else None


def _convention_is(mail: Mail, *states: str) -> bool:
    return Convention.objects.filter(LIVING, operation=mail.file_id, state__in=states).exists()
