"""What a confirmed job calls for, ready to be kept, struck or completed by the person who states the need."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from defi.reference.models import Competence, Job, JobCompetence
from defi.reference.queries import competences_of
from defi.reference.reading.gather import BEHAVIOUR


@dataclass(frozen=True)
class Asked:
    """The competences of a job in the order of the ROME, the heart of the job first: what one knows how to do, what one
    knows, how one behaves at work. A job without any behavioural competence leaves that list empty."""

    know_how: tuple[Competence, ...]
    knowledge: tuple[Competence, ...]
    behavioural: tuple[Competence, ...]

    @property
    def technical(self) -> tuple[Competence, ...]:
        """Know-how, then knowledge."""
        return self.know_how + self.knowledge


def competences_for(job: Job) -> Asked:
    """What the ROME says the job calls for, technical and behavioural apart. One query."""
    return sort(competences_of(job))


def sort(links: Iterable[JobCompetence]) -> Asked:
    """The links of a job, each with its competence, put in their three lists without changing their order."""
    know_how, knowledge, behavioural = [], [], []
    for link in links:
        competence = link.competence
        if competence.kind == Competence.Kind.KNOWLEDGE:
            knowledge.append(competence)
        elif competence.category == BEHAVIOUR:
            behavioural.append(competence)
        else:
            know_how.append(competence)
    return Asked(tuple(know_how), tuple(knowledge), tuple(behavioural))
