"""Words on the path of trainees, on reading reports, on the monthly presence and the certificate of completion."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from defi.kernel import clock
from defi.kernel.access import TASK, Actor, scope
from defi.play.world import Args, PlayError, World, choice, word
from defi.steps.training import actions
from defi.steps.training.models import Barrier, IndividualPath, Interview, ReportPart, Suspension


@word("report.acknowledge")
def acknowledge_report(world: World, actor: Actor, args: Args) -> None:
    """By a reader, or by the last link of an organisation: the last report sent to it is read."""
    with scope(TASK):
        parts = ReportPart.objects.filter(operation=world.operation, organisation=actor.organisation_id)
        part = parts.order_by("-pk").first()
    if part is None:
        raise PlayError(_("aucun point régulier n'a été envoyé à cette organisation"))
    actions.acknowledge_report(actor, part.pk)


@word("presence.establish")
def establish_presence(world: World, actor: Actor, args: Args) -> None:
    """`month`: any day of it; what the locked sheets say is kept and printed."""
    actions.establish_presence(actor, world.session.pk, args.day("month").replace(day=1))


@word("completion.certify")
def certify_completion(world: World, actor: Actor, args: Args) -> None:
    """`person` (or a list) who left or came to the end, `signed_name`, `signed_as`."""
    for name in args.texts("person"):
        actions.certify_completion(
            actor, world.candidacy(name).pk, signed_name=args.text("signed_name"), signed_as=args.text("signed_as")
        )


@word("path.position")
def position(world: World, actor: Actor, args: Args) -> None:
    """`person` (or a list), `how` (interview, situation, test, papers), `to_learn`; optional `known`, `adapted`,
    `hours_centre`, `hours_company` (those of the session by default), `agreed_on`, `on` (today by default)."""
    facts = actions.PathFacts(
        on=_day(args),
        how=choice(IndividualPath.How, args.text("how")).value,
        to_learn=args.text("to_learn"),
        hours_centre=args.whole("hours_centre", world.session.hours_centre),
        hours_company=args.whole("hours_company", world.session.hours_company),
        known=args.text("known", ""),
        adapted=args.text("adapted", ""),
        agreed_on=args.optional_day("agreed_on"),
    )
    for name in args.texts("person"):
        actions.position(actor, world.candidacy(name).pk, facts)


@word("interview.record")
def record_interview(world: World, actor: Actor, args: Args) -> None:
    """`person`, `about` (entry, progress, absence, return, exit), `agreed`; optional `next_on`, `on` (today)."""
    actions.record_interview(
        actor,
        world.candidacy(args.text("person")).pk,
        on=_day(args),
        about=choice(Interview.About, args.text("about")).value,
        agreed=args.text("agreed"),
        next_on=args.optional_day("next_on"),
    )


@word("barrier.note")
def note_barrier(world: World, actor: Actor, args: Args) -> None:
    """By the referent: `person`, `kind` (transport, housing, daily_life, resources, digital, language, paperwork),
    `action`; optional `helper`."""
    actions.note_barrier(
        actor,
        world.candidacy(args.text("person")).pk,
        kind=choice(Barrier.Kind, args.text("kind")).value,
        action=args.text("action"),
        helper=args.text("helper", ""),
    )


@word("barrier.lift")
def lift_barrier(world: World, actor: Actor, args: Args) -> None:
    """`person`: the last barrier noted for them is lifted."""
    with scope(TASK):
        rows = Barrier.objects.filter(candidacy=world.candidacy(args.text("person")), lifted_on=None)
        barrier = rows.order_by("-pk").first()
    if barrier is None:
        raise PlayError(_("%(name)s n'a pas de frein en cours") % {"name": args.text("person")})
    actions.lift_barrier(actor, barrier.pk)


@word("trainee.suspend")
def suspend_path(world: World, actor: Actor, args: Args) -> None:
    """`person`, `why` (job, personal_choice, provider, outside); optional `expected_on`, `on` (today by default)."""
    actions.suspend_path(
        actor,
        world.candidacy(args.text("person")).pk,
        on=_day(args),
        why=choice(Suspension.Why, args.text("why")).value,
        expected_on=args.optional_day("expected_on"),
    )


@word("trainee.resume")
def resume_path(world: World, actor: Actor, args: Args) -> None:
    """`person`; optional `on` (today by default)."""
    actions.resume_path(actor, world.candidacy(args.text("person")).pk, on=_day(args))


def _day(args: Args) -> date:
    return args.day("on", clock.today())
