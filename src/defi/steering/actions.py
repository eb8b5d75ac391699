"""What the Region does with its figures: publish a year, withdraw it, print the sheet of an operation."""

from __future__ import annotations

from django.utils.translation import gettext as _

from defi.kernel.access import TASK, Actor, scope
from defi.kernel.documents.french import long_date
from defi.kernel.journal import acting
from defi.kernel.models import Document
from defi.kernel.refusals import NotAllowed, Unknown, WrongState
from defi.kernel.transitions import NOTHING, VERBS
from defi.operations.models import Operation
from defi.schemes.months import add_months
from defi.schemes.rulebook import current
from defi.steering import printing, yearly
from defi.steering.models import FigureRow, PublishedYear
from defi.steering.periods import year as period_of
from defi.steering.states import PUBLICATION


def publish_year(actor: Actor, number: int) -> PublishedYear:
    """Take the figures of a year that is over as they stand, keep them for anybody to read, print the yearly report.

    Raises WrongState for a year that is not over, that has no operation, or that is published already."""
    with acting(actor, "figures.publish") as act:
        step = PUBLICATION.take(act.verb, actor, NOTHING, "")
        period = period_of(number)
        if act.today <= period.last:
            raise WrongState(
                _("L'année %(year)d n'est pas finie : ses chiffres se publient à partir du %(day)s.")
                % {"year": number, "day": long_date(add_months(period.first, 12))}
            )
        if PublishedYear.objects.visible_to(actor).filter(year=number, state="published").exists():
            raise WrongState(_("Les chiffres de %(year)d sont déjà publiés.") % {"year": number})
        rows = FigureRow.objects.visible_to(actor).filter(day__range=(period.first, period.last))
        if not rows.exists():
            raise WrongState(
                _("Aucune opération n'a commencé en %(year)d : il n'y a rien à publier.") % {"year": number}
            )
        smallest = current().figures.smallest
        published = act.create(
            PublishedYear,
            region_id=actor.region_id,
            year=number,
            state=step.target,
            published_on=act.today,
            smallest=smallest,
            content=yearly.content_of(rows, smallest),
        )
        return act.change(published, document=printing.keep_yearly_report(published, act.now))


def withdraw_year(actor: Actor, published_id: int, *, reason: str) -> PublishedYear:
    """Take figures back that were published wrong. What was read stays known: it is for a mistake, with its reason."""
    with acting(actor, "figures.withdraw", reason=reason) as act:
        published = act.lock(PublishedYear, published_id)
        return act.move(PUBLICATION, published, withdrawn_on=act.today)


def may_print_sheet(actor: Actor, operation: Operation) -> bool:
    """Whether this actor prints the sheet of this operation: the Region, and the provider that runs it."""
    ours = not actor.in_provider or operation.provider_id == actor.organisation_id
    return ours and VERBS["figures.print_sheet"].allows(actor)


def print_sheet(actor: Actor, operation_id: int) -> Document:
    """The one-page sheet of an operation, for a committee or the press: no name, no count of few persons.

    Raises Unknown for an operation that is not this actor's, NotAllowed for a provider that does not run it."""
    with acting(actor, "figures.print_sheet") as act:
        operation = act.lock(Operation, operation_id)
        if not may_print_sheet(actor, operation):
            raise NotAllowed(_("Seul l'organisme qui conduit l'opération imprime sa fiche."))
        with scope(TASK):
            row = FigureRow.objects.filter(operation=operation).first()
            if row is None:
                raise Unknown(_("Les chiffres de cette opération ne sont pas encore prêts : réessayez demain."))
            document = printing.keep_sheet(operation, row, act.now)
        act.note(operation, sheet=document.number)
        return document
