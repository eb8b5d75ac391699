"""Prints the fiche d'intérêt."""

from __future__ import annotations

from django.utils.translation import gettext as _

from defi.kernel.access import TASK, scope
from defi.kernel.documents.keeping import keep
from defi.kernel.journal import Action
from defi.kernel.models import Document
from defi.steps.needs.documents import INTEREST_SHEET, InterestSheetData, Offer
from defi.steps.needs.models import Need, NeedCompetence


def print_sheet(act: Action, need: Need) -> Document:
    """Within an action: the sheet as the need stands, kept as a document."""
    return keep(INTEREST_SHEET, sheet_data(need), need, act.now)


def sheet_data(need: Need) -> InterestSheetData:
    """The facts of the need, as the document wants them."""
    with scope(TASK):
        asked = list(need.competences.all())
        typist = need.typed_by
    firm = need.employer
    by_nature = {nature: tuple(row.label for row in asked if row.nature == nature) for nature in NeedCompetence.Nature}
    return InterestSheetData(
        employer=firm.name,
        siret=firm.siret,
        job=need.wanted,
        rome=need.job.code_rome if need.job else "",
        posts=need.posts,
        contract=_contract(need),
        place=need.commune.name if need.commune else "",
        basin=need.basin.name,
        address=firm.address,
        contact=str(need.contact or ""),
        mail=need.email,
        phone=need.phone,
        typed_by=str(typist or need.typed_by_name or need.contact or firm.name),
        typed_on=need.received_on,
        typed_for=firm.name if need.typed_for_id not in {None, firm.pk} or need.typed_by_name else "",
        starts_on=need.wanted_from,
        hours_per_week=need.weekly_hours,
        technical=by_nature[NeedCompetence.Nature.TECHNICAL],
        behavioural=by_nature[NeedCompetence.Nature.BEHAVIOURAL],
        transversal=by_nature[NeedCompetence.Nature.TRANSVERSAL],
        offers=_offers(need),
        requirements_asked=need.requirements_asked,
        requirements_needed=need.requirements_needed,
        expectations=tuple(need.hopes),
        remarks=need.comment,
    )


def _offers(need: Need) -> tuple[Offer, ...]:
    """What the firm said it offers; what it was not asked, or left aside, is no refusal to print."""
    said = {
        _("plateau technique"): need.offers_platform,
        _("stage"): need.offers_placement,
        _("visite"): need.offers_visit,
        _("tutorat"): need.offers_tutor,
    }
    return tuple(Offer(label, offered) for label, offered in said.items() if offered)


def _contract(need: Need) -> str:
    if not need.contract:
        return ""
    if need.months:
        return _("%(contract)s de %(n)d mois") % {"contract": need.get_contract_display(), "n": need.months}
    return str(need.get_contract_display())
