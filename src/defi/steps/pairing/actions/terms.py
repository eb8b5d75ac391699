"""What a promise says: the terms, how they are judged, what is wrong with them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from defi.kernel.refusals import Invalid
from defi.operations.actions import ContactFacts
from defi.operations.models import Operation
from defi.people.models import Organisation, OrganisationKind, Person
from defi.schemes.contracts import ContractVerdict, Term, contract_conforms
from defi.steps.pairing.queries import book_of
from defi.steps.pairing.rules import length_fault, posts_fault
from defi.steps.sourcing.rules import nir_fault

PROMISED_CONTRACTS = frozenset({"cdi", "cdd", "ctt", "professionalisation", "apprenticeship"})


@dataclass(frozen=True, slots=True)
class Terms:
    """What an employer engages for: posts of one kind. Hours per week, gross euros per month."""

    posts: int
    contract: str
    job_label: str = ""
    months: int | None = None
    days: int | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    weekly_hours: Decimal | None = None
    gross_pay: Decimal | None = None
    place: str = ""


def check_terms(terms: Terms) -> None:
    """Raises `Invalid` with a sentence beside each field at fault."""
    written = {"job_label": terms.job_label, "place": terms.place}
    faults = {name: nir for name, text in written.items() if (nir := nir_fault(text))}
    fault = posts_fault(terms.posts)
    if fault:
        faults["posts"] = fault
    if terms.contract not in PROMISED_CONTRACTS:
        faults["contract"] = _("Choisissez un contrat dans la liste.")
    if terms.starts_on and terms.ends_on and terms.ends_on <= terms.starts_on:
        faults["ends_on"] = _("La fin du contrat vient après son début.")
    if terms.contract == "cdi" and (terms.ends_on or terms.months):
        faults["months"] = _("Un CDI n'a pas de durée : effacez-la, ou choisissez un autre contrat.")
    faults |= length_fault(terms.months, terms.days, terms.starts_on, terms.ends_on)
    if terms.gross_pay is not None and terms.gross_pay <= 0:
        faults["gross_pay"] = _("Indiquez un salaire, ou laissez vide s'il n'est pas encore connu.")
    if terms.weekly_hours is not None and not 1 <= terms.weekly_hours <= 48:
        faults["weekly_hours"] = _("Indiquez de 1 à 48 heures par semaine.")
    if faults:
        raise Invalid(" ".join(faults.values()), faults)


def judge_terms(operation: Operation, terms: Terms) -> ContractVerdict:
    """Whether the contract conforms to the rulebook of the operation, and the sentence when it does not."""
    term = Term(terms.starts_on, terms.ends_on, terms.months, terms.days or 0)
    return contract_conforms(book_of(operation), terms.contract, term)


def columns(operation: Operation, terms: Terms) -> dict[str, Any]:
    """The terms as the columns of a promise."""
    return {
        "job_label": terms.job_label or operation.job.label,
        "contract": terms.contract,
        "months": terms.months,
        "days": terms.days,
        "starts_on": terms.starts_on,
        "ends_on": terms.ends_on,
        "weekly_hours": terms.weekly_hours,
        "gross_pay": terms.gross_pay,
        "place": terms.place.strip(),
    }


def texts_of(**people: Person | ContactFacts | None) -> dict[str, str]:
    """What was typed of people not known yet, by the field of the form."""
    return {
        f"{name}_{part}": getattr(who, part)
        for name, who in people.items()
        if isinstance(who, ContactFacts)
        for part in ("first_name", "last_name", "phone")
    }


def check_work_at(work_at: Organisation | None) -> None:
    """The work is at an employer's. Raises `Invalid`."""
    if work_at is not None and work_at.kind != OrganisationKind.EMPLOYER:
        raise Invalid.field("work_at", _("Le travail se fait chez un employeur : choisissez-en un."))


def elsewhere(employer: Organisation, work_at: Organisation | None) -> Organisation | None:
    """The firm where the work is, only when it is another than the one that signs."""
    return work_at if work_at is not None and work_at.pk != employer.pk else None
