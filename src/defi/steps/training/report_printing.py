"""Fills the periodic report, the monthly presence and the certificate of completion from the file."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.utils.translation import override

from defi.kernel.access import TASK, scope
from defi.operations.models import Operation, Session
from defi.people.models import Person
from defi.steps.training.counted import counted
from defi.steps.training.documents import (
    CompletionData,
    CountLine,
    EmployerLine,
    PartnerLine,
    PresenceData,
    PresenceLine,
    ReportData,
)
from defi.steps.training.models import Completion, Report
from defi.steps.training.monthly import bounds, month_words
from defi.steps.training.queries.presence import MonthPage, MonthRow


def report_data(operation: Operation, report: Report) -> ReportData:
    """The report as it was on its day: everything comes from the facts it keeps."""
    facts: dict[str, Any] = report.facts
    with scope(TASK), override("fr"):
        names = ("seats", "sheets_locked", "sheets_open", "to_confirm")
        return ReportData(
            training=operation.title,
            provider=str(operation.provider or ""),
            on=report.sent_on,
            **{name: facts[name] for name in names},
            interrupted=facts.get("interrupted", 0),
            counts=tuple(CountLine(str(row.label), row.everybody, row.region, row.apart) for row in counted(facts)),
            hours_centre=timedelta(minutes=facts["minutes_centre"]),
            hours_company=timedelta(minutes=facts["minutes_company"]),
            author=_name(report.written_by_id),
            comment=report.comment,
            employers=tuple(
                EmployerLine(
                    row["name"],
                    row["posts"],
                    row["paired"],
                    row["placements"],
                    row["exchanges"],
                    ", ".join(row["missing"]),
                    row["apart"],
                    date.fromisoformat(row["withdrawn_on"]) if row.get("withdrawn_on") else None,
                )
                for row in facts["employers"]
            ),
            prescribers=tuple(
                PartnerLine(row["name"], row["oriented"], row["entered"], row["there"]) for row in facts["prescribers"]
            ),
        )


def presence_data(operation: Operation, session: Session, page: MonthPage, author_id: int | None) -> PresenceData:
    """The month as the page shows it."""
    first, last = bounds(page.month)
    with scope(TASK), override("fr"):
        return PresenceData(
            training=operation.title,
            eos_number=session.eos_number,
            provider=str(operation.provider or ""),
            month=month_words(page.month),
            first=first,
            last=last,
            author=_name(author_id),
            lines=tuple(_line(row) for row in page.rows),
            not_locked=tuple(page.not_locked),
        )


def _line(row: MonthRow) -> PresenceLine:
    account = row.account
    return PresenceLine(
        trainee=row.name,
        planned=timedelta(minutes=account.planned),
        present=timedelta(minutes=account.present),
        excused=timedelta(minutes=account.excused),
        absent=timedelta(minutes=account.absent),
        notes=tuple(row.notes),
    )


def completion_data(completion: Completion) -> CompletionData:
    """The certificate of one trainee."""
    candidacy, operation = completion.candidacy, completion.operation
    with scope(TASK), override("fr"):
        provider, person = operation.provider, candidacy.person
        centre = timedelta(minutes=completion.minutes_centre)
        company = timedelta(minutes=completion.minutes_company)
        return CompletionData(
            trainee=f"{person.last_name} {person.first_name}",
            training=operation.title,
            eos_number=candidacy.session.eos_number,
            provider=str(provider or ""),
            provider_place=str(provider.commune or "") if provider else "",
            signed_name=completion.signed_name,
            signed_as=completion.signed_as,
            from_on=completion.from_on,
            to_on=completion.to_on,
            in_centre=centre,
            in_company=company,
            in_all=centre + company,
            to_end=candidacy.state == "completed",
            nda=provider.nda if provider else "",
            funder=str(operation.region) if candidacy.funding == "region" else "",
        )


def _name(person_id: int | None) -> str:
    return str(Person.objects.filter(pk=person_id).first() or "") if person_id else ""
