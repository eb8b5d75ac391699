"""Whose questionnaire of the bilan waits, as « À faire » of each of the five voices tells it."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from defi.kernel import clock
from defi.kernel.access import Actor, Who
from defi.operations.models import Meeting
from defi.steps.pairing.models import Promise
from defi.steps.pairing.states import STANDING
from defi.steps.review.closed import read_before_moved
from defi.steps.review.opinion_models import Questionnaire, Voice


def owed_opinions(actor: Actor) -> QuerySet[Any, Any]:
    """The `Questionnaire`s this actor is asked and has not answered, while they are taken (`opinion_rules.closed_on`);
    `planned_on` is the day of the bilan when it is known. One query."""
    meetings = Meeting._base_manager.filter(operation=OuterRef("operation"), kind=Meeting.Kind.REVIEW).order_by("-pk")
    rows = Questionnaire.objects.visible_to(actor).filter(_theirs(actor), answered_on=None, operation__state="running")
    return rows.annotate(
        planned_on=Subquery(meetings.values("planned_on")[:1]), held_on=Subquery(meetings.values("held_on")[:1])
    ).filter(
        ~Exists(read_before_moved().filter(file_id=OuterRef("operation"))),
        Q(planned_on=None) | Q(planned_on__gt=clock.today()),
        held_on=None,
    )


def _theirs(actor: Actor) -> Q:
    """The voices this actor speaks with: a tutor for the promises that name them, the others for their house."""
    if actor.who is Who.TRAINEE:
        return Q(candidacy__person_id=actor.person_id)
    own = Q(organisation_id=actor.organisation_id or 0)
    if actor.in_provider:
        return own & Q(voice=Voice.TRAINER)
    if actor.in_prescriber:
        return own & Q(voice=Voice.PRESCRIBER)
    if not actor.in_employer:
        return Q(pk__in=[])
    named = Promise._base_manager.filter(
        operation=OuterRef("operation"),
        employer=OuterRef("organisation"),
        tutor=actor.person_id,
        state__in=STANDING,
    )
    tutored = Q(Exists(named), voice=Voice.TUTOR)
    return own & (tutored if actor.who is Who.TUTOR else tutored | Q(voice=Voice.EMPLOYER))
