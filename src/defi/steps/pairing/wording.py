"""What a promise is called, the same words on the board, in lists, on pages and in documents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from defi.kernel.documents.french import long_date
from defi.steps.needs.models import Contract

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from defi.steps.pairing.models import Promise


class Contracted(Protocol):
    """What a contract is worded from: a promise, or what was kept of one."""

    @property
    def contract(self) -> str: ...
    @property
    def months(self) -> int | None: ...
    @property
    def days(self) -> int | None: ...
    @property
    def starts_on(self) -> date | None: ...
    @property
    def ends_on(self) -> date | None: ...


def contract_words(promise: Contracted) -> str:
    """`CDI`, `CDD de 6 mois et 1 jour`, `CDD du 1er mai 2026 au 30 novembre 2026`."""
    label = {
        "ctt": _("CTT"),
        "professionalisation": _("contrat pro"),
        "apprenticeship": _("apprentissage"),
    }.get(promise.contract) or str(dict(Contract.choices).get(promise.contract, promise.contract))
    if promise.starts_on and promise.ends_on:
        return _("%(contract)s du %(start)s au %(end)s") % {
            "contract": label,
            "start": long_date(promise.starts_on),
            "end": long_date(promise.ends_on),
        }
    length = _length(promise.months, promise.days)
    return _("%(contract)s de %(length)s") % {"contract": label, "length": length} if length else label


def aim_words(contract: str, months: int | None) -> str:
    """What a seat of other funding aims at: `CDD de 7 mois`; empty while it is not recorded."""
    if not contract:
        return ""
    label = dict(Contract.choices).get(contract, contract)
    length = _length(months, None)
    return _("%(contract)s de %(length)s") % {"contract": label, "length": length} if length else str(label)


def _length(months: int | None, days: int | None) -> str:
    """`6 mois et 1 jour`: the extra day is what makes « more than 6 months »."""
    parts = []
    if months:
        parts.append(_("%(n)d mois") % {"n": months})
    if days:
        parts.append(ngettext("%(n)d jour", "%(n)d jours", days) % {"n": days})
    return _(" et ").join(parts)


def hours_words(promise: Promise) -> str:
    """`35 h/sem.`; empty when they are not known."""
    if promise.weekly_hours is None:
        return ""
    return _("%(n)s h/sem.") % {"n": f"{promise.weekly_hours.normalize():f}".replace(".", ",")}


def promised_words(promise: Promise) -> str:
    """`Aide à domicile, CDI, 28 h/sem., Châteaudun`: a promise as anybody may read it, without pay or name."""
    parts = (promise.job_label, contract_words(promise), hours_words(promise), promise.place)
    return ", ".join(part for part in parts if part)


def terms_words(promise: Promise) -> str:
    """`CDD de 9 mois, 35 h/sem.`, and whether it counts."""
    parts = [contract_words(promise), hours_words(promise)]
    if promise.state == "suspended":
        parts.append(_("suspendue"))
    elif not promise.conforms:
        parts.append(_("ne compte pas"))
    return ", ".join(part for part in parts if part)


def not_counted_words(promise: Promise) -> str:
    """Why this promise does not count, to follow a colon: `ce contrat est trop court…`; empty when it does."""
    if promise.state == "suspended":
        return _("elle est suspendue par l'employeur.")
    note = promise.conformity_note
    if promise.conforms or not note:
        return "" if promise.conforms else _("le règlement ne compte pas ce contrat.")
    return note[:1].lower() + note[1:]


def joined(names: Sequence[str]) -> str:
    """`Leïla M., Ahmed B. et Karim D.`"""
    if len(names) < 2:
        return "".join(names)
    return _("%(first)s et %(last)s") % {"first": ", ".join(names[:-1]), "last": names[-1]}
