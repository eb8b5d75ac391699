"""Fills the documents of the bilan with its facts: its convening, and what was said and decided. Nobody is named."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import TypeVar

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from defi.kernel.access import TASK, Actor, scope
from defi.kernel.documents import Rendered, Template, render
from defi.kernel.documents.template import DocumentData
from defi.kernel.refusals import Unknown
from defi.operations.models import Meeting, MeetingTask, Operation, Presence
from defi.steps.review.documents import (
    CONVENING,
    REVIEW,
    ConveningData,
    Decision,
    Point,
    QuestionLine,
    ReviewData,
    VoiceLine,
)
from defi.steps.review.following import ENTERED, outcomes_unknown, results_unknown
from defi.steps.review.models import CertificationResult, EmploymentContract, NoHire, ReviewPoint
from defi.steps.review.opinion_rules import Told
from defi.steps.review.opinions import VoiceTold, gathered
from defi.steps.sourcing.models import Candidacy

D = TypeVar("D", bound=DocumentData)


def printed_convening(actor: Actor, operation: Operation, now: datetime) -> Rendered:
    """The convening as it stands; its number says which edition. Raises `Unknown` while no day is fixed."""
    meeting = _meeting(actor, operation)
    if meeting.planned_on is None:
        raise Unknown(_("Le bilan n'est pas encore convoqué."))
    with override("fr"):
        data = ConveningData(
            training=operation.title,
            provider=str(operation.provider or ""),
            on=meeting.planned_on,
            at=f"{meeting.planned_at.hour} h {meeting.planned_at.minute:02d}" if meeting.planned_at else "",
            place=meeting.place,
            agenda=tuple(line.strip() for line in meeting.agenda.splitlines() if line.strip()),
        )
    return _made(CONVENING, data, meeting, now)


def printed_review(actor: Actor, operation: Operation, now: datetime) -> Rendered:
    """The bilan as it is known now. Raises `Unknown` before it is held."""
    meeting = _meeting(actor, operation)
    if meeting.held_on is None:
        raise Unknown(_("Le bilan n'est pas encore tenu."))
    with override("fr"):
        data = _review_data(actor, operation, meeting)
    return _made(REVIEW, data, meeting, now)


def _made(template: Template[D], data: D, meeting: Meeting, now: datetime) -> Rendered:
    number = f"{template.prefix}-{meeting.pk}-{meeting.version}"
    return render(template, data, number=number, code=number, verify_url="", now=now)


def _meeting(actor: Actor, operation: Operation) -> Meeting:
    rows = Meeting.objects.visible_to(actor).filter(operation=operation, kind=Meeting.Kind.REVIEW)
    meeting = rows.order_by("-held_on", "-pk").first()
    if meeting is None:
        raise Unknown(_("Le bilan n'est pas encore convoqué."))
    return meeting


def _review_data(actor: Actor, operation: Operation, meeting: Meeting) -> ReviewData:
    assert meeting.held_on is not None
    points = ReviewPoint.objects.visible_to(actor).filter(meeting=meeting).order_by("pk")
    tasks = MeetingTask.objects.visible_to(actor).filter(meeting=meeting).select_related("owner")
    with scope(TASK):
        people = list(Candidacy.objects.filter(operation=operation, state__in=ENTERED).values_list("pk", flat=True))
        results = CertificationResult.objects.filter(candidacy__in=people).order_by("pk")
        certified = Counter(results.values_list("result", flat=True))
        contracts = EmploymentContract.objects.filter(candidacy__in=people).order_by("pk")
        hired = dict(contracts.order_by("promise_id").values_list("candidacy_id", "promise_id"))
        kept = set(contracts.exclude(promise=None).values_list("candidacy_id", flat=True))
        whys = Counter(row.get_why_display() for row in NoHire.objects.filter(candidacy__in=people))
        present, excused = _there(meeting, Presence.State.PRESENT), _there(meeting, Presence.State.EXCUSED)
    unknown = results_unknown(operation)
    return ReviewData(
        training=operation.title,
        provider=str(operation.provider or ""),
        held_on=meeting.held_on,
        place=meeting.place,
        entered=len(people),
        certified=certified["full"],
        blocks=certified["blocks"],
        failed=certified["failed"],
        not_presented=certified["not_presented"],
        hired=len(hired),
        kept=len(kept),
        unknown=unknown["stayed"],
        left_without=unknown["left"],
        to_follow=outcomes_unknown(operation),
        present=present,
        excused=excused,
        minutes=meeting.minutes,
        no_hires=tuple(f"{why} : {n}" for why, n in sorted(whys.items())),
        points=tuple(Point(row.text, row.get_kind_display(), row.get_voice_display()) for row in points),
        decisions=tuple(Decision(row.what, row.owner.name, row.due_on, row.done_on is not None) for row in tasks),
        voices=tuple(_voice(line) for line in gathered(actor, operation)),
    )


def _there(meeting: Meeting, state: Presence.State) -> tuple[str, ...]:
    """The organisations by name, the trainees as a number. In an open scope."""
    rows = list(Presence.objects.filter(meeting=meeting, state=state).select_related("organisation").order_by("pk"))
    trainees = sum(row.quality == Presence.As.TRAINEE for row in rows)
    said = [ngettext("%(n)d stagiaire", "%(n)d stagiaires", trainees) % {"n": trainees}] if trainees else []
    houses = [
        f"{row.organisation.name} ({row.get_quality_display()})"
        for row in rows
        if row.organisation is not None and row.quality != Presence.As.TRAINEE
    ]
    return (*said, *houses)


def _voice(line: VoiceTold) -> VoiceLine:
    answered = _("réponses : %(n)d sur %(all)d")
    return VoiceLine(
        line.label.capitalize(),
        answered % {"n": line.answered, "all": line.asked},
        line.hidden,
        tuple(QuestionLine(question.label, _said(question)) for question in line.questions),
    )


def _said(question: Told) -> str:
    if question.counts:
        return ", ".join(f"{choice} : {n}" for choice, n in question.counts)
    return "\n".join(f"« {text} »{f', {who}' if who else ''}" for text, who in question.words)
