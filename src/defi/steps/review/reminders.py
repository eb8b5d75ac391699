"""The reminders of the questionnaires: to who was asked and has not answered, until the day of the bilan."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.utils.translation import gettext as _

from defi.kernel.mail.outbox import Recipient
from defi.kernel.mail.purposes import Rule
from defi.kernel.mail.reminders import Owed, source
from defi.kernel.models import Link
from defi.operations.models import Meeting
from defi.steps.review.closed import closed_days
from defi.steps.review.opinion_models import Questionnaire
from defi.steps.review.opinions import ANSWER


@source("opinions")
def unanswered(rule: Rule, files: Collection[int] | None) -> Iterable[Owed]:
    """Each hand that holds the link of a questionnaire without answer, in operations that run."""
    rows = Questionnaire._base_manager.filter(answered_on=None, operation__state="running").select_related("operation")
    found = {row.pk: row for row in (rows if files is None else rows.filter(operation__in=files))}
    meetings = Meeting._base_manager.filter(operation__in={row.operation_id for row in found.values()})
    planned = {meeting.operation_id: meeting for meeting in meetings.filter(kind=Meeting.Kind.REVIEW).order_by("pk")}
    sent = Link.objects.filter(
        verb=ANSWER,
        object_type=Questionnaire._meta.label_lower,
        object_id__in=found,
        revoked_at=None,
        used_at=None,
    )
    closed = closed_days({row.operation_id for row in found.values()})
    for link in sent.exclude(address="").order_by("pk"):
        row = found[link.object_id]
        meeting = planned.get(row.operation_id)
        if row.operation_id in closed:
            continue
        yield Owed(
            about=f"opinion:{row.pk}",
            to=Recipient(link.address, link.person_id, link.organisation_id),
            what=_("répondre au questionnaire du bilan, en deux minutes"),
            url="",
            file_id=row.operation_id,
            since=row.asked_on,
            due_on=meeting.planned_on if meeting else None,
            link=link,
            answers_to=row.operation.provider_id,
        )
