"""The letters of the signing, in the Region's words: kept when they are sent, printed for who has no address.

Source: process.md, step 7 (seed 001)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import override

from defi.kernel.access import TASK, scope
from defi.kernel.documents import Template
from defi.kernel.documents.keeping import keep
from defi.kernel.journal import type_of
from defi.kernel.models import Document
from defi.operations.models import Operation
from defi.people.models import Membership
from defi.steps.convention.calendar import starts_at
from defi.steps.convention.documents import INVITATION, LETTER_SIGNATORY, LETTER_TRAINEE, SAVE_THE_DATE, LetterData
from defi.steps.convention.locks import session_of
from defi.steps.convention.models import LIVING, Convention, Signatory, SigningOption
from defi.steps.convention.printing import text_of_the_day, told, unregistered
from defi.steps.convention.required import promises_in_force
from defi.steps.convention.rules import training_of
from defi.steps.sourcing.models import Candidacy

TO_SIGNATORY: dict[str, Template[LetterData]] = {
    "date": SAVE_THE_DATE,
    "invitation": INVITATION,
    "convention": LETTER_SIGNATORY,
}
"""The letters a signatory may receive, by their word in the address."""


def keep_letters(
    template: Template[LetterData], option: SigningOption, to: Iterable[Signatory], now: datetime
) -> dict[int, Document]:
    """Keep the letter to each signatory, with its number; by signatory. Must run inside the action that sends them."""
    text = text_of_the_day(template, option.operation, now)
    with told():
        return {one.pk: keep(template, signatory_letter(template, one, option), one, now, text=text) for one in to}


def keep_letter_of_the_text(signatory: Signatory, now: datetime) -> Document | None:
    """Keep the letter that goes with the convention to sign; an amendment has none. Must run inside the action that
    asks the signature."""
    if signatory.amendment_id:
        return None
    text = text_of_the_day(LETTER_SIGNATORY, signatory.operation, now)
    with told():
        data = signatory_letter(LETTER_SIGNATORY, signatory, held_option(signatory.operation))
        return keep(LETTER_SIGNATORY, data, signatory, now, text=text)


def signatory_pdf(template: Template[LetterData], signatory: Signatory, now: datetime) -> bytes:
    """The letter as it was last sent; not yet sent, as it would be, for reading or printing."""
    kept = Document.objects.filter(kind=template.kind, object_type=type_of(signatory), object_id=signatory.pk).first()
    if kept is not None:
        return bytes(kept.content)
    operation = signatory.operation
    data = signatory_letter(template, signatory, held_option(operation))
    with told():
        return unregistered(template, data, now, text=text_of_the_day(template, operation, now)).pdf


def trainee_pdf(candidacy: Candidacy, convention: Convention, now: datetime) -> bytes:
    """The letter that asks a trainee to the signing."""
    operation = convention.operation
    with scope(TASK), override("fr"):
        data = _letter(operation, held_option(operation), recipient=str(candidacy.person), sender=_provider(operation))
    with told():
        return unregistered(LETTER_TRAINEE, data, now, text=text_of_the_day(LETTER_TRAINEE, operation, now)).pdf


def signatory_letter(template: Template[LetterData], signatory: Signatory, option: SigningOption | None) -> LetterData:
    """What a letter to a signatory says."""
    operation = signatory.operation
    with scope(TASK), override("fr"):
        person = signatory.person
        own = Membership.objects.filter(person=person, organisation=signatory.organisation, until=None)
        known = own.order_by("-pk").first() if person else None
        return _letter(
            operation,
            option,
            organisation=signatory.organisation.name,
            recipient=str(person) if person else "",
            function=known.function if known else "",
            address=signatory.organisation.address,
            sender=_cabinet(operation) if template is INVITATION else _provider(operation),
        )


def held_option(operation: Operation) -> SigningOption | None:
    """The date held for the signing, if there is one."""
    with scope(TASK):
        return SigningOption.objects.filter(operation=operation, state="held").first()


def _letter(operation: Operation, option: SigningOption | None, **who: str) -> LetterData:
    session = session_of(operation)
    convention = Convention.objects.filter(LIVING, operation=operation).first()
    title = convention.title if convention else option.title if option else operation.title
    firms = promises_in_force(operation).select_related("employer").order_by("employer__name", "pk")
    return LetterData(
        training=training_of(title, session.eos_number),
        eos_number=session.eos_number,
        title=title,
        provider=operation.provider.name if operation.provider else "",
        starts_on=session.starts_on,
        ends_on=session.ends_on,
        signing_at=starts_at(option) if option else None,
        signing_place=option.place if option else "",
        trainees_attending=Candidacy.objects.filter(session=session, state__in=["confirmed", "entered"]).count(),
        employers=tuple(dict.fromkeys(promise.employer.name for promise in firms)),
        **who,
    )


def _cabinet(operation: Operation) -> str:
    return _("Pour la %(region)s, le Cabinet") % {"region": operation.region.name}


def _provider(operation: Operation) -> str:
    return operation.provider.name if operation.provider else ""
