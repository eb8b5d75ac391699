"""Which needs may become one operation: same or near job, same basin, same period. Pure. Source: process.md, step 0.

Nobody is grouped by these rules: they propose, an officer groups."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from defi.schemes.months import add_months


class Nearness(StrEnum):
    """How near two jobs are, and who says so; the nearest first."""

    SAME = "same"
    MOBILITY = "mobility"
    DOMAIN = "domain"


NEAREST_FIRST = tuple(Nearness)


@dataclass(frozen=True, slots=True)
class JobKey:
    """A job as far as nearness goes: its id, and its ROME code, whose three first signs are its domain."""

    id: int
    code_rome: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """A need that is in no group. `wanted_from` is None when the employer recruits as soon as possible."""

    need_id: int
    job: JobKey
    basin_id: int
    posts: int
    wanted_from: date | None = None


@dataclass(frozen=True, slots=True)
class Proposed:
    """A group to propose: the job it is about, and each need with how near its own job is."""

    job: JobKey
    basin_id: int
    members: tuple[tuple[Waiting, Nearness], ...]

    @property
    def posts(self) -> int:
        return sum(need.posts for need, _near in self.members)


Moves = Set[tuple[int, int]]


def nearness(one: JobKey, other: JobKey, moves: Moves) -> Nearness | None:
    """How near two jobs are, None when they are not. `moves` holds the pairs of ids of the ROME's mobility, which is
    read both ways: who may go from one job to the other may learn them together."""
    if one.id == other.id:
        return Nearness.SAME
    if (one.id, other.id) in moves or (other.id, one.id) in moves:
        return Nearness.MOBILITY
    return Nearness.DOMAIN if one.code_rome[:3] == other.code_rome[:3] else None


def same_period(days: Iterable[date | None], months: int) -> bool:
    """Whether these days lie within so many calendar months; « as soon as possible » goes with any."""
    known = [day for day in days if day is not None]
    return not known or max(known) <= add_months(min(known), months)


def propose(needs: Iterable[Waiting], moves: Moves, months: int) -> list[Proposed]:
    """The groups to propose, the largest first: each need in one of them at most, and two needs at least in each.

    Needs of the same job come together first; one that is left alone joins the nearest group of its basin and period,
    or makes one with others left alone. The order in which the needs are given changes nothing."""
    waiting = sorted(needs, key=lambda need: need.need_id)
    drafts: list[_Draft] = []
    for kinship in (frozenset({Nearness.SAME}), frozenset(Nearness)):
        waiting = _join(drafts, waiting, moves, months)
        for centre in _centres(waiting):
            # One job may be wanted in several periods: a group for each.
            while members := _together(centre, waiting, kinship, moves, months):
                drafts.append(_Draft(centre.job, centre.basin_id, members))
                taken = {need.need_id for need, _near in members}
                waiting = [need for need in waiting if need.need_id not in taken]
    found = [Proposed(draft.job, draft.basin_id, tuple(draft.members)) for draft in drafts]
    return sorted(found, key=lambda group: (-group.posts, group.members[0][0].need_id))


def most_wanted(posts: Iterable[tuple[int | None, int]]) -> int | None:
    """What a group is about: out of pairs of an id (a job, a basin) and its posts, the id with most posts; the first
    named when two have as many. None when no id is known."""
    totals: dict[int, int] = {}
    for pk, count in posts:
        if pk is not None:
            totals[pk] = totals.get(pk, 0) + count
    return max(totals, key=lambda pk: totals[pk], default=None)


def joins(need: Waiting, group: Proposed, moves: Moves, months: int) -> Nearness | None:
    """How near a need is to a group it may join; None when its basin, its job or its period is another."""
    if need.basin_id != group.basin_id:
        return None
    days = [need.wanted_from, *(member.wanted_from for member, _near in group.members)]
    return nearness(need.job, group.job, moves) if same_period(days, months) else None


@dataclass(slots=True)
class _Draft:
    job: JobKey
    basin_id: int
    members: list[tuple[Waiting, Nearness]] = field(default_factory=list)


def _centres(waiting: Sequence[Waiting]) -> list[Waiting]:
    """One need for each job and basin, those that recruit most first."""
    posts: dict[tuple[int, int], int] = {}
    first: dict[tuple[int, int], Waiting] = {}
    for need in waiting:
        key = (need.job.id, need.basin_id)
        posts[key] = posts.get(key, 0) + need.posts
        first.setdefault(key, need)
    return [first[key] for key in sorted(posts, key=lambda key: (-posts[key], first[key].need_id))]


def _together(
    centre: Waiting, needs: Sequence[Waiting], kinship: Set[Nearness], moves: Moves, months: int
) -> list[tuple[Waiting, Nearness]]:
    """The needs near a centre, two at least, in the period that holds most posts of them; else nothing."""
    mine = [need for need in needs if need.basin_id == centre.basin_id]
    near = [(need, how) for need in mine if (how := nearness(need.job, centre.job, moves)) in kinship and how]
    dated = sorted({need.wanted_from for need, _how in near if need.wanted_from})
    starts: Sequence[date | None] = dated or [None]
    choices = [[pair for pair in near if _within(pair[0].wanted_from, start, months)] for start in starts]
    # Without the job it is about, a group would have no name.
    choices = [c for c in choices if len(c) > 1 and any(how is Nearness.SAME for _need, how in c)]
    best = max(choices, key=lambda choice: sum(need.posts for need, _how in choice), default=[])
    return sorted(best, key=lambda pair: (NEAREST_FIRST.index(pair[1]), pair[0].need_id))


def _within(day: date | None, start: date | None, months: int) -> bool:
    return day is None or start is None or start <= day <= add_months(start, months)


def _join(drafts: list[_Draft], waiting: list[Waiting], moves: Moves, months: int) -> list[Waiting]:
    """Who is left alone joins the nearest group, the largest of those; the others are returned."""
    alone = []
    for need in waiting:
        fits = [
            (NEAREST_FIRST.index(how), -sum(member.posts for member, _near in draft.members), rank, how)
            for rank, draft in enumerate(drafts)
            if (how := joins(need, Proposed(draft.job, draft.basin_id, tuple(draft.members)), moves, months))
        ]
        if not fits:
            alone.append(need)
            continue
        *_order, rank, how = min(fits)
        drafts[rank].members.append((need, how))
    return alone
