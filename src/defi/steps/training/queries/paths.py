"""The paths of the trainees, and one of them: for the provider; of barriers, only what the referent may read."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from defi.kernel import clock
from defi.kernel.access import Actor
from defi.kernel.models import Document
from defi.operations.models import Operation
from defi.steps.sourcing.models import Candidacy
from defi.steps.training.models import Barrier, Completion, IndividualPath, Interview, Suspension

FOLLOWED = ("selected", "confirmed", "entered", "left", "completed")


@dataclass(frozen=True, slots=True)
class PathRow:
    """A trainee in the list, with what their path still lacks."""

    candidacy: Candidacy
    path: IndividualPath | None
    last: Interview | None
    away: Suspension | None
    completed: bool

    @property
    def late(self) -> bool:
        """The next talk was for a day that is past."""
        return bool(self.last and self.last.next_on and self.last.next_on < clock.today()) and self.living

    @property
    def living(self) -> bool:
        return self.candidacy.state == "entered"


@dataclass(frozen=True, slots=True)
class PathPage:
    """The path of one trainee. `barriers` is empty to whoever is not the referent, `is_referent` says which it is."""

    candidacy: Candidacy
    path: IndividualPath | None
    interviews: list[Interview]
    barriers: list[Barrier]
    suspensions: list[Suspension]
    completions: list[tuple[Completion, Document | None]]
    is_referent: bool

    @property
    def away(self) -> Suspension | None:
        return next((row for row in self.suspensions if row.ended_on is None), None)

    @property
    def next_on(self) -> date | None:
        return self.interviews[0].next_on if self.interviews else None


@dataclass(frozen=True, slots=True)
class MyPath:
    """What a trainee reads of their own path."""

    path: IndividualPath | None = None
    agreed: Interview | None = None
    papers: list[Document] = field(default_factory=list)


def paths(actor: Actor, operation: Operation) -> list[PathRow]:
    """The trainees of an operation. Five queries."""
    people = list(
        Candidacy.objects.visible_to(actor)
        .filter(operation=operation, state__in=FOLLOWED)
        .select_related("person", "referent")
        .order_by("person__last_name", "person__first_name", "pk")
    )
    known = {row.candidacy_id: row for row in IndividualPath.objects.visible_to(actor).filter(candidacy__in=people)}
    talks: dict[int, list[Interview]] = defaultdict(list)
    for talk in Interview.objects.visible_to(actor).filter(candidacy__in=people):
        talks[talk.candidacy_id].append(talk)
    away = {
        row.candidacy_id: row
        for row in Suspension.objects.visible_to(actor).filter(candidacy__in=people, ended_on=None)
    }
    done = set(Completion.objects.visible_to(actor).filter(candidacy__in=people).values_list("candidacy_id", flat=True))
    return [
        PathRow(one, known.get(one.pk), next(iter(talks[one.pk]), None), away.get(one.pk), one.pk in done)
        for one in people
    ]


def path_page(actor: Actor, candidacy: Candidacy) -> PathPage:
    """One trainee."""
    completions = list(Completion.objects.visible_to(actor).filter(candidacy=candidacy).order_by("-pk"))
    papers = {document.object_id: document for document in _papers(completions)}
    interviews = Interview.objects.visible_to(actor).filter(candidacy=candidacy).select_related("by")
    return PathPage(
        candidacy=candidacy,
        path=IndividualPath.objects.visible_to(actor).filter(candidacy=candidacy).first(),
        interviews=list(interviews),
        barriers=list(Barrier.objects.visible_to(actor).filter(candidacy=candidacy)),
        suspensions=list(Suspension.objects.visible_to(actor).filter(candidacy=candidacy).order_by("-from_on", "-pk")),
        completions=[(row, papers.get(row.pk)) for row in completions],
        is_referent=actor.person_id is not None and candidacy.referent_id == actor.person_id,
    )


def my_path(actor: Actor, candidacy: Candidacy) -> MyPath:
    """By and for the trainee. Four queries."""
    mine = {"candidacy": candidacy}
    return MyPath(
        path=IndividualPath.objects.visible_to(actor).filter(**mine).first(),
        agreed=Interview.objects.visible_to(actor).filter(**mine).select_related("by").first(),
        papers=_papers(list(Completion.objects.visible_to(actor).filter(**mine))),
    )


def _papers(completions: list[Completion]) -> list[Document]:
    kept = Document.objects.filter(
        object_type=Completion._meta.label_lower, object_id__in=[row.pk for row in completions]
    )
    return list(kept.defer("content").order_by("-pk"))
