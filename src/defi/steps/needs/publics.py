"""Reads the need of the public as one reader may: exact to whoever gave or typed it, small counts hidden to others."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from defi.kernel.access import TASK, Actor, GuardedQuerySet, scope
from defi.operations.models import Operation
from defi.people.models import Organisation, OrganisationKind
from defi.reference.models import Basin
from defi.schemes.rulebook import current
from defi.steps.needs.counts import PARTS, PublicCounts, shown, total_shown
from defi.steps.needs.models import CollectiveNeed, PublicProfile

COUNT_LABELS = {
    "below_level_3": _("sans diplôme"),
    "level_3": _("CAP, BEP ou niveau 3"),
    "level_4_up": _("bac ou plus"),
    "french_to_learn": _("français à consolider"),
    "without_vehicle": _("sans moyen de transport"),
    "to_adapt": _("avec une adaptation à prévoir"),
}


@dataclass(frozen=True, slots=True)
class ProfileLine:
    """A profile with its counts in words, and who typed it when that is another than the prescriber."""

    profile: PublicProfile
    counts: dict[str, str]
    is_exact: bool
    typed_by: str = ""
    can_tell: bool = False

    @property
    def details(self) -> list[tuple[str, str]]:
        """The counts besides the whole that are known, each with its label."""
        return [(str(label), self.counts[name]) for name, label in COUNT_LABELS.items() if self.counts.get(name)]


@dataclass(frozen=True, slots=True)
class Public:
    """The need of the public of one operation or collective need."""

    given: list[ProfileLine]
    asked: list[ProfileLine]
    declined: list[ProfileLine]
    total: str = ""

    @property
    def is_told(self) -> bool:
        """Whether there is a profile, or the reason of its absence."""
        return bool(self.given or self.declined)

    @property
    def is_masked(self) -> bool:
        return any(not line.is_exact for line in self.given)


def public(actor: Actor, profiles: Iterable[PublicProfile]) -> Public:
    """These profiles, as this actor may see them. `profiles` come with their organisation and who recorded them."""
    lines = [_line(actor, profile) for profile in profiles]
    given = [line for line in lines if line.profile.state == "given"]
    wholes = [(line.profile.could_enter or 0, line.is_exact) for line in given]
    return Public(
        given=given,
        asked=[line for line in lines if line.profile.state == "asked"],
        declined=[line for line in lines if line.profile.state == "declined"],
        total=total_shown(wholes, current().public_smallest) if wholes else "",
    )


def sees_exact(actor: Actor, profile: PublicProfile) -> bool:
    """The prescriber itself, and the organisation that typed for it."""
    return actor.organisation_id in {profile.organisation_id, profile.recorded_as_id} - {None}


def counts_of(profile: PublicProfile) -> PublicCounts:
    """The counts of a given profile."""
    return PublicCounts(profile.could_enter or 0, **{name: getattr(profile, name) for name in PARTS})


def _line(actor: Actor, profile: PublicProfile) -> ProfileLine:
    exact = sees_exact(actor, profile)
    told = profile.state == "given"
    return ProfileLine(
        profile,
        shown(counts_of(profile), exact=exact, smallest=current().public_smallest) if told else {},
        exact,
        _typist(profile),
        actor.organisation_id == profile.organisation_id,
    )


def _typist(profile: PublicProfile) -> str:
    if not profile.typed_by_another:
        return ""
    return ", ".join(str(part) for part in (profile.recorded_by, profile.recorded_as) if part)


def of_collective(actor: Actor, collective: CollectiveNeed) -> Public:
    """The need of the public of a collective need."""
    return public(actor, _with_names(actor).filter(collective=collective))


def of_operation(actor: Actor, operation: Operation) -> Public:
    """The need of the public of an operation."""
    return public(actor, _with_names(actor).filter(operation=operation))


def _with_names(actor: Actor) -> GuardedQuerySet[PublicProfile]:
    rows = PublicProfile.objects.visible_to(actor)
    return rows.select_related("organisation", "recorded_by", "recorded_as")


def answered(operation_id: int) -> int:
    """How many prescribers have told who could enter, or why they cannot: what the plan asks for."""
    with scope(TASK):
        return PublicProfile.objects.filter(operation=operation_id, state__in=["given", "declined"]).count()


def to_ask(told: Iterable[int], basin: Basin) -> list[Organisation]:
    """The prescribers of a basin that may be asked, and those whose place is not known, by network then name; `told`
    are those that have answered (ids)."""
    prescribers = Organisation.objects.filter(kind=OrganisationKind.PRESCRIBER).exclude(pk__in=list(told))
    here = prescribers.filter(Q(commune=None) | Q(commune__basin=basin))
    return list(here.order_by(F("commune__basin").asc(nulls_last=True), "network", "name"))
