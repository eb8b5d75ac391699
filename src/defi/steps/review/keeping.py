"""A promise beside the contract signed: the rows as the rules compare them, for the bilan and the follow-up alike."""

from __future__ import annotations

from defi.schemes.rulebook import Rulebook
from defi.steps.pairing.models import Promise
from defi.steps.review.models import EmploymentContract
from defi.steps.review.rules import ContractFacts, Kept, PromisedTerms, compare


def kept_by(book: Rulebook, promise: Promise, row: EmploymentContract) -> Kept:
    """The promise compared with a contract signed with its employer."""
    signed = ContractFacts(row.contract, row.starts_on, row.ends_on, row.weekly_hours)
    return compare(book, promised_terms(promise), signed)


def promised_terms(promise: Promise) -> PromisedTerms:
    """What was promised, as the rules compare it."""
    return PromisedTerms(
        contract=promise.contract,
        months=promise.months,
        days=promise.days or 0,
        starts_on=promise.starts_on,
        ends_on=promise.ends_on,
        weekly_hours=promise.weekly_hours,
    )
