"""Fills the documents of the signing from the file, with the Region's words, and keeps the bytes that people sign.

The convention is made with the version of the text it was drafted with; what is made and kept in one go (contact sheet,
amendment, letters) with the version that holds that day (decision 0012)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

from django.conf import settings
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import override

from defi.kernel.access import TASK, scope
from defi.kernel.clock import PARIS
from defi.kernel.documents import Rendered, Template, read_as, render
from defi.kernel.documents.engine import Typeset
from defi.kernel.documents.french import long_date
from defi.kernel.documents.keeping import keep
from defi.kernel.documents.template import DocumentData
from defi.kernel.documents.text import Change, TextRefused, as_lines, compare, fill, passage
from defi.kernel.models import Document
from defi.kernel.refusals import WrongState
from defi.operations.models import Operation, Session
from defi.people.models import Membership, Organisation, Person
from defi.schemes.models import DocumentText
from defi.schemes.text_queries import body, holding
from defi.steps.convention.calendar import starts_at
from defi.steps.convention.documents import (
    AMENDMENT,
    CONTACT_SHEET,
    CONVENTION,
    AmendmentData,
    Competences,
    Contact,
    ContactSheetData,
    ConventionData,
    ModuleLine,
    Party,
    PromiseLine,
    Signature,
)
from defi.steps.convention.documents.convention import WORDS as CONVENTION_WORDS
from defi.steps.convention.facts import hours_now, names_of, parties_of, terms_agreed, terms_of
from defi.steps.convention.locks import session_of
from defi.steps.convention.models import Amendment, Convention, Signatory, SigningOption
from defi.steps.convention.required import known_signers, promises_in_force
from defi.steps.convention.rules import training_of
from defi.steps.convention.terms import changes, sentences, touched
from defi.steps.design.models import Module, PlanCompetence, TrainingPlan
from defi.steps.pairing.models import Post
from defi.steps.pairing.wording import contract_words
from defi.steps.sourcing.models import Candidacy

D = TypeVar("D", bound=DocumentData)

DRAFT_NUMBER = "PROJET"
DRAFT_CODE = "PROJET"


def keep_text(text: Convention | Amendment, now: datetime) -> Document:
    """The convention, or the amendment, as it is sent to be signed. Must run inside the action that sends it."""
    with told():
        if isinstance(text, Amendment):
            return keep(AMENDMENT, amendment_data(text), text, now, text=_words(text, now))
        return keep(CONVENTION, convention_data(text), text, now, text=_words(text, now))


def reading(text: Convention | Amendment, now: datetime) -> str:
    """The fingerprint of what it would say, sent now: its title, its facts and its words."""
    with told():
        if isinstance(text, Amendment):
            return read_as(AMENDMENT, amendment_data(text), text=_words(text, now))
        return read_as(CONVENTION, convention_data(text), text=_words(text, now))


def _words(text: Convention | Amendment, now: datetime) -> str:
    """A convention keeps the words it was drafted with; an amendment takes those that hold the day it is made."""
    if isinstance(text, Amendment):
        return text_of_the_day(AMENDMENT, text.operation, now)
    return body(CONVENTION, text.text)


def keep_contact_sheet(convention: Convention, now: datetime) -> Document:
    """The contact sheet that goes with it. Must run inside the action that sends it."""
    with told():
        text = text_of_the_day(CONTACT_SHEET, convention.operation, now)
        return keep(CONTACT_SHEET, contact_sheet_data(convention), convention, now, text=text)


@contextmanager
def told() -> Iterator[None]:
    """A text in force that no longer fills (a list grown beyond measure, a field the product dropped) is said, with its
    line, to who needs the document. Raises `WrongState`."""
    try:
        yield
    except TextRefused as refused:
        raise WrongState(
            _("Le modèle de ce document est à corriger par la Région (« Modèles de documents ») : %(fault)s")
            % {"fault": refused.faults[0]}
        ) from refused


def text_of_the_day(template: Template[D], operation: Operation, now: datetime) -> str:
    """What the Region wrote for this kind of document, as it holds that day."""
    day = now.astimezone(PARIS).date()
    return body(template, holding(operation.region_id, template.kind, day))


def preview(text: Convention | Amendment, now: datetime) -> Rendered:
    """The convention, or the amendment, as it would be, marked as a draft and not kept."""
    with override("fr"), told():
        if isinstance(text, Amendment):
            return unregistered(AMENDMENT, amendment_data(text, draft=True), now, text=_words(text, now))
        return unregistered(CONVENTION, convention_data(text, draft=True), now, text=_words(text, now))


def unregistered(
    template: Template[D], data: D, now: datetime, *, text: str | None = None, typeset: Typeset | None = None
) -> Rendered:
    """A document that is read and not kept: it is not in the register, carries no address to verify it at, and its
    pages no code to come back by."""
    url = f"{settings.PUBLIC_URL}/verifier/"
    loose = replace(template, verified=False, paged=False)
    return render(
        loose, data, number=DRAFT_NUMBER, code=DRAFT_CODE, verify_url=url, now=now, text=text, typeset=typeset
    )


OWN: Any = object()


def commitments(convention: Convention, kind: str, text: DocumentText | None = OWN) -> tuple[str, ...]:
    """What organisations of this kind engage to do, in the words of the convention (or of another version of its text);
    none for a kind without any."""
    version = convention.text if text is OWN else text
    with told():
        return passage(body(CONVENTION, version), CONVENTION_WORDS, lambda: convention_data(convention), kind)


def text_changes(convention: Convention, newer: DocumentText | None) -> tuple[Change, ...]:
    """What the convention would say otherwise with another version of its text, in words."""
    data = convention_data(convention, draft=True)
    with told():
        before, after = (fill(body(CONVENTION, one), CONVENTION_WORDS, data) for one in (convention.text, newer))
    return compare(as_lines(before), as_lines(after))


def convention_data(convention: Convention, *, draft: bool = False) -> ConventionData:
    """The facts of the convention, as the file holds them now."""
    operation = convention.operation
    with scope(TASK), override("fr"):
        session = session_of(operation)
        signatories = _signatories(convention)
        functions = _functions(signatories)
        held = _held(operation)
        plan = TrainingPlan.objects.filter(operation=operation).first()
        centre, company = hours_now(session, plan)
        return ConventionData(
            title=convention.title,
            training=training_of(convention.title, session.eos_number),
            eos_number=session.eos_number,
            job=operation.job.label,
            rome=operation.job.code_rome,
            provider=operation.provider.name if operation.provider else "",
            place=session.place,
            basin=operation.basin.name,
            starts_on=session.starts_on,
            ends_on=session.ends_on,
            hours_centre=centre,
            hours_company=company,
            seats=session.seats,
            certification=plan.certification_label if plan else "",
            parties=tuple(_party(s, functions) for s in signatories),
            competences=_competences(plan),
            modules=_modules(plan),
            promises=_promises(operation),
            signatures=tuple(_signature(s) for s in signatories),
            signing_place=held.place if held else "",
            signing_at=starts_at(held) if held else None,
            draft=draft,
        )


def contact_sheet_data(convention: Convention) -> ContactSheetData:
    """Whom to invite, and whether each one agreed."""
    operation = convention.operation
    with scope(TASK), override("fr"):
        session = session_of(operation)
        signatories = _signatories(convention)
        functions = _functions(signatories)
        held = _held(operation)
        return ContactSheetData(
            title=convention.title,
            training=training_of(convention.title, session.eos_number),
            eos_number=session.eos_number,
            provider=operation.provider.name if operation.provider else "",
            provider_contact=_provider_contact(signatories, operation),
            starts_on=session.starts_on,
            ends_on=session.ends_on,
            contacts=tuple(_contact(s, functions) for s in signatories),
            options=tuple(_option_line(o) for o in _open_options(operation)),
            signing_at=starts_at(held) if held else None,
            signing_place=held.place if held else "",
            trainees_attending=_trainees(session),
        )


def amendment_data(amendment: Amendment, *, draft: bool = False) -> AmendmentData:
    """What an amendment changes of what was agreed, in words, and who signs it."""
    convention, operation = amendment.convention, amendment.operation
    with scope(TASK), override("fr"):
        session = session_of(operation)
        agreed, now = terms_agreed(convention, amendment), terms_of(amendment)
        found = changes(agreed, now)
        own = (session.hours_centre, session.hours_company)
        (before_centre, before_company), (centre, company) = agreed.hours or own, now.hours or own
        who = touched(found, parties_of(convention, agreed)).signing
        return AmendmentData(
            title=convention.title,
            training=training_of(convention.title, session.eos_number),
            eos_number=session.eos_number,
            provider=operation.provider.name if operation.provider else "",
            starts_on=now.starts_on or session.starts_on,
            ends_on=now.ends_on or session.ends_on,
            before_centre=before_centre,
            before_company=before_company,
            hours_centre=centre,
            hours_company=company,
            changes=sentences(agreed, now, names_of(agreed, now)),
            convention_number=convention.document.number if convention.document else "",
            signed_on=convention.signed_on,
            earlier=_earlier(amendment),
            effective_on=amendment.change.effective_on if amendment.change else None,
            signatures=_signing(amendment, who),
            draft=draft,
        )


def _earlier(amendment: Amendment) -> str:
    """`l'avenant n° AV-2025-0003 du 2 décembre 2025 et …`: those signed before this one."""
    rows = Amendment.objects.filter(convention=amendment.convention_id, state="signed", pk__lt=amendment.pk)
    told = [
        _("l'avenant n° %(number)s du %(day)s") % {"number": number, "day": long_date(day)}
        for number, day in rows.order_by("pk").values_list("document__number", "signed_on")
        if day
    ]
    return get_text_list(told, _("et"))


def _signing(amendment: Amendment, who: Collection[int]) -> tuple[Signature, ...]:
    """The boxes of an amendment: those on its list; while it is prepared, those it will be sent to."""
    rows = Signatory.objects.filter(amendment=amendment).exclude(state="removed")
    listed = list(rows.select_related("organisation", "person").order_by("pk"))
    if not amendment.is_prepared:
        return tuple(_signature(row) for row in listed)
    kept = [row for row in listed if row.organisation_id in who]
    known = known_signers(amendment.convention)
    coming = Organisation.objects.filter(pk__in=set(who) - {row.organisation_id for row in kept}).order_by("pk")
    return (
        *(_signature(row) for row in kept),
        *(_coming(one, *known.get(one.pk, (None, ""))) for one in coming),
    )


def _coming(organisation: Organisation, person: Person | None, quality: str) -> Signature:
    return Signature(name=_name(person), quality=quality, organisation=organisation.name)


def _signatories(convention: Convention) -> list[Signatory]:
    rows = Signatory.objects.filter(convention=convention, amendment=None).exclude(state="removed")
    return list(rows.select_related("organisation", "person").order_by("pk"))


def _functions(signatories: list[Signatory]) -> dict[tuple[int | None, int], str]:
    """The function of each person in the organisation it signs for, when it is known."""
    rows = Membership.objects.filter(person__in=[s.person_id for s in signatories if s.person_id], until=None)
    return {(row.person_id, row.organisation_id): row.function for row in rows.order_by("-pk")}


def _party(signatory: Signatory, functions: dict[tuple[int | None, int], str]) -> Party:
    return Party(
        name=signatory.organisation.name,
        quality=signatory.quality,
        represented_by=_name(signatory.person),
        function=functions.get((signatory.person_id, signatory.organisation_id), ""),
        address=signatory.organisation.address,
    )


def _signature(signatory: Signatory) -> Signature:
    return Signature(
        name=_name(signatory.person),
        quality=signatory.quality,
        organisation=signatory.organisation.name,
    )


def _contact(signatory: Signatory, functions: dict[tuple[int | None, int], str]) -> Contact:
    person, organisation = signatory.person, signatory.organisation
    return Contact(
        organisation=organisation.name,
        quality=signatory.quality,
        name=_name(person),
        function=functions.get((signatory.person_id, signatory.organisation_id), ""),
        mail=(person.email if person else "") or organisation.email,
        phone=(person.phone if person else "") or organisation.phone,
        agreed_on=signatory.validated_on,
        agreed_how=str(signatory.get_validated_how_display()) if signatory.validated_how else "",
    )


def _name(person: Person | None) -> str:
    return str(person) if person else ""


def _provider_contact(signatories: list[Signatory], operation: Operation) -> str:
    own = next((s.person for s in signatories if s.organisation_id == operation.provider_id and s.person), None)
    return ", ".join(part for part in (_name(own), own.phone if own else "") if part)


def _held(operation: Operation) -> SigningOption | None:
    return SigningOption.objects.filter(operation=operation, state="held").first()


def _open_options(operation: Operation) -> list[SigningOption]:
    return list(SigningOption.objects.filter(operation=operation, state__in=["proposed", "forwarded"]))


def ceremony_words(operation: Operation) -> str:
    """When and where the signing is held, as a text says it; empty while no date is. Must run inside an open scope."""
    held = _held(operation)
    return _option_line(held) if held else ""


def _option_line(option: SigningOption) -> str:
    return _("le %(date)s à %(hour)s, %(place)s") % {
        "date": long_date(option.on),
        "hour": f"{option.at.hour} h {option.at.minute:02d}",
        "place": option.place,
    }


def _trainees(session: Session) -> int:
    """Who would attend: those expected, then those in training (seed 001: « la participation des stagiaires »)."""
    return Candidacy.objects.filter(session=session, state__in=["confirmed", "entered"]).count()


def _competences(plan: TrainingPlan | None) -> tuple[Competences, ...]:
    if plan is None:
        return ()
    labels = tuple(PlanCompetence.objects.filter(plan=plan).order_by("pk").values_list("label", flat=True))
    return (Competences(_("Attendues par les employeurs"), labels),) if labels else ()


def _modules(plan: TrainingPlan | None) -> tuple[ModuleLine, ...]:
    rows = Module.objects.filter(plan=plan).order_by("pk") if plan else []
    return tuple(ModuleLine(row.title, row.hours_words) for row in rows)


def _promises(operation: Operation) -> tuple[PromiseLine, ...]:
    promises = list(promises_in_force(operation).select_related("employer", "work_at").order_by("pk"))
    posts = Counter(
        Post.objects.filter(promise__in=promises, withdrawn_on=None).order_by("pk").values_list("promise_id", flat=True)
    )
    return tuple(
        PromiseLine(
            employer=promise.employer.name,
            job=promise.job_label,
            posts=posts[promise.pk],
            contract=contract_words(promise),
            counts=promise.conforms,
            place=promise.place or (promise.work_at.name if promise.work_at else ""),
            starts_on=promise.starts_on,
        )
        for promise in promises
        if posts[promise.pk]
    )
