"""An employer set against the register of firms: while somebody types if the service answers, else later by a task."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

from django.conf import settings
from django.utils.translation import gettext as _

from defi.kernel import clock
from defi.kernel.documents.french import long_date
from defi.people.models import Organisation, RegistryAnswer, RegistryState
from defi.people.sirene import Establishment, SireneDown, names_agree, sirene
from defi.reference.models import CENTRE_VAL_DE_LOIRE, Commune

FRESH = timedelta(days=30)
"""How long an answer of the register is good."""


LONGEST_NAME = 160


@dataclass(frozen=True, slots=True)
class Finding:
    """What the register says of a SIRET; `others` are the open establishments of the same firm."""

    siret: str
    establishment: Establishment | None
    others: list[Establishment] = field(default_factory=list)

    @property
    def state(self) -> RegistryState:
        """In one word; a closed establishment is closed even when its name is kept from the public."""
        if self.establishment is None:
            return RegistryState.UNKNOWN
        if not self.establishment.is_open:
            return RegistryState.CLOSED
        return RegistryState.OPEN if self.establishment.is_public else RegistryState.HIDDEN


def look_up(siret: str) -> Finding | None:
    """What the register says of this SIRET; None when nobody answers, which must stop nobody."""
    service = sirene()
    if service is None:
        return None
    try:
        return Finding(siret, *service.by_siret(siret))
    except SireneDown:
        return None


def find_by_name(name: str, limit: int = 5) -> list[Establishment]:
    """The open establishments that this name may mean; none when nobody answers."""
    service = sirene()
    if service is None:
        return []
    try:
        return service.by_name(name.strip()[:LONGEST_NAME], region=CENTRE_VAL_DE_LOIRE, limit=limit)
    except SireneDown:
        return []


# --- sentences ---------------------------------------------------------------------------------------------------


def spaced(siret: str) -> str:
    """`784 671 695 00087`, as people read it aloud."""
    return f"{siret[:3]} {siret[3:6]} {siret[6:9]} {siret[9:]}"


def closed_sentence(closed_on: date | None, others: list[Establishment]) -> str:
    """Why a closed establishment is refused, and which one to give instead."""
    if closed_on:
        said = _("Cet établissement est fermé depuis le %(day)s.") % {"day": long_date(closed_on)}
    else:
        said = _("Cet établissement est fermé.")
    if not others:
        return said + " " + _("Donnez le SIRET de celui qui recrute.")
    known = ", ".join(f"{spaced(row.siret)} ({row.commune})" for row in others[:3])
    return said + " " + _("La même entreprise en a d'ouverts : %(known)s.") % {"known": known}


def another_firm_sentence(typed: str, known: str) -> str:
    """Why a SIRET and a name do not go together."""
    return _(
        "Ce SIRET est celui de « %(known)s », pas de « %(typed)s » : corrigez le SIRET, "
        "ou le nom s'il s'agit bien d'elle."
    ) % {"known": known, "typed": typed}


def unknown_sentence() -> str:
    """What to do of a SIRET that the register does not hold."""
    return _(
        "Ce SIRET n'est pas au répertoire des entreprises : vérifiez-le. "
        "S'il est tout neuf, il y sera dans quelques jours."
    )


def hidden_sentence() -> str:
    """Why we have no name for a SIRET that exists."""
    return _("Cet établissement existe, mais ne veut pas que son nom soit public : indiquez-le vous-même.")


def fault_of(finding: Finding, typed_name: str = "") -> str:
    """The sentence that refuses this SIRET with this name; empty when they may stand."""
    found = finding.establishment
    if found is None:
        return ""
    if finding.state == RegistryState.CLOSED:
        return closed_sentence(found.closed_on, finding.others)
    return "" if names_agree(typed_name, found) else another_firm_sentence(typed_name, found.shown)


def doubt_about(organisation: Organisation) -> str:
    """What whoever calls this employer should know of its SIRET; empty when nothing is wrong or nobody answered."""
    answer = RegistryAnswer.objects.filter(organisation=organisation).first()
    if answer is None or not organisation.siret:
        return ""
    if answer.state == RegistryState.CLOSED:
        return closed_sentence(answer.closed_on, [])
    if answer.state == RegistryState.UNKNOWN:
        return unknown_sentence()
    if answer.name and not names_agree(organisation.name, Establishment(organisation.siret, answer.name)):
        return another_firm_sentence(organisation.name, answer.name)
    return ""


# --- keeping -----------------------------------------------------------------------------------------------------


def placeholder(siret: str) -> str:
    """What an employer is called while only its SIRET is known."""
    return _("Établissement %(siret)s") % {"siret": spaced("".join(sign for sign in siret if sign.isdigit()))}


def lacks_name(organisation: Organisation) -> bool:
    """Whether only the SIRET of this employer is known."""
    return bool(organisation.siret) and organisation.name == placeholder(organisation.siret)


def keep_finding(organisation: Organisation, finding: Finding) -> RegistryAnswer:
    """Keep the answer; an employer known by its SIRET only takes its name, an address never typed is filled in."""
    found = finding.establishment
    answer, _made = RegistryAnswer.objects.update_or_create(
        organisation=organisation,
        defaults={
            "state": finding.state,
            "name": found.shown[:200] if found else "",
            "place": f"{found.address}"[:250] if found else "",
            "closed_on": found.closed_on if found else None,
            "answered_at": clock.now(),
        },
    )
    if found is not None and finding.state == RegistryState.OPEN:
        _complete(organisation, found)
    return answer


def _complete(organisation: Organisation, found: Establishment) -> None:
    if lacks_name(organisation) and found.shown:
        organisation.name = found.shown[:160]
    if not organisation.address:
        organisation.address = found.address[:200]
    if organisation.commune_id is None:
        organisation.commune = Commune.objects.filter(code=found.commune_code).first()
    organisation.save()


def is_checked(organisation: Organisation) -> bool:
    """Whether the register answered on this employer lately."""
    return RegistryAnswer.objects.filter(organisation=organisation, answered_at__gt=clock.now() - FRESH).exists()


def check_later(organisation: Organisation) -> None:
    """Have the register asked by the worker, again and again until it answers. Nothing when nobody is to be asked."""
    if not settings.SIRENE_URL or not organisation.siret or is_checked(organisation):
        return
    from defi.people.tasks import check_organisation

    check_organisation.defer(organisation_id=organisation.pk)


def check_now(organisation_id: int) -> None:
    """Ask the register and keep what it says. Raises `SireneDown` when it does not answer."""
    organisation = Organisation.objects.get(pk=organisation_id)
    service = sirene()
    if service is None or is_checked(organisation):
        return
    keep_finding(organisation, Finding(organisation.siret, *service.by_siret(organisation.siret)))
