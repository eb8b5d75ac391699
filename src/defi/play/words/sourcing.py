"""Words on the preparatory meeting, the sourcing plan, candidacies."""

from __future__ import annotations

from collections.abc import Callable

from defi.kernel import clock
from defi.kernel.access import TASK, Actor, scope
from defi.play.words.operations import attendees
from defi.play.world import Args, PlayError, World, choice, word
from defi.steps.sourcing import actions
from defi.steps.sourcing.models import Candidacy, SourcingLine, TeamMember


@word("meeting.hold_preparatory")
def hold_preparatory(world: World, actor: Actor, args: Args) -> None:
    """`attendees`: a list of tables `{ name, as, state }`. `name` is an organisation or a person, or a list of them;
    `as` is trainee, trainer, provider, employer, prescriber, region or partner; `state` is present (default), excused
    or absent. Optional `held_on` (today by default), `minutes`."""
    actions.hold_preparatory(
        actor,
        world.operation.pk,
        held_on=args.day("held_on", clock.today()),
        attendees=attendees(world, args),
        minutes=args.text("minutes", ""),
    )


@word("sourcing.name_team")
def name_team(world: World, actor: Actor, args: Args) -> None:
    """`organisations`: those named; optional `body`: team or committee (both by default)."""
    bodies = [choice(TeamMember.Body, args.text("body"))] if args.has("body") else list(TeamMember.Body)
    for name in args.texts("organisations"):
        actions.name_to_team(actor, world.operation.pk, bodies, world.organisation(name).pk)


@word("sourcing.leave_team")
def leave_team(world: World, actor: Actor, args: Args) -> None:
    """`organisation`, `body` (team or committee)."""
    body = choice(TeamMember.Body, args.text("body"))
    with scope(TASK):
        member = TeamMember.objects.filter(
            operation=world.operation, body=body, organisation=world.organisation(args.text("organisation"))
        ).first()
    if member is None:
        raise PlayError("cette organisation n'y est pas")
    actions.leave_team(actor, member.pk)


@word("sourcing.plan_line")
def plan_line(world: World, actor: Actor, args: Args) -> None:
    """`kind` (information, mrs, pmsmp, visit, job_dating… as the rulebook names them), `planned_on`, `owner` (an
    organisation); optional `place`, `aim`, `name` (to speak of the line later; its kind by default)."""
    kind = args.text("kind")
    line = actions.plan_line(
        actor,
        world.operation.pk,
        kind=kind,
        planned_on=args.day("planned_on"),
        owner_id=world.organisation(args.text("owner")).pk,
        place=args.text("place", ""),
        aim=args.text("aim", ""),
    )
    world.remember("sourcing line", args.text("name", kind), line)


@word("sourcing.done_line")
def line_done(world: World, actor: Actor, args: Args) -> None:
    """`line`: its name, or its kind; optional `on` (today by default), `came` (how many people)."""
    line = world.recall("sourcing line", args.text("line"), SourcingLine)
    actions.line_done(actor, line.pk, on=args.optional_day("on"), came=args.optional_whole("came"))


@word("sourcing.remove_line")
def remove_line(world: World, actor: Actor, args: Args) -> None:
    """`line`: its name, or its kind."""
    actions.remove_line(actor, world.recall("sourcing line", args.text("line"), SourcingLine).pk)


@word("sourcing.announce")
def announce(world: World, actor: Actor, args: Args) -> None:
    """`channel`: where it appeared; optional `published_on` (today by default), `employers` who agreed to be named."""
    actions.announce(
        actor,
        world.operation.pk,
        channel=args.text("channel"),
        published_on=args.day("published_on", clock.today()),
        employer_ids=[world.organisation(name).pk for name in args.texts("employers", [])],
    )


@word("sourcing.share_aims")
def share_aims(world: World, actor: Actor, args: Args) -> None:
    """`organisations`, `how`; optional `shared_on` (today by default)."""
    actions.share_aims(
        actor,
        world.operation.pk,
        organisation_ids=[world.organisation(name).pk for name in args.texts("organisations")],
        shared_on=args.day("shared_on", clock.today()),
        how=args.text("how"),
    )


@word("candidacy.orient")
def orient(world: World, actor: Actor, args: Args) -> None:
    """`person`: first name and name, or a list of them. By a provider, optional `prescriber`. Optional `funding`
    (region by default, poei, poec, professionalisation, apprenticeship) with `aim_contract` and `aim_months`; `on`
    (today by default); for one person `email`, `phone`, `birth_date`."""
    funding = _funding(args)
    prescriber = world.organisation(args.text("prescriber")) if args.has("prescriber") else None
    for name in args.texts("person"):
        first, _space, last = name.partition(" ")
        facts = actions.PersonFacts(
            first_name=first,
            last_name=last,
            email=args.text("email", "") or _known_address(world, name),
            phone=args.text("phone", ""),
            birth_date=args.optional_day("birth_date"),
        )
        candidacy = actions.orient_person(
            actor,
            world.session.pk,
            facts,
            prescriber=prescriber,
            funding=funding,
            on=args.optional_day("on"),
            same_as=_followed(world, actor, name),
        )
        with scope(TASK):
            world.people[name] = candidacy.person


def _followed(world: World, actor: Actor, name: str) -> int | None:
    """The person of that name, when this actor follows them already: a name of the story is one person."""
    person = world.people.get(name)
    if person is None:
        return None
    with scope(TASK):
        seen = Candidacy.objects.visible_to(actor).filter(person=person).exclude(session=world.session).exists()
    return person.pk if seen else None


@word("candidacy.invite")
def invite(world: World, actor: Actor, args: Args) -> None:
    """`person` (or a list), asked to come and be met; optional `on` (today by default)."""
    _each(world, actor, args, actions.invite_candidate)


@word("candidacy.say_again")
def say_again(world: World, actor: Actor, args: Args) -> None:
    """`person` (or a list), confirmed, who said by phone before the start that they still come; optional `on`."""
    _each(world, actor, args, actions.say_again)


@word("candidacy.meet")
def meet(world: World, actor: Actor, args: Args) -> None:
    """`person` (or a list); optional `on` (today by default)."""
    _each(world, actor, args, actions.meet_candidate)


@word("candidacy.select")
def select(world: World, actor: Actor, args: Args) -> None:
    """`person` (or a list); optional `on` (today by default)."""
    _each(world, actor, args, actions.select_candidate)


@word("candidacy.put_in_reserve")
def put_in_reserve(world: World, actor: Actor, args: Args) -> None:
    """`person` (or a list); optional `on` (today by default)."""
    _each(world, actor, args, actions.put_in_reserve)


@word("candidacy.confirm")
def confirm(world: World, actor: Actor, args: Args) -> None:
    """`person` (or a list); optional `on` (today by default)."""
    _each(world, actor, args, actions.confirm_candidate)


@word("candidacy.enter")
def enter(world: World, actor: Actor, args: Args) -> None:
    """`person` (or a list), for who enters after the first day; optional `on` (today by default)."""
    _each(world, actor, args, actions.enter_training)


@word("candidacy.miss")
def miss(world: World, actor: Actor, args: Args) -> None:
    """`person` (or a list), awaited at a meeting, who did not come; optional `on` (today by default)."""
    _each(world, actor, args, actions.miss_meeting)


@word("candidacy.no_show")
def no_show(world: World, actor: Actor, args: Args) -> None:
    """`person` (or a list); optional `on` (today by default)."""
    _each(world, actor, args, actions.note_no_show)


@word("candidacy.expect_again")
def expect_again(world: World, actor: Actor, args: Args) -> None:
    """`person` (or a list), noted absent on the first day, who comes later: paired again if a post is free."""
    for name in args.texts("person"):
        actions.expect_again(actor, world.candidacy(name).pk)


@word("candidacy.complete")
def complete(world: World, actor: Actor, args: Args) -> None:
    """`person` (or a list); optional `on` (today by default), `reason` (asked before the end of the session). The end
    of the session does it for everybody."""
    on, reason = args.optional_day("on"), args.text("reason", "")
    for name in args.texts("person"):
        actions.complete_training(actor, world.candidacy(name).pk, on=on, reason=reason)


@word("candidacy.reopen")
def reopen(world: World, actor: Actor, args: Args) -> None:
    """`person` (or a list), who had given up or was not taken; optional `on` (today by default)."""
    _each(world, actor, args, actions.reopen_candidacy)


@word("candidacy.decline")
def decline(world: World, actor: Actor, args: Args) -> None:
    """`person` (or a list), `code` (no_seat, other_project, schedule, prerequisite, no_answer); optional `reason`,
    `on` (today by default)."""
    _end(world, actor, args, actions.decline_candidate)


@word("candidacy.withdraw")
def withdraw(world: World, actor: Actor, args: Args) -> None:
    """`person` (or a list), `code` (found_job, other_training, other_project, schedule, no_answer, personal_choice);
    optional `reason`, `on` (today by default)."""
    _end(world, actor, args, actions.withdraw_candidate)


@word("candidacy.leave")
def leave(world: World, actor: Actor, args: Args) -> None:
    """`person` (or a list), `code` (found_job, other_training, other_project, schedule, no_answer, personal_choice,
    discipline); optional `reason`, `on` (the last day; today by default)."""
    _end(world, actor, args, actions.leave_training)


@word("candidacy.fund")
def fund(world: World, actor: Actor, args: Args) -> None:
    """`person` (or a list), `funding` (region, poei, poec, professionalisation, apprenticeship); optional
    `aim_contract`, `aim_months`."""
    funding = _funding(args)
    for name in args.texts("person"):
        actions.fund_seat(actor, world.candidacy(name).pk, funding)


@word("candidacy.name_referent")
def name_referent(world: World, actor: Actor, args: Args) -> None:
    """`person` (or a list), `referent` (somebody of the provider)."""
    referent = world.person(args.text("referent"))
    for name in args.texts("person"):
        actions.name_referent(actor, world.candidacy(name).pk, referent.pk)


@word("candidacy.correct_person")
def correct_person(world: World, actor: Actor, args: Args) -> None:
    """`person`; what changes: `first_name`, `last_name`, `email`, `phone`, `birth_date`."""
    candidacy = world.candidacy(args.text("person"))
    with scope(TASK):
        known = candidacy.person
    facts = actions.PersonFacts(
        first_name=args.text("first_name", known.first_name),
        last_name=args.text("last_name", known.last_name),
        email=args.text("email", known.email),
        phone=args.text("phone", known.phone),
        birth_date=args.optional_day("birth_date") or known.birth_date,
    )
    actions.correct_person(actor, candidacy.pk, facts)


def _each(world: World, actor: Actor, args: Args, act: Callable[..., Candidacy]) -> None:
    on = args.optional_day("on")
    for name in args.texts("person"):
        act(actor, world.candidacy(name).pk, on=on)


def _end(world: World, actor: Actor, args: Args, act: Callable[..., Candidacy]) -> None:
    on, code, reason = args.optional_day("on"), args.text("code"), args.text("reason", "")
    for name in args.texts("person"):
        act(actor, world.candidacy(name).pk, code=code, on=on, reason=reason)


def _funding(args: Args) -> actions.Funding:
    return actions.Funding(
        by=args.text("funding", Candidacy.Funding.REGION.value),
        aim_contract=args.text("aim_contract", ""),
        aim_months=args.optional_whole("aim_months"),
    )


def _known_address(world: World, name: str) -> str:
    """The address the cast gives to a trainee, so that they are the same person."""
    known = world.people.get(name)
    return known.email if known else ""
