"""What waits outside the journey: proposals of providers, needs to group, the public to be told, a questionnaire."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, TypeVar

from django.db.models import Count, Min, Q, QuerySet
from django.db.models.functions import Greatest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from defi.journey.queries import my_turns
from defi.kernel import clock
from defi.kernel.access import EMPLOYER, LEAD, PRESCRIBER, PROVIDER, Actor, Who
from defi.operations.committees import tasks_owed
from defi.operations.mails import failing
from defi.people.employers.models import EmployerSheet, Talk
from defi.people.employers.states import WATCHERS
from defi.schemes.rulebook import current
from defi.steps.needs.models import Need, PublicProfile
from defi.steps.needs.rules import answer_due
from defi.steps.offer.answers import delays, unanswered
from defi.steps.offer.models import Proposal
from defi.steps.review.owed import owed_opinions
from defi.steps.sourcing.owed_queries import owed_answers

SOON_DAYS = 14
TASKED = frozenset({Who.OFFICER, Who.SIGNATORY, Who.RECRUITER, Who.ADVISER, *LEAD})
VOICES = PROVIDER | EMPLOYER | PRESCRIBER
"""Who may have a questionnaire of the bilan to answer, besides the trainees, who have their own space."""
MENDERS = frozenset({Who.OFFICER, Who.STEERING, Who.SIGNATORY, Who.ADVISER, *LEAD})

R = TypeVar("R", Need, Proposal)


@dataclass(frozen=True, slots=True)
class Arrival:
    """A line of « À faire » that no step of an operation asks."""

    title: str
    about: str
    since: date | None
    url: str
    button: str
    due_on: date | None = None


def how_much(actor: Actor) -> int:
    """The number beside « À faire »: turns and arrivals. One query, since every page shows it."""
    first = my_turns(actor).order_by().values("pk")
    more: list[QuerySet[Any, Any]] = []
    if actor.who is Who.OFFICER:
        more = [
            _received(actor).order_by()[:1],
            _to_review(actor).order_by()[:1],
            _proposed(actor, "proposed").order_by(),
        ]
    elif actor.who in LEAD:
        more = [_proposed(actor, "changes_asked").order_by(), owed_answers(actor).order_by()[:1]]
    elif actor.who is Who.ADVISER:
        more = [_asked(actor).order_by()]
    if actor.who in WATCHERS:
        more.append(_planned(actor).order_by())
    if actor.who in VOICES:
        more.append(owed_opinions(actor).order_by())
    if actor.who in TASKED:
        more.append(tasks_owed(actor).order_by())
    if actor.who in MENDERS:
        more.append(failing(actor).order_by()[:1])
    return first.union(*(rows.values("pk") for rows in more), all=True).count() if more else first.count()


def arrivals(actor: Actor) -> list[Arrival]:
    """What does not reach people first, what committees gave to do, the questionnaires, what was planned with
    employers, then the oldest. Seven queries at most."""
    return [*_failing(actor), *_tasks(actor), *_opinions(actor), *_others(actor)]


def _tasks(actor: Actor) -> list[Arrival]:
    if actor.who not in TASKED:
        return []
    rows = tasks_owed(actor).select_related("operation", "meeting").order_by("due_on", "pk")
    return [
        Arrival(task.what, task.operation.title, task.meeting.held_on, url, _("Ouvrir"), task.due_on)
        for task in rows
        if (url := reverse("meeting_task", args=[task.pk]))
    ]


def _opinions(actor: Actor) -> list[Arrival]:
    """The questionnaires of the bilan that wait for this person, or for any of their organisation."""
    if actor.who not in VOICES:
        return []
    rows = owed_opinions(actor).select_related("operation").order_by("planned_on", "asked_on", "pk")
    return [
        Arrival(
            _("Répondre au questionnaire du bilan"),
            f"{row.operation.title} · {row.get_voice_display()}",
            row.asked_on,
            reverse("review:answer", args=[row.pk]),
            _("Répondre"),
            row.planned_on,
        )
        for row in rows
    ]


def _failing(actor: Actor) -> list[Arrival]:
    """The addresses that do not receive, on one line, for who can mend them."""
    found = failing(actor).order_by().aggregate(n=Count("pk"), since=Min("since")) if actor.who in MENDERS else {}
    if not found.get("n"):
        return []
    about = ngettext("%(n)d adresse ne reçoit plus", "%(n)d adresses ne reçoivent plus", found["n"]) % {"n": found["n"]}
    since = found["since"].astimezone(clock.PARIS).date()
    return [Arrival(_("Corriger des adresses"), about, since, reverse("failing"), _("Voir les adresses"))]


def _others(actor: Actor) -> list[Arrival]:
    if actor.who is Who.OFFICER:
        proposed = _proposals(actor, "proposed", _("Répondre à une proposition"), _("Lire et répondre"))
        return [*_next_steps(actor), *_needs(actor), *_reviews(actor), *proposed]
    if actor.who in LEAD:
        proposed = _proposals(actor, "changes_asked", _("Revoir une proposition"), _("Revoir"))
        return [*_next_steps(actor), *_waiting(actor), *proposed]
    return [*_next_steps(actor), *_publics(actor)] if actor.who is Who.ADVISER else []


def _planned(actor: Actor) -> QuerySet[Talk]:
    """What I said I would do with an employer, and what my house said of those I follow; not the far ones."""
    if actor.organisation_id is None:
        return Talk._base_manager.none()
    rows = Talk.objects.visible_to(actor).filter(
        house_id=actor.organisation_id, done_on=None, next_on__lte=clock.today() + timedelta(days=SOON_DAYS)
    )
    followed = Q(organisation__sheet__adviser__organisation_id=actor.organisation_id)
    mine = Q(organisation__sheet__adviser__person_id=actor.person_id) & followed
    written = Q(written_by_id=actor.person_id) & ~Q(
        organisation__in=EmployerSheet._base_manager.filter(adviser__organisation_id=actor.organisation_id).values(
            "organisation_id"
        )
    )
    return rows.filter(mine | written)


def _next_steps(actor: Actor) -> list[Arrival]:
    rows = _planned(actor).select_related("organisation").order_by("next_on", "pk")
    return [
        Arrival(
            talk.next_step[:1].upper() + talk.next_step[1:],
            talk.organisation.name,
            None,
            f"{reverse('employers:record', args=[talk.organisation_id])}#echange-{talk.pk}",
            _("Ouvrir la fiche"),
            talk.next_on,
        )
        for talk in rows
    ]


def _waiting(actor: Actor) -> list[Arrival]:
    """The people to whom this provider owes an answer, on one line, with the longest wait."""
    found = owed_answers(actor).order_by().aggregate(n=Count("pk"), since=Min("owed_on"))
    if not found["n"]:
        return []
    about = ngettext("%(n)d personne attend", "%(n)d personnes attendent", found["n"]) % {"n": found["n"]}
    due_on = found["since"] + timedelta(days=current().sourcing.answer_days)
    title, button = _("Répondre à des candidatures"), _("Ouvrir les réponses dues")
    return [Arrival(title, about, found["since"], reverse("sourcing:owed"), button, due_on)]


def _proposed(actor: Actor, state: str) -> QuerySet[Proposal]:
    return _here(actor, Proposal.objects.visible_to(actor).filter(state=state))


def _asked(actor: Actor) -> QuerySet[PublicProfile]:
    """What a prescriber is asked of the people it accompanies."""
    asked = PublicProfile.objects.visible_to(actor).filter(state="asked", organisation=actor.organisation_id)
    waiting = Q(operation=None) | Q(operation__state="running")
    return asked.filter(waiting).exclude(collective__state__in=["closed", "dissolved"])


def _publics(actor: Actor) -> list[Arrival]:
    rows = _asked(actor).select_related("collective__job", "collective__basin", "operation__job", "operation__basin")
    return [
        Arrival(
            _("Dire qui pourrait entrer en formation"),
            f"{place.job}, {place.basin}",
            profile.asked_on,
            reverse("needs:tell", args=[profile.pk]),
            _("Répondre"),
        )
        for profile in rows.order_by("asked_on", "pk")
        if (place := profile.operation or profile.collective)
    ]


def _proposals(actor: Actor, state: str, title: str, button: str) -> list[Arrival]:
    return [
        Arrival(
            title,
            f"{proposal.title} · {proposal.provider}",
            proposal.decided_on or proposal.proposed_on,
            reverse("offer:proposal", args=[proposal.pk]),
            button,
        )
        for proposal in _proposed(actor, state).select_related("provider").order_by("proposed_on", "pk")
    ]


def _received(actor: Actor) -> QuerySet[Need]:
    return _here(actor, Need.objects.visible_to(actor).filter(state="received"))


def _needs(actor: Actor) -> list[Arrival]:
    found = _received(actor).order_by().aggregate(n=Count("pk"), since=Min("received_on"))
    if not found["n"]:
        return []
    about = ngettext("%(n)d fiche d'intérêt reçue", "%(n)d fiches d'intérêt reçues", found["n"]) % {"n": found["n"]}
    due_on = answer_due(found["since"], current().need_answer_days)
    title, button = _("Regrouper des besoins"), _("Ouvrir les besoins")
    return [Arrival(title, about, found["since"], reverse("needs:list"), button, due_on)]


def _to_review(actor: Actor) -> QuerySet[Need]:
    """The needs that wait for an answer and that nobody went through for a fortnight (R41)."""
    limit = clock.today() - timedelta(days=delays().review)
    # GREATEST leaves nulls aside: a need nobody went through counts from the day it was received.
    rows = unanswered(actor).annotate(seen_on=Greatest("received_on", "reviewed_on"))
    return _here(actor, rows.filter(seen_on__lte=limit))


def _reviews(actor: Actor) -> list[Arrival]:
    found = _to_review(actor).order_by().aggregate(n=Count("pk"), since=Min("received_on"))
    if not found["n"]:
        return []
    about = ngettext("%(n)d employeur attend une réponse", "%(n)d employeurs attendent une réponse", found["n"])
    title, button = _("Passer en revue les réponses dues"), _("Ouvrir la revue")
    return [Arrival(title, about % {"n": found["n"]}, found["since"], reverse("offer:answers"), button)]


def _here(actor: Actor, rows: QuerySet[R]) -> QuerySet[R]:
    return rows.filter(basin_id__in=actor.basins) if actor.basins else rows
