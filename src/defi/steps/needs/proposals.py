"""Reads which needs may be grouped: what `proposing` says of the needs that wait, in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from defi.kernel.access import Actor
from defi.reference.models import Job
from defi.reference.queries import domain_labels, domain_of, moves_among
from defi.schemes.rulebook import current
from defi.steps.needs.models import CollectiveNeed, Need
from defi.steps.needs.proposing import JobKey, Nearness, Proposed, Waiting, joins, propose


@dataclass(frozen=True, slots=True)
class Member:
    """A need that may be grouped, and why its job is near when it is another."""

    need: Need
    near: str = ""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Several needs received for one job or near ones in one basin: they may become one operation."""

    job: str
    basin: str
    members: list[Member]

    @property
    def posts(self) -> int:
        return sum(member.need.posts for member in self.members)

    @property
    def needs(self) -> int:
        return len(self.members)

    @property
    def ids(self) -> list[int]:
        return [member.need.pk for member in self.members]

    @property
    def nearby(self) -> list[Member]:
        """Those of another job, which an officer looks at twice."""
        return [member for member in self.members if member.near]

    @property
    def first(self) -> date | None:
        return min((m.need.wanted_from for m in self.members if m.need.wanted_from), default=None)


def suggestions(actor: Actor) -> list[Suggestion]:
    """The groups to propose to an officer in their territory. Three queries, whatever the number of needs."""
    needs = _waiting(actor)
    if len(needs) < 2:
        return []
    by_id = {need.pk: need for need in needs}
    jobs = {need.job.pk: need.job for need in needs if need.job}
    found = propose(map(_fact, needs), moves_among(jobs), current().need_group_months)
    say = _Words(jobs.values())
    return [
        Suggestion(
            jobs[group.job.id].label,
            by_id[group.members[0][0].need_id].basin.name,
            [Member(by_id[fact.need_id], say.near(near, fact.job)) for fact, near in group.members],
        )
        for group in found
    ]


def additions(actor: Actor, collective: CollectiveNeed, inside: Sequence[Need]) -> list[Member]:
    """The needs that wait and may join this group. Three queries at most."""
    needs = [need for need in _waiting(actor) if need.basin_id == collective.basin_id]
    if not needs:
        return []
    key = JobKey(collective.job_id, collective.job.code_rome)
    facts = [(_fact(need), Nearness.SAME) for need in inside if need.job_id]
    group = Proposed(key, collective.basin_id, tuple(facts))
    jobs = {need.job.pk: need.job for need in needs if need.job} | {collective.job_id: collective.job}
    moves, months, say = moves_among(jobs), current().need_group_months, _Words(jobs.values())
    found = []
    for need in needs:
        near = joins(_fact(need), group, moves, months)
        if near:
            found.append(Member(need, say.near(near, _fact(need).job)))
    return found


def _waiting(actor: Actor) -> list[Need]:
    rows = Need.objects.visible_to(actor).filter(state="received", job__isnull=False)
    if actor.basins:
        rows = rows.filter(basin_id__in=actor.basins)
    return list(rows.select_related("job", "basin", "employer", "commune").order_by("pk"))


def _fact(need: Need) -> Waiting:
    assert need.job is not None
    return Waiting(need.pk, JobKey(need.job.pk, need.job.code_rome), need.basin_id, need.posts, need.wanted_from)


class _Words:
    """Says why two jobs are near, with the name of their domain."""

    def __init__(self, jobs: Iterable[Job]) -> None:
        self.domains = domain_labels(job.code_rome for job in jobs)

    def near(self, near: Nearness, job: JobKey) -> str:
        if near is Nearness.SAME:
            return ""
        if near is Nearness.MOBILITY:
            return _("métier proche, d'après les mobilités du ROME")
        code = domain_of(job.code_rome)
        return _("même domaine professionnel : %(label)s (%(code)s)") % {
            "label": self.domains.get(code, ""),
            "code": code,
        }
