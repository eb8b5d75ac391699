"""Words on the operation's file."""

from __future__ import annotations

from django.utils.translation import gettext as _

from defi.kernel.access import TASK, Actor, scope
from defi.operations import actions, committees
from defi.operations.models import Meeting, MeetingTask, Partner, Presence
from defi.play.world import Args, PlayError, World, choice, word


@word("operation.open")
def open_operation(world: World, actor: Actor, args: Args) -> None:
    """`title`, `job` (ROME), `basin`, `provider` (optional): open the file without grouped needs."""
    world.operation = actions.open_operation(
        actor,
        title=args.text("title"),
        region=world.region,
        basin=world.basin(args.text("basin")),
        job=world.job(args.text("job")),
        provider=world.organisation(args.text("provider")) if args.has("provider") else None,
    )


@word("operation.add_partner")
def add_partner(world: World, actor: Actor, args: Args) -> None:
    """`organisations`: they take part in the operation, as what they are."""
    for name in args.texts("organisations"):
        actions.add_partner(actor, world.operation.pk, world.organisation(name))


@word("operation.name_contact")
def name_contact(world: World, actor: Actor, args: Args) -> None:
    """`organisation`, `first_name`, `last_name`, `email`, `phone` (both optional): who is reached in a partner."""
    partner = _partner(world, args)
    facts = actions.ContactFacts(
        args.text("first_name"), args.text("last_name"), args.text("email", ""), args.text("phone", "")
    )
    actions.name_contact(actor, partner.pk, facts)


@word("operation.partner_leaves")
def partner_leaves(world: World, actor: Actor, args: Args) -> None:
    """`organisation`, `reason`: a partner leaves the operation, once its promises are withdrawn."""
    actions.partner_leaves(actor, _partner(world, args).pk, reason=args.text("reason"))


def _partner(world: World, args: Args) -> Partner:
    organisation = world.organisation(args.text("organisation"))
    partner = Partner.objects.filter(operation=world.operation, organisation=organisation).order_by("pk").first()
    if partner is None:
        raise PlayError(_("%(name)s ne participe pas à l'opération.") % {"name": organisation})
    return partner


@word("session.plan")
def plan_session(world: World, actor: Actor, args: Args) -> None:
    """`starts_on`, `ends_on`, `seats`, `hours_centre`, `hours_company`, `place`, `order_number` (both optional)."""
    plan = actions.SessionPlan(
        starts_on=args.day("starts_on"),
        ends_on=args.day("ends_on"),
        seats=args.whole("seats"),
        hours_centre=args.whole("hours_centre"),
        hours_company=args.whole("hours_company"),
        place=args.text("place", ""),
        order_number=args.text("order_number", ""),
    )
    actions.plan_session(actor, world.operation.pk, plan)


@word("session.reschedule")
def reschedule_session(world: World, actor: Actor, args: Args) -> None:
    """`starts_on`, `ends_on` (one at least), `reason`."""
    actions.reschedule_session(
        actor,
        world.session.pk,
        starts_on=args.optional_day("starts_on"),
        ends_on=args.optional_day("ends_on"),
        reason=args.text("reason"),
    )


@word("session.flag_small_group")
def flag_small_group(world: World, actor: Actor, args: Args) -> None:
    """`small_group` (default true), `reason`."""
    actions.flag_small_group(
        actor, world.session.pk, small_group=args.flag("small_group", default=True), reason=args.text("reason")
    )


@word("session.record_order")
def record_order(world: World, actor: Actor, args: Args) -> None:
    """`order_number`: the bon de commande."""
    actions.record_order(actor, world.session.pk, args.text("order_number"))


@word("meeting.plan")
def plan_meeting(world: World, actor: Actor, args: Args) -> None:
    """`kind` (preparatory, committee, review), `planned_on`, `place` (optional), `agenda` (optional)."""
    kind, day = choice(Meeting.Kind, args.text("kind")), args.day("planned_on")
    place, agenda = args.text("place", ""), args.text("agenda", "")
    if kind == Meeting.Kind.COMMITTEE:
        committees.plan_committee(
            actor, world.operation.pk, planned_on=day, planned_at=None, place=place, agenda=agenda
        )
        return
    actions.plan_meeting(actor, world.operation.pk, kind, day, place, agenda)


@word("meeting.cancel")
def cancel_committee(world: World, actor: Actor, args: Args) -> None:
    """`reason`: the committee that is planned is not held."""
    committees.cancel_committee(actor, world.operation.pk, reason=args.text("reason"))


@word("meeting.hold_committee")
def hold_committee(world: World, actor: Actor, args: Args) -> None:
    """`held_on`, `attendees` (see meeting.hold_preparatory), `minutes` (optional), `decisions` (optional list)."""
    committees.hold_committee(
        actor,
        world.operation.pk,
        held_on=args.day("held_on"),
        attendees=attendees(world, args),
        minutes=args.text("minutes", ""),
        decisions=args.texts("decisions", []),
    )


@word("meeting.give_task")
def give_task(world: World, actor: Actor, args: Args) -> None:
    """`what`, `owner` (an organisation), `due_on`: after the last committee held; `of` = "review": at the bilan."""
    kind = choice(Meeting.Kind, args.text("of", Meeting.Kind.COMMITTEE.value))
    with scope(TASK):
        held = Meeting.objects.filter(operation=world.operation, kind=kind).exclude(held_on=None)
        meeting = held.order_by("-held_on", "-pk").first()
    if meeting is None:
        raise PlayError(_("cette réunion n'est pas encore tenue"))
    owner = world.organisation(args.text("owner"))
    committees.give_task(actor, meeting.pk, what=args.text("what"), owner_id=owner.pk, due_on=args.day("due_on"))


@word("meeting.finish_task")
def finish_task(world: World, actor: Actor, args: Args) -> None:
    """`what`: the words by which the task was given."""
    with scope(TASK):
        task = MeetingTask.objects.filter(operation=world.operation, what=args.text("what"), done_on=None).first()
    if task is None:
        raise PlayError(_("aucune tâche en cours ne porte ces mots : « %(what)s »") % {"what": args.text("what")})
    committees.finish_task(actor, task.pk)


@word("operation.abandon")
def abandon_operation(world: World, actor: Actor, args: Args) -> None:
    """`reason`."""
    actions.abandon_operation(actor, world.operation.pk, reason=args.text("reason"))


def attendees(world: World, args: Args) -> list[actions.Attendee]:
    """`attendees`: a list of tables `{ name, as, state }`. `name` is an organisation or a person, or a list of them;
    `as` is trainee, trainer, provider, employer, prescriber, region or partner; `state` is present (default), excused
    or absent."""
    found: list[actions.Attendee] = []
    for row in args.tables("attendees"):
        quality = choice(Presence.As, row.text("as"))
        state = choice(Presence.State, row.text("state", "present"))
        for name in row.texts("name"):
            if name in world.organisations:
                found.append(actions.Attendee(quality, organisation_id=world.organisations[name].pk, state=state))
            else:
                found.append(actions.Attendee(quality, person_id=world.person(name).pk, state=state))
        row.done()
    return found
