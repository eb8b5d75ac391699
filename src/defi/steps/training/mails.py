"""Who is told what while the training runs. Whoever has no address is told by phone or on paper."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext as _

from defi.kernel import links
from defi.kernel.access import LEAD, PRESCRIBER
from defi.kernel.documents.french import long_date
from defi.kernel.journal import Action
from defi.kernel.mail.hours import next_digest
from defi.kernel.mail.models import WAITING
from defi.kernel.mail.purposes import table
from defi.kernel.models import Mail
from defi.kernel.outbox import Recipient, queue, server_down_since
from defi.operations.mailing import to_employer
from defi.operations.models import Meeting, Operation, Part, Partner, Session
from defi.people.mailing import to_officers, to_organisation, to_person
from defi.steps.design.calendar.durations import ends_at
from defi.steps.pairing.models import Pairing
from defi.steps.pairing.queries import book_of, counts_on, standing
from defi.steps.sourcing.models import Candidacy
from defi.steps.training.models import (
    AbsenceAlert,
    Attendance,
    AttendanceSheet,
    Placement,
    Report,
    ReportPart,
    SessionStart,
    Suspension,
)
from defi.steps.training.rules import Difference, half_day_words

DAYS_TO_SIGN = 60
DAYS_TO_READ = 90
ABSENCES = "absence/"
"""Before the id of an alert: the key of its mails, by which they are looked at again as they leave."""
ABSENCES_TOLD = "training/mail/absences_"


def eos_differs(act: Action, operation: Operation, remaining: tuple[Difference, ...]) -> None:
    """The officer learns that EOS and the session do not agree, and why."""
    context = {**_context(operation, "eos"), "differences": remaining}
    _send(act, _officers(operation), "eos_differs", context, operation)


def session_started(act: Action, operation: Operation, session: Session, start: SessionStart) -> None:
    """The officer learns who entered and what the finding says."""
    found = standing(session)
    context = {**_context(operation, "session"), "session": session, "start": start, "found": found}
    _send(act, _officers(operation), "session_started", context, operation)


def session_ended(act: Action, operation: Operation, session: Session) -> None:
    """The officer learns that the training is over and that the bilan comes."""
    context = {**_context(operation, "session"), "session": session, "review": review_words(operation, act.today)}
    _send(act, _officers(operation), "session_ended", context, operation)


def review_words(operation: Operation, today: date) -> str:
    """What comes after the end: the bilan as it stands, held near the end or still to come, then the closing."""
    review = Meeting._base_manager.filter(operation=operation, kind=Meeting.Kind.REVIEW).order_by("pk").last()
    if review and review.held_on:
        return _("Le bilan s'est tenu le %(day)s ; vient maintenant la clôture.") % {"day": long_date(review.held_on)}
    if review and review.planned_on and review.planned_on >= today:
        return _("Le bilan est prévu le %(day)s, puis vient la clôture.") % {"day": long_date(review.planned_on)}
    return _("Le bilan est à tenir, puis vient la clôture.")


def absences_told(act: Action, alert: AbsenceAlert) -> None:
    """Those whom the rulebook names among the referent (else the provider's leads), the prescriber and the officer
    learn of somebody's absences; never why they are."""
    person = alert.candidacy
    operation = person.operation
    context = {**_context(operation, "session"), "alert": alert, "person": person.person}
    key = f"{ABSENCES}{alert.pk}"
    told = book_of(operation).attendance.alert_to
    if "referent" in told:
        inside = f"{settings.PUBLIC_URL}/stagiaires/{person.pk}/absences/"
        referent = to_person(person.referent) or to_organisation(operation.provider, LEAD)
        _send(act, referent, "absences_referent", {**context, "url": inside}, operation, key=key)
    if "prescriber" in told:
        page = f"{settings.PUBLIC_URL}/operations/{operation.pk}/"
        house = to_organisation(person.prescriber, PRESCRIBER)
        _send(act, house, "absences_prescriber", {**context, "url": page}, operation, key=key)
    if "officer" in told:
        hours = f"{settings.PUBLIC_URL}/operations/{operation.pk}/heures/"
        _send(act, _officers(operation), "absences_officer", {**context, "url": hours}, operation, key=key)


def absences_reached(alert: AbsenceAlert, now: datetime) -> bool:
    """Whether somebody was told: a mail of this alert has left, or the morning at which it leaves is past."""
    mails = Mail.objects.filter(key=f"{ABSENCES}{alert.pk}", purpose__startswith=ABSENCES_TOLD)
    if mails.filter(
        Q(sent_at__isnull=False) | Q(leaving_at__isnull=False) | Q(digest__leaving_at__isnull=False)
    ).exists():
        return True
    due = mails.filter(WAITING).order_by("due_at").values_list("due_at", flat=True).first()
    return due is not None and server_down_since() is None and next_digest(due, table().hours) <= now


def trainee_left(act: Action, candidacy: Candidacy, noted_by: int | None) -> None:
    """The officer and the referent learn that somebody left, when, by which of the closed reasons, and what the gauge
    says then; who noted it (person id) knows. Prescriber, firm and provider have mails of their own."""
    operation = candidacy.operation
    paired = Pairing._base_manager.filter(candidacy=candidacy).order_by("-pk").first()
    context = {
        **_context(operation, "session"),
        "candidacy": candidacy,
        "person": candidacy.person,
        "why": candidacy.get_ended_reason_display() if candidacy.ended_reason else "",
        "found": standing(candidacy.session),
        "now": counts_on(book_of(operation), candidacy.session, act.today),
        "was_paired": paired is not None and paired.ended_on == candidacy.left_on,
    }
    referent = [to for to in to_person(candidacy.referent) if to.person_id != noted_by]
    officers = _officers(operation)
    known = {to.address for to in officers}
    _send(act, [*officers, *(to for to in referent if to.address not in known)], "left", context, operation)


def half_day_moved(act: Action, sheet: AttendanceSheet, was: str) -> None:
    """The trainees of a half-day learn its new date, time and place; `was`: what they knew."""
    context = {
        "operation": sheet.operation,
        "provider": sheet.operation.provider,
        "was": was,
        "now": half_day_words(sheet.on, sheet.half),
        "sheet": sheet,
        "until": ends_at(sheet.starts_at, sheet.minutes),
        "place": sheet.place or sheet.session.place,
        "url": f"{settings.PUBLIC_URL}/mon-espace/",
    }
    for recipient in _trainees([sheet]):
        _send(act, [recipient], "half_day_moved", context, sheet.operation)


def half_days_cancelled(act: Action, sheets: Sequence[AttendanceSheet]) -> None:
    """The trainees of these half-days learn, in one mail each, that they do not take place."""
    if not sheets:
        return
    operation = sheets[0].operation
    context = {
        "operation": operation,
        "provider": operation.provider,
        "half_days": [half_day_words(sheet.on, sheet.half) for sheet in sheets],
        "url": f"{settings.PUBLIC_URL}/mon-espace/",
    }
    _send(act, _trainees(sheets), "half_days_cancelled", context, operation)


def _trainees(sheets: Sequence[AttendanceSheet]) -> list[Recipient]:
    """Who is on any of these sheets, each once."""
    lines = Attendance._base_manager.filter(sheet__in=sheets).select_related("candidacy__person").order_by("candidacy")
    people = {line.candidacy_id: line.candidacy.person for line in lines}
    return [to for person in people.values() for to in to_person(person)]


def placement_planned(act: Action, operation: Operation, placement: Placement, *, changed: bool = False) -> None:
    """The firm and the trainee receive the agreement to sign; `changed`: another one, since what it says changed."""
    send_agreement(act, operation, placement, changed=changed)
    send_own_agreement(act, operation, placement, changed=changed)


def to_firm(placement: Placement) -> list[Recipient]:
    """Who receives the agreement of a period in the firm: its tutor, else who answers for it in this operation."""
    if placement.tutor is None and placement.tutor_email:
        return [Recipient(placement.tutor_email, organisation_id=placement.employer_id)]
    return to_employer(placement.operation_id, placement.employer, named=placement.tutor)


def send_agreement(act: Action, operation: Operation, placement: Placement, *, changed: bool = False) -> bool:
    """The agreement to the tutor, else to those who sign for the firm, by a personal link. False without an address."""
    context = {**_of_placement(placement), "changed": changed}
    return bool(_with_link(act, placement, "placement.sign", "placement_planned", context))


def send_own_agreement(act: Action, operation: Operation, placement: Placement, *, changed: bool = False) -> None:
    """The trainee learns where and when, with a link to sign; the space of the trainee offers the same."""
    person = placement.candidacy.person
    for recipient in to_person(person):
        link = links.issue(
            placement, "placement.sign", address=recipient.address, person_id=person.pk, days=DAYS_TO_SIGN
        )
        context = {**_of_placement(placement), "link": link, "changed": changed}
        _send(act, [recipient], "placement_planned_person", context, operation)


def placement_agreed(act: Action, placement: Placement) -> None:
    """All have signed: the tutor receives the link to sign presence, the trainee learns that it is settled."""
    send_tutor_link(act, placement)
    person = placement.candidacy.person
    context = _of_placement(placement)
    _send(act, to_person(person), "placement_agreed_person", context, placement.operation, from_provider=True)


def send_tutor_link(act: Action, placement: Placement) -> bool:
    """The one link by which the tutor signs presence, then gives an opinion. False without an address."""
    return bool(_with_link(act, placement, "placement.attend", "placement_agreed", _of_placement(placement)))


def evaluation_asked(act: Action, placement: Placement) -> None:
    """The period is over: two minutes are asked of the tutor."""
    _with_link(act, placement, "placement.evaluate", "evaluation_asked", _of_placement(placement))


def _with_link(act: Action, placement: Placement, verb: str, template: str, context: dict[str, Any]) -> list[Recipient]:
    recipients = to_firm(placement)
    last = (placement.ends_on - act.today).days
    for recipient in recipients:
        link = links.issue(
            placement,
            verb,
            address=recipient.address,
            person_id=recipient.person_id,
            organisation_id=placement.employer_id,
            days=DAYS_TO_SIGN + max(0, last),
        )
        _send(act, [recipient], template, {**context, "link": link}, placement.operation, from_provider=True)
    return recipients


def _of_placement(placement: Placement) -> dict[str, Any]:
    return {**_context(placement.operation, "session"), "placement": placement, "person": placement.candidacy.person}


def placement_cancelled(act: Action, placement: Placement) -> None:
    """The firm and the trainee learn that the period will not take place."""
    told = [*to_firm(placement), *to_person(placement.candidacy.person)]
    _send(act, told, "placement_cancelled", _of_placement(placement), placement.operation)


def placement_stopped(act: Action, placement: Placement, *, unsigned: bool = False) -> None:
    """Somebody left the training during their period: the tutor learns its last day and, by one link, signs what is
    `unsigned` until then or gives an opinion; the firm learns it too."""
    context = {**_of_placement(placement), "left_on": placement.candidacy.left_on, "unsigned": unsigned, "link": ""}
    verb = "placement.attend" if unsigned else "placement.evaluate"
    told = _with_link(act, placement, verb, "placement_stopped", context)
    firm = to_employer(placement.operation_id, placement.employer)
    known = {to.address for to in told}
    _send(act, [to for to in firm if to.address not in known], "placement_stopped", context, placement.operation)


def report_sent(act: Action, operation: Operation, report: Report, parts: Iterable[ReportPart]) -> None:
    """The officer reads everything; each employer, prescriber and partner, by a link, only its own part."""
    context = {**_context(operation, "session"), "url": f"{settings.PUBLIC_URL}/points/{report.pk}/"}
    _send(act, _officers(operation), "report", context, operation)
    for part in parts:
        report_part(act, part)


def report_part(act: Action, part: ReportPart) -> None:
    """The link to one reader's own part."""
    operation = part.operation
    for recipient in _readers(part):
        link = links.issue(
            part,
            "report.acknowledge",
            address=recipient.address,
            person_id=recipient.person_id,
            organisation_id=part.organisation_id,
            days=DAYS_TO_READ,
        )
        context = {**_context(operation, "session"), "organisation": part.organisation, "link": link}
        _send(act, [recipient], "report_part", context, operation)


def _readers(part: ReportPart) -> list[Recipient]:
    if part.part == Part.EMPLOYER:
        return to_employer(part.operation_id, part.organisation)
    if part.part == Part.PRESCRIBER:
        return to_organisation(part.organisation, PRESCRIBER)
    partners = Partner._base_manager.filter(operation=part.operation_id, organisation=part.organisation_id)
    partner = partners.filter(part=Part.PARTNER, left_on=None).select_related("contact").first()
    return to_person(partner.contact if partner else None) or to_organisation(part.organisation, ())


def suspended(act: Action, suspension: Suspension) -> None:
    """Prescriber, officer and the employer of the pairing learn that the person is away; the employer no reason."""
    _away(act, suspension, "suspended")


def resumed(act: Action, suspension: Suspension) -> None:
    """The same learn that the person is back."""
    _away(act, suspension, "resumed")


def _away(act: Action, suspension: Suspension, template: str) -> None:
    candidacy, operation = suspension.candidacy, suspension.operation
    context = {**_context(operation, "session"), "suspension": suspension, "person": candidacy.person}
    inside = [*to_organisation(candidacy.prescriber, PRESCRIBER), *_officers(operation)]
    _send(
        act,
        inside,
        template,
        {**context, "name": str(candidacy.person), "why": suspension.get_why_display()},
        operation,
    )
    pairing = (
        Pairing._base_manager.filter(candidacy=candidacy, state="active")
        .select_related("post__promise__employer", "post__promise__signatory")
        .first()
    )
    if pairing is None:
        return
    promise = pairing.post.promise
    firm = to_employer(operation.pk, promise.employer, named=promise.signatory)
    url = f"{settings.PUBLIC_URL}/operations/{operation.pk}/"
    _send(act, firm, template, {**context, "name": candidacy.person.short_name, "why": "", "url": url}, operation)


def period_within(act: Action, suspension: Suspension, placement: Placement, *, back: bool = False) -> None:
    """Tutor, firm and trainee learn that the path is interrupted during this period, without a reason; `back`: that it
    is not any more."""
    told = [*to_firm(placement), *to_employer(placement.operation_id, placement.employer)]
    told.extend(to_person(placement.candidacy.person))
    context = {**_of_placement(placement), "suspension": suspension, "back": back}
    once = {to.address: to for to in told}
    _send(act, once.values(), "placement_within", context, placement.operation)


def _officers(operation: Operation) -> list[Recipient]:
    return to_officers(operation.region_id, operation.basin_id)


def _context(operation: Operation, page: str) -> dict[str, Any]:
    return {
        "operation": operation,
        "provider": operation.provider,
        "url": f"{settings.PUBLIC_URL}/operations/{operation.pk}/{page}/",
    }


def _send(
    act: Action,
    recipients: Iterable[Recipient],
    template: str,
    context: dict[str, Any],
    operation: Operation,
    *,
    from_provider: bool = False,
    key: str = "",
) -> None:
    """`from_provider`: answers go to the training organisation, though a firm or a trainee causes the mail."""
    answers_to = operation.provider_id if from_provider else None
    for recipient in recipients:
        name = f"training/mail/{template}.txt"
        queue(act, recipient, name, context, file_id=operation.pk, answers_to=answers_to, key=key)
