"""What the Region already buys, typed by hand: lots, their holders, their periods and renewals."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from defi.kernel.access import Actor
from defi.kernel.journal import Action, acting
from defi.kernel.refusals import Invalid, Unknown
from defi.people.models import Organisation, OrganisationKind
from defi.reference.models import Basin, Commune, Job
from defi.steps.offer.coverage import CATEGORIES, LEVELS, Period, period_faults
from defi.steps.offer.lot_lines import read_certifications
from defi.steps.offer.models import Lot, LotPeriod


@dataclass(frozen=True, slots=True)
class NewLot:
    """A lot as the officer types it from the market; its dates and seats are those of its firm period.

    `departments` are codes, `levels` those of the national framework, `categories` names of `coverage.CATEGORIES`."""

    market_number: str
    number: str
    title: str
    holder: Organisation | None
    valid_from: date
    valid_to: date
    jobs: Iterable[Job] = field(default=())
    basins: Iterable[Basin] = field(default=())
    seats: int | None = None
    co_holders: Iterable[Organisation] = field(default=())
    departments: Iterable[str] = field(default=())
    communes: Iterable[Commune] = field(default=())
    levels: Iterable[int] = field(default=())
    categories: Iterable[str] = field(default=())
    certification: str = ""
    sector: str = ""


def record_lot(actor: Actor, facts: NewLot, *, lot_id: int | None = None, version: int | None = None) -> Lot:
    """What the Region already buys: a new lot, or a known one corrected."""
    with acting(actor, "lot.record") as act:
        jobs, basins, communes = list(facts.jobs), list(facts.basins), list(facts.communes)
        partners = [firm for firm in facts.co_holders if firm != facts.holder]
        fields = {
            "market_number": facts.market_number.strip(),
            "number": facts.number.strip(),
            "title": facts.title.strip(),
            "sector": facts.sector.strip(),
            "holder": facts.holder,
            "departments": sorted(facts.departments),
            "levels": sorted(facts.levels),
            "categories": sorted(facts.categories),
            "certification": facts.certification.strip(),
            "certifications": list(read_certifications(facts.certification)),
        }
        _check_lot(facts, jobs, [*basins, *communes, *facts.departments], partners)
        try:
            with transaction.atomic():
                if lot_id is None:
                    lot = act.create(Lot, region_id=actor.region_id, **fields)
                else:
                    lot = act.change(act.lock(Lot, lot_id, version), **fields)
        except IntegrityError as clash:
            raise Invalid.field("number", _("Ce lot de ce marché est déjà enregistré.")) from clash
        lot.jobs.set(jobs)
        lot.basins.set(basins)
        lot.communes.set(communes)
        lot.co_holders.set(partners)
        act.note(lot, jobs=len(jobs), basins=len(basins), communes=len(communes), co_holders=len(partners))
        _set_firm_period(act, lot, facts)
        return lot


def _check_lot(facts: NewLot, jobs: list[Job], places: list[object], partners: list[Organisation]) -> None:
    faults: dict[str, str] = {}
    if not facts.market_number.strip():
        faults["market_number"] = _("Indiquez le numéro du marché.")
    if not facts.number.strip():
        faults["number"] = _("Indiquez le numéro du lot.")
    if not facts.title.strip():
        faults["title"] = _("Indiquez l'intitulé du lot.")
    if facts.holder and facts.holder.kind != OrganisationKind.PROVIDER:
        faults["holder"] = _("Le titulaire d'un lot est un organisme de formation.")
    if any(firm.kind != OrganisationKind.PROVIDER for firm in partners):
        faults["co_holders"] = _("Les cotitulaires d'un lot sont des organismes de formation.")
    if partners and not facts.holder:
        faults["holder"] = _("Indiquez le titulaire : celui qui représente le groupement.")
    if facts.valid_to < facts.valid_from:
        faults["valid_to"] = _("La fin du lot vient après son début.")
    if not jobs:
        faults["jobs"] = _("Indiquez au moins un métier couvert.")
    if not places:
        faults["basins"] = _("Indiquez au moins un bassin, un département ou une commune.")
    if not set(facts.levels) <= set(LEVELS):
        faults["levels"] = _("Choisissez des niveaux de 2 à 8.")
    if not set(facts.categories) <= set(CATEGORIES):
        faults["categories"] = _("Choisissez des catégories dans la liste.")
    if faults:
        raise Invalid(" ".join(faults.values()), faults)


def _set_firm_period(act: Action, lot: Lot, facts: NewLot) -> None:
    """The first period says the dates typed with the lot; renewals after it stay."""
    fields = {"starts_on": facts.valid_from, "ends_on": facts.valid_to, "seats": facts.seats}
    periods = list(LotPeriod.objects.filter(lot=lot))
    firm, renewals = (periods[0], periods[1:]) if periods else (None, [])
    planned = [Period(facts.valid_from, facts.valid_to), *(Period(p.starts_on, p.ends_on) for p in renewals)]
    if fault := period_faults(planned):
        raise Invalid.field("valid_to", fault)
    if firm:
        act.change(firm, **fields)
    else:
        act.create(LotPeriod, lot=lot, **fields)


@dataclass(frozen=True, slots=True)
class PeriodFacts:
    """A period or a renewal. Seats are numbers of people; `seats_used` those of sessions that are not DEFI."""

    starts_on: date
    ends_on: date
    seats: int | None = None
    seats_used: int = 0


def set_period(
    actor: Actor, lot_id: int, facts: PeriodFacts, *, period_id: int | None = None, version: int | None = None
) -> LotPeriod:
    """A renewal of a lot, or a period corrected: its dates, the seats bought and those already taken.

    Raises `Invalid` when it overlaps another period or when more seats are taken than were bought."""
    with acting(actor, "lot.set_period") as act:
        lot = act.lock(Lot, lot_id)
        period = act.lock(LotPeriod, period_id, version) if period_id else None
        if period and period.lot_id != lot.pk:
            raise Unknown(_("Cette période n'est pas de ce lot."))
        others = LotPeriod.objects.filter(lot=lot).exclude(pk=period_id or 0)
        planned = [Period(facts.starts_on, facts.ends_on), *(Period(p.starts_on, p.ends_on) for p in others)]
        if fault := period_faults(planned):
            raise Invalid.field("starts_on", fault)
        if facts.seats is not None and facts.seats_used > facts.seats:
            raise Invalid.field("seats_used", _("Il n'y a pas plus de places prises que de places achetées."))
        fields = {name: getattr(facts, name) for name in ("starts_on", "ends_on", "seats", "seats_used")}
        return act.change(period, **fields) if period else act.create(LotPeriod, lot=lot, **fields)
