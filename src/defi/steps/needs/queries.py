"""Reads needs: the officer's list, one collective need, what an operation was opened for. Fixed numbers of queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Count, Q, QuerySet, Sum

from defi.kernel import clock
from defi.kernel.access import TASK, Actor, scope
from defi.kernel.models import Document
from defi.operations.models import Operation
from defi.schemes.rulebook import current
from defi.steps.needs.models import CollectiveNeed, Need, NeedCompetence, PublicProfile
from defi.steps.needs.rules import LIKE_DAYS, Search, answer_due, same_search

TO_TREAT = ("to_confirm", "received")


def listed(actor: Actor) -> QuerySet[Need]:
    """The needs this actor may see, with what a line shows, the ones that wait longest first."""
    return (
        Need.objects.visible_to(actor)
        .select_related("employer", "contact", "job", "basin", "commune", "collective__operation", "typed_for")
        .order_by("received_on", "pk")
    )


@dataclass(frozen=True, slots=True)
class Line:
    """A need in a list, with the day by which the Region answers."""

    need: Need
    due_on: date
    is_late: bool


def lines(needs: Sequence[Need]) -> list[Line]:
    """The rows of a page of the list."""
    days, today = current().need_answer_days, clock.today()
    dated = [(need, answer_due(need.received_on, days)) for need in needs]
    return [Line(need, due, need.state in TO_TREAT and due < today) for need, due in dated]


def alike(actor: Actor, need: Need) -> list[Need]:
    """The needs this actor may see by which the same employer seems to say the same, the earliest first."""
    around = timedelta(days=LIKE_DAYS)
    rows = listed(actor).filter(
        employer_id=need.employer_id,
        state__in=(*TO_TREAT, "grouped"),
        received_on__range=(need.received_on - around, need.received_on + around),
    )
    return [row for row in rows.exclude(pk=need.pk) if same_search(_search(row), _search(need))]


def earlier_from_mailbox(actor: Actor, need: Need, address: str) -> list[Need]:
    """What the owner of this mailbox, who holds the link of `need`, said before of the same search."""
    with scope(TASK):
        known = alike(TASK, need)
    before = [row for row in known if row.pk < need.pk and row.email == address]
    return before if address and actor.link else []


def _search(need: Need) -> Search:
    return Search(need.employer_id, need.wording, need.received_on, need.job_id or 0)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Several needs received for one job in one basin: they may become one operation."""

    job: str
    basin: str
    needs: int
    posts: int
    ids: list[int]


def suggestions(actor: Actor) -> list[Suggestion]:
    """Needs received and not grouped that share their job and their basin, in the actor's territory."""
    rows = Need.objects.visible_to(actor).filter(state="received", job__isnull=False)
    if actor.basins:
        rows = rows.filter(basin_id__in=actor.basins)
    found: dict[tuple[int | None, int], list[Need]] = {}
    for need in rows.select_related("job", "basin").order_by("pk"):
        found.setdefault((need.job_id, need.basin_id), []).append(need)
    return [
        Suggestion(
            same[0].wanted, same[0].basin.name, len(same), sum(n.posts for n in same), [need.pk for need in same]
        )
        for same in found.values()
        if len(same) > 1
    ]


def open_collectives(actor: Actor) -> list[CollectiveNeed]:
    """The collective needs that no operation holds yet, with `needs_count` and `posts_count`."""
    rows = CollectiveNeed.objects.visible_to(actor).filter(state="open")
    if actor.basins:
        rows = rows.filter(basin_id__in=actor.basins)
    counted = rows.annotate(needs_count=Count("needs"), posts_count=Sum("needs__posts"))
    return list(counted.select_related("job", "basin"))


def joinable_collectives(actor: Actor, needs: Sequence[Need]) -> list[CollectiveNeed]:
    """The collective needs of the same basins to which these needs may be added, in operation or not."""
    rows = CollectiveNeed.objects.visible_to(actor).filter(state__in=["open", "in_operation"])
    basins = {need.basin_id for need in needs}
    return list(rows.filter(basin_id__in=basins).exclude(operation__state__in=["closed", "abandoned"]))


@dataclass(frozen=True, slots=True)
class Asking:
    """A competence, its nature and the employers who ask for it; `dropped` when the post does not really need it."""

    label: str
    nature: str
    employers: list[str]
    dropped: bool = False


@dataclass(frozen=True, slots=True)
class Gathering:
    """Several needs seen together: who asks what, how many posts, the public, the diagnosis."""

    collective: CollectiveNeed | None
    needs: list[Need]
    asked: list[Asking] = field(default_factory=list)
    profiles: list[PublicProfile] = field(default_factory=list)

    @property
    def posts(self) -> int:
        return sum(need.posts for need in self.needs if need.state != "withdrawn")

    @property
    def employers(self) -> int:
        return len({need.employer_id for need in self.needs})

    @property
    def public(self) -> int:
        return sum(profile.could_enter for profile in self.profiles)

    @property
    def has_diagnosis(self) -> bool:
        return bool(self.collective and self.collective.diagnosis)


def gathering(actor: Actor, collective: CollectiveNeed) -> Gathering:
    """A collective need, as this actor may see it."""
    needs = list(listed(actor).filter(collective=collective))
    profiles = PublicProfile.objects.visible_to(actor).filter(collective=collective).select_related("organisation")
    return Gathering(collective, needs, asked_in(needs), list(profiles))


def of_operation(actor: Actor, operation: Operation) -> Gathering:
    """What an operation was opened for: an employer sees its own needs only, and never the counts of the public."""
    collective = CollectiveNeed.objects.visible_to(actor).filter(operation=operation).first()
    needs = list(listed(actor).filter(collective__operation=operation))
    profiles = PublicProfile.objects.visible_to(actor).filter(
        Q(operation=operation) | Q(collective__operation=operation)
    )
    return Gathering(collective, needs, asked_in(needs), list(profiles.select_related("organisation")))


def asked_in(needs: Sequence[Need]) -> list[Asking]:
    """Who asks for what, technical competences first."""
    names = {need.pk: need.employer.name for need in needs}
    found: dict[str, Asking] = {}
    order = {nature: rank for rank, nature in enumerate(NeedCompetence.Nature.values)}
    for row in NeedCompetence.objects.filter(need__in=names).order_by("need_id", "pk"):
        key = " ".join(row.label.split()).casefold()
        known = found.get(key)
        dropped = not row.really_needed and (known is None or known.dropped)
        employers = known.employers if known else []
        if names[row.need_id] not in employers:
            employers.append(names[row.need_id])
        found[key] = Asking(known.label if known else row.label, row.nature, employers, dropped)
    return sorted(found.values(), key=lambda a: (order[a.nature], -len(a.employers)))


def sheet_of(need: Need) -> Document | None:
    """The fiche d'intérêt last printed, if any."""
    kept = Document.objects.filter(kind="interest-sheet", object_type="needs.need", object_id=need.pk)
    return kept.defer("content").order_by("-pk").first()


@dataclass(frozen=True, slots=True)
class Card:
    """The step as the operation page shows it."""

    operation: Operation
    gathering: Gathering
    hides_needs: bool = False


def hides_needs(actor: Actor, gathering: Gathering) -> bool:
    """Whether the sheets of the employers are kept from this reader: not the same as none having come."""
    return actor.in_prescriber and not gathering.needs


def card(actor: Actor, operation: Operation) -> Card:
    """Employers, posts, competences, the public, in one look."""
    gathered = of_operation(actor, operation)
    return Card(operation, gathered, hides_needs(actor, gathered))
