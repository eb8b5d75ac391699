"""Words on the follow-up: situations, attempts, reports."""

from __future__ import annotations

from django.utils.translation import gettext as _

from defi.kernel import clock
from defi.kernel.access import TASK, Actor, scope
from defi.play.world import Args, PlayError, World, choice, word
from defi.steps.followup import actions, confirming, reporting
from defi.steps.followup.models import Situation, Statement
from defi.steps.followup.rules import Said
from defi.steps.needs.models import Contract


@word("situation.record")
def record_situation(world: World, actor: Actor, args: Args) -> None:
    """`person` (or a list), `moment` (exit, m3, m6), `status` (promised_employer, other_employer, business, training,
    looking, other, not_reached); in a job: `contract`, and `lasting` unless it is a cdi; optional
    `weekly_hours`, `how` (phone, link, employer, meeting), `said_on` (today by default). A person may say it of
    themself."""
    for name in args.texts("person"):
        actions.record_situation(actor, world.candidacy(name).pk, moment=args.text("moment"), said=_said(args))


@word("situation.correct")
def correct_situation(world: World, actor: Actor, args: Args) -> None:
    """Like situation.record, of one `person` whose situation is known at that moment; and `reason`."""
    candidacy = world.candidacy(args.text("person"))
    with scope(TASK):
        known = Situation.objects.filter(candidacy=candidacy, moment=args.text("moment")).first()
    if known is None:
        raise PlayError(_("aucune situation n'est notée à ce moment"))
    actions.correct_situation(actor, known.pk, said=_said(args), reason=args.text("reason"))


@word("situation.ask")
def ask_situation(world: World, actor: Actor, args: Args) -> None:
    """`person` (or a list): they receive the link to say where they stand, for the last moment whose date has come."""
    for name in args.texts("person"):
        actions.ask_situation(actor, world.candidacy(name).pk)


@word("situation.ask_employer")
def ask_employers(world: World, actor: Actor, args: Args) -> None:
    """No argument: each employer with people whose moment has come receives the link to confirm who works there."""
    confirming.ask_employers(actor, world.operation.pk)


@word("situation.confirm")
def confirm(world: World, actor: Actor, args: Args) -> None:
    """An employer says of `person` (or a list), at `moment`: `status` (promised_employer, not_here); if they work there
    `contract`, and `lasting` unless it is a cdi; optional `weekly_hours`."""
    status = choice(Statement.Status, args.text("status")).value
    for name in args.texts("person"):
        said = Said(
            status=status,
            how="employer",
            on=clock.today(),
            contract=choice(Contract, args.text("contract")).value if args.has("contract") else "",
            lasting=args.flag("lasting") if args.has("lasting") else None,
            weekly_hours=args.optional_decimal("weekly_hours"),
        )
        confirming.confirm(actor, world.candidacy(name).pk, moment=args.text("moment"), said=said)


@word("situation.attempt")
def record_attempt(world: World, actor: Actor, args: Args) -> None:
    """`person` (or a list), `moment`; optional `tried_on` (today by default): they were not reached that day."""
    for name in args.texts("person"):
        actions.record_attempt(
            actor,
            world.candidacy(name).pk,
            moment=args.text("moment"),
            tried_on=args.day("tried_on", clock.today()),
        )


@word("followup.report")
def send_report(world: World, actor: Actor, args: Args) -> None:
    """`moment`; optional `remarks`: the follow-up of that moment goes to the Region."""
    reporting.send_report(actor, world.operation.pk, moment=args.text("moment"), remarks=args.text("remarks", ""))


@word("followup.report_again")
def send_report_again(world: World, actor: Actor, args: Args) -> None:
    """`moment`, `reason`; optional `remarks`: a situation changed since, a new version goes to the Region."""
    said = {name: args.text(name, "") for name in ("reason", "remarks")}
    reporting.send_report_again(actor, world.operation.pk, moment=args.text("moment"), **said)


def _said(args: Args) -> Said:
    return Said(
        status=choice(Situation.Status, args.text("status")).value,
        how=choice(Situation.How, args.text("how", "phone")).value,
        on=args.day("said_on", clock.today()),
        contract=choice(Contract, args.text("contract")).value if args.has("contract") else "",
        lasting=args.flag("lasting") if args.has("lasting") else None,
        weekly_hours=args.optional_decimal("weekly_hours"),
    )
