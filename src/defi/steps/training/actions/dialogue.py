"""The constant dialogue: exchanges with employers, periodic reports to the Region, employers and partners."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, timedelta

from django.utils.translation import gettext as _

from defi.kernel.access import Actor
from defi.kernel.journal import acting
from defi.kernel.refusals import Invalid, WrongState
from defi.operations.access import lock_operation
from defi.operations.models import Part, Partner
from defi.steps.sourcing.locks import refuse_personal
from defi.steps.training import mails
from defi.steps.training.models import Exchange, Report
from defi.steps.training.progress import progress
from defi.steps.training.rules import day_words

LONG_BEFORE = timedelta(days=366)


def record_exchange(
    actor: Actor, operation_id: int, organisation_id: int, *, on: date, how: str, note: str = ""
) -> Exchange:
    """A dated exchange with an employer of the operation: one at least before, during and after the training."""
    with acting(actor, "exchange.record") as act:
        operation = lock_operation(act, operation_id)
        refuse_personal(note=note)
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
        fields = {"organisation_id": organisation_id, "on": on, "how": how, "note": note.strip()}
        if Exchange.objects.filter(operation=operation, **fields).exists():
            raise WrongState(_("Cet échange est déjà noté."))
        return act.create(Exchange, operation=operation, **fields)


def send_report(actor: Actor, operation_id: int, *, comment: str = "") -> Report:
    """Send where the training stands: the facts as they are now, and a comment. The officer receives all of it, each
    employer and each prescriber their own part. Once a day (process.md, « From the preparatory meeting… »)."""
    with acting(actor, "report.send") as act:
        operation = lock_operation(act, operation_id)
        refuse_personal(comment=comment)
        if Report.objects.filter(operation=operation, sent_on=act.today).exists():
            raise WrongState(_("Un point a déjà été envoyé aujourd'hui : le suivant se fera un autre jour."))
        facts = progress(operation, act.today)
        report = act.create(
            Report, operation=operation, sent_on=act.today, facts=asdict(facts), comment=comment.strip()
        )
        mails.report_sent(act, operation, facts, report.comment)
        return report
