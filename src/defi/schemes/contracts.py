"""Does a promised contract conform? Pure; the values come from the rulebook. Source: process.md, conformity."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from defi.schemes.months import last_day_of
from defi.schemes.rulebook import Rulebook


@dataclass(frozen=True, slots=True)
class Term:
    """How long a fixed-term contract lasts: between two dates, else in months and days. All empty: open-ended."""

    starts_on: date | None = None
    ends_on: date | None = None
    months: int | None = None
    days: int = 0

    @property
    def is_stated(self) -> bool:
        return self.months is not None or (self.starts_on is not None and self.ends_on is not None)


@dataclass(frozen=True, slots=True)
class ContractVerdict:
    """Whether it conforms and, when not, the sentence that says why."""

    conforms: bool
    reason: str = ""


def contract_conforms(book: Rulebook, kind: str, term: Term) -> ContractVerdict:
    """Judge a contract of `kind` lasting `term` by the rulebook."""
    rule = book.contracts.get(kind)
    if rule is None or not rule.conforms:
        return ContractVerdict(False, _("Ce type de contrat n'est pas compté par le règlement."))
    if rule.months is None:
        return ContractVerdict(True)
    return _long_enough(term, rule.months, strict=rule.strict)


def aim_conforms(book: Rulebook, kind: str, months: int | None) -> bool:
    """Whether a seat of other funding (POEI, POEC…) aims at a contract that leaves the session DEFI."""
    if kind not in book.other_aims:
        return False
    if kind == "cdi":
        return True
    return _long_enough(Term(months=months), book.other_months, strict=book.other_strict).conforms


def _long_enough(term: Term, months: int, *, strict: bool) -> ContractVerdict:
    if not term.is_stated:
        return ContractVerdict(False, _("La durée du contrat manque : indiquez ses dates, ou son nombre de mois."))
    if lasts(term, months, strict=strict):
        return ContractVerdict(True)
    wanted = (
        ngettext("plus de %(n)d mois", "plus de %(n)d mois", months)
        if strict
        else ngettext("au moins %(n)d mois", "au moins %(n)d mois", months)
    ) % {"n": months}
    return ContractVerdict(
        False, _("Ce contrat est trop court : le règlement demande %(wanted)s.") % {"wanted": wanted}
    )


def lasts(term: Term, months: int, *, strict: bool) -> bool:
    """Whether `term` lasts more than (`strict`) or at least `months` months.

    « Plus de » ends after the last day of the months, « au moins » on it or after."""
    if term.starts_on is not None and term.ends_on is not None:
        last = last_day_of(term.starts_on, months)
        return term.ends_on > last if strict else term.ends_on >= last
    stated = (term.months or 0, term.days)
    return stated > (months, 0) if strict else stated >= (months, 0)
