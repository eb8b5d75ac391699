"""The constant dialogue: exchanges with employers, periodic reports to the Region, employers and partners."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, timedelta

from django.utils.translation import gettext as _

from defi.kernel.access import TASK, Actor
from defi.kernel.documents.keeping import keep
from defi.kernel.journal import acting
from defi.kernel.refusals import Invalid, WrongState
from defi.operations.access import lock_operation
from defi.operations.models import Part, Partner
from defi.steps.sourcing.locks import refuse_personal
from defi.steps.training import mails
from defi.steps.training.actions.names import refuse_trainees
from defi.steps.training.documents import PERIODIC_REPORT
from defi.steps.training.models import Exchange, Report, ReportPart
from defi.steps.training.progress import progress
from defi.steps.training.report_printing import report_data
from defi.steps.training.rules import day_words

LONG_BEFORE = timedelta(days=366)


def record_exchange(
    actor: Actor,
    operation_id: int,
    organisation_id: int,
    *,
    on: date,
    how: str,
    note: str = "",
    with_whom: str = "",
    agreed: str = "",
) -> Exchange:
    """A dated exchange with an employer of the operation: one at least before, during and after the training."""
    with acting(actor, "exchange.record") as act:
        operation = lock_operation(act, operation_id)
        refuse_personal(note=note, with_whom=with_whom, agreed=agreed)
        employers = Partner.objects.filter(operation=operation, part=Part.EMPLOYER)
        if not employers.filter(organisation_id=organisation_id).exists():
            raise Invalid.field("organisation", _("Choisissez un employeur de l'opération."))
        if how not in Exchange.How.values:
            raise Invalid.field("how", _("Choisissez appel, visite, réunion ou courriel."))
        if on > act.today:
            raise Invalid.field("on", _("Cette date est à venir : un échange se note une fois fait."))
        if on < operation.opened_on - LONG_BEFORE:
            raise Invalid.field(
                "on",
                _("Cette date précède de plus d'un an l'ouverture de l'opération (%(day)s) : vérifiez l'année.")
                % {"day": day_words(operation.opened_on)},
            )
        fields = {
            "organisation_id": organisation_id,
            "on": on,
            "how": how,
            "note": note.strip(),
            "with_whom": with_whom.strip(),
            "agreed": agreed.strip(),
        }
        if Exchange.objects.filter(operation=operation, **fields).exists():
            raise WrongState(_("Cet échange est déjà noté."))
        return act.create(Exchange, operation=operation, by_id=actor.person_id, **fields)


def send_report(actor: Actor, operation_id: int, *, comment: str = "") -> Report:
    """Send where the training stands: the facts as they are now, and a comment. The officer reads all of it, each
    employer and each partner their own part, kept as it was. Once a day.

    Source: process.md, « From the preparatory meeting to the closing »."""
    with acting(actor, "report.send") as act:
        operation = lock_operation(act, operation_id)
        refuse_personal(comment=comment)
        refuse_trainees(operation, comment=comment)
        if Report.objects.filter(operation=operation, sent_on=act.today).exists():
            raise WrongState(_("Un point a déjà été envoyé aujourd'hui : le suivant se fera un autre jour."))
        facts = progress(operation, act.today)
        report = act.create(
            Report,
            operation=operation,
            sent_on=act.today,
            facts=asdict(facts),
            comment=comment.strip(),
            written_by_id=actor.person_id,
        )
        parts = [
            act.create(
                ReportPart,
                operation=operation,
                report=report,
                organisation_id=read.organisation_id,
                part=part,
                facts=asdict(read),
            )
            for part, readers in (
                (Part.EMPLOYER, [one for one in facts.employers if not one.withdrawn_on]),
                (Part.PRESCRIBER, facts.prescribers),
                (Part.PARTNER, facts.partners),
            )
            for read in readers
        ]
        document = keep(PERIODIC_REPORT, report_data(operation, report), report, act.now)
        act.note(report, document=document.number)
        mails.report_sent(act, operation, report, parts)
        return report


def acknowledge_report(actor: Actor, part_id: int) -> ReportPart:
    """A reader says that their part was read; saying it again changes nothing. Raises `Unknown` for another's."""
    with acting(actor, "report.acknowledge") as act:
        part = act.lock(ReportPart, part_id)
        if part.acknowledged_on:
            return part
        return act.change(part, acknowledged_on=act.today)


def send_report_again(part_id: int) -> None:
    """A new link to a part, for its reader whose link is dead."""
    with acting(TASK, "report.resend") as act:
        part = act.lock(ReportPart, part_id)
        mails.report_part(act, part)
        act.note(part, sent_again=True)
