"""The follow-up of a moment goes to the Region, and goes again when a situation changed since."""

from __future__ import annotations

from django.utils.translation import gettext as _

from defi.kernel.access import Actor
from defi.kernel.documents.french import long_date
from defi.kernel.journal import Action, acting
from defi.kernel.refusals import Invalid, WrongState
from defi.operations.models import Operation, Session
from defi.schemes.rulebook import Moment
from defi.steps.followup import mails
from defi.steps.followup.actions import moment_named
from defi.steps.followup.changes import told
from defi.steps.followup.models import FollowUpReport, Situation
from defi.steps.followup.printing import print_report
from defi.steps.followup.queries import FollowUpTable, followup_table
from defi.steps.review.access import lock_followed
from defi.steps.sourcing.locks import refuse_private


def send_report(actor: Actor, operation_id: int, *, moment: str, remarks: str = "") -> FollowUpReport:
    """The follow-up of a moment goes to the Region, once everybody is known or not reached after an attempt.

    Raises `WrongState` (session not started, already sent), `Invalid` naming whose situation is missing."""
    with acting(actor, "followup.report") as act:
        operation = lock_followed(act, operation_id)
        when = moment_named(operation, moment)
        session = _started(operation)
        former = FollowUpReport.objects.filter(operation=operation, moment=when.key).first()
        if former is not None:
            raise WrongState(
                _("Le suivi %(moment)s est déjà transmis, le %(on)s.")
                % {"moment": when.label, "on": long_date(former.sent_on)}
            )
        table = _complete(actor, operation, when)
        report = act.create(
            FollowUpReport, operation=operation, moment=when.key, sent_on=act.today, remarks=remarks.strip()
        )
        _leave(act, report, session, table, when)
        return report


def send_report_again(
    actor: Actor, operation_id: int, *, moment: str, reason: str, remarks: str = ""
) -> FollowUpReport:
    """A situation changed since the report of its moment left: a new version goes to the Region, which reads that it
    takes the place of the former. The journal keeps why.

    Raises `WrongState` (not sent yet, or nothing changed since), `Invalid` (to be settled first, words too private)."""
    with acting(actor, "followup.report_again", reason=reason) as act:
        operation = lock_followed(act, operation_id)
        when = moment_named(operation, moment)
        session = _started(operation)
        report = FollowUpReport.objects.filter(operation=operation, moment=when.key).select_for_update().first()
        if report is None:
            raise WrongState(_("Le suivi %(moment)s n'est pas encore transmis.") % {"moment": when.label})
        refuse_private(reason=reason)
        table = _complete(actor, operation, when)
        if not next(column for column in table.moments if column.key == when.key).changed:
            raise WrongState(
                _("Rien n'a changé depuis le rapport du %(on)s : il vaut toujours.") % {"on": long_date(report.sent_on)}
            )
        act.change(report, sent_on=act.today, remarks=remarks.strip())
        _leave(act, report, session, table, when)
        return report


def _started(operation: Operation) -> Session:
    session = Session.objects.filter(operation=operation).order_by("number").first()
    if session is None or session.started_on is None:
        raise WrongState(_("La session n'a pas démarré : il n'y a pas encore de suivi."))
    return session


def _complete(actor: Actor, operation: Operation, when: Moment) -> FollowUpTable:
    """What is known of everybody. Raises `Invalid` while a situation of this moment is missing or to be settled."""
    table = followup_table(actor, operation)
    column = next(column for column in table.moments if column.key == when.key)
    if column.faults:
        raise Invalid(
            _("Le suivi %(moment)s ne peut pas encore être transmis. %(faults)s")
            % {"moment": when.label, "faults": " ".join(column.faults)}
        )
    return table


def _leave(act: Action, report: FollowUpReport, session: Session, table: FollowUpTable, when: Moment) -> None:
    """Print the report and send it; the former paper, if any, says to whoever verifies it that another holds."""
    former = report.document
    act.change(report, document=print_report(act.actor, report, session, table, act.now))
    if former is not None:
        former.replaced_on = act.today
        former.save(update_fields=["replaced_on"])
    # Neither is a value the journal keeps by itself; an earlier room waits for the moment.
    situations = Situation.objects.filter(operation=report.operation_id, moment=when.key)
    act.note(report, moment=when.key, told=told(situations))
    mails.report_sent(act, report.operation, report, when, again=former is not None)
