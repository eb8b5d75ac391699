"""Words on promises, encounters, pairings, admission."""

from __future__ import annotations

from defi.kernel.access import TASK, Actor, scope
from defi.play.world import Args, PlayError, World, choice, word
from defi.steps.pairing import actions
from defi.steps.pairing.models import Encounter, Pairing, Promise


@word("promise.make")
def make_promise(world: World, actor: Actor, args: Args) -> None:
    """`employer`, `posts`, `contract` (cdi, cdd, ctt, professionalisation, apprenticeship); optional `name` (by default
    the employer's), `months`, `days`, `starts_on`, `ends_on`, `weekly_hours`, `gross_pay`, `place`, `job_label`,
    `work_at`, `signatory`, `tutor`."""
    employer = args.text("employer")
    terms = actions.Terms(
        posts=args.whole("posts"),
        contract=args.text("contract"),
        job_label=args.text("job_label", ""),
        months=args.optional_whole("months"),
        days=args.optional_whole("days"),
        starts_on=args.optional_day("starts_on"),
        ends_on=args.optional_day("ends_on"),
        weekly_hours=args.optional_decimal("weekly_hours"),
        gross_pay=args.optional_decimal("gross_pay"),
        place=args.text("place", ""),
    )
    promise = actions.make_promise(
        actor,
        world.operation.pk,
        world.organisation(employer),
        terms,
        work_at=world.organisation(args.text("work_at")) if args.has("work_at") else None,
        signatory=world.person(args.text("signatory")) if args.has("signatory") else None,
        tutor=world.person(args.text("tutor")) if args.has("tutor") else None,
    )
    world.remember("promise", args.text("name", employer), promise)


@word("promise.withdraw")
def withdraw_promise(world: World, actor: Actor, args: Args) -> None:
    """`promise` (its name), `reason`; optional `posts` (all by default) and `people` (whose posts go)."""
    actions.withdraw_promise(
        actor,
        _promise(world, args).pk,
        reason=args.text("reason"),
        posts=args.optional_whole("posts"),
        people=[world.candidacy(name).pk for name in args.texts("people", [])],
    )


@word("encounter.record")
def record_encounter(world: World, actor: Actor, args: Args) -> None:
    """`person` (or a list), `promise`; optional `met_on`, `employer_says` and `person_says` (yes, no, awaited,
    after_placement). An employer of the cast gives `employer_says` only, about one person."""
    promise = _promise(world, args)
    for name in args.texts("person"):
        if actor.in_employer:
            encounter = _encounter(world, name, promise)
            actions.answer_encounter(actor, encounter.pk, answer=args.text("employer_says"))
            continue
        said = actions.Said(
            met_on=args.optional_day("met_on"),
            employer=args.text("employer_says") if args.has("employer_says") else None,
            person=args.text("person_says") if args.has("person_says") else None,
        )
        actions.record_encounter(actor, world.candidacy(name).pk, promise.pk, said)


@word("pairing.pair")
def pair(world: World, actor: Actor, args: Args) -> None:
    """`person` (or a list), `promise`: each takes a free post. `agreed` (default true) first notes that they met on
    the day before or today and both said yes; false when encounters were recorded by their own steps. Optional `on`,
    the day they agreed and were paired, when it is noted later."""
    promise = _promise(world, args)
    agreed, on = args.flag("agreed", default=True), args.optional_day("on")
    said = actions.Said(employer="yes", person="yes", said_on=on)
    for name in args.texts("person"):
        candidacy = world.candidacy(name)
        if agreed:
            actions.record_encounter(actor, candidacy.pk, promise.pk, said)
        actions.pair(actor, candidacy.pk, promise.pk, on=on)


@word("pairing.unpair")
def unpair(world: World, actor: Actor, args: Args) -> None:
    """`person`, `ending` (employer_withdrew, person_left, person_changed, employer_changed, mistake), `reason`."""
    candidacy = world.candidacy(args.text("person"))
    with scope(TASK):
        living = Pairing.objects.filter(candidacy=candidacy, state="active").first()
    if living is None:
        raise PlayError("cette personne n'est pas appairée")
    actions.unpair(actor, living.pk, ending=choice(Pairing.Ending, args.text("ending")), reason=args.text("reason"))


@word("admission.admit")
def admit(world: World, actor: Actor, args: Args) -> None:
    """`reason`: the officer admits fewer than all seats paired."""
    actions.admit(actor, world.session.pk, reason=args.text("reason"))


@word("admission.refuse")
def refuse_admission(world: World, actor: Actor, args: Args) -> None:
    """`reason`: the officer refuses; the session is not DEFI."""
    actions.refuse_admission(actor, world.session.pk, reason=args.text("reason"))


def _promise(world: World, args: Args) -> Promise:
    return world.recall("promise", args.text("promise"), Promise)


def _encounter(world: World, name: str, promise: Promise) -> Encounter:
    with scope(TASK):
        found = Encounter.objects.filter(candidacy=world.candidacy(name), promise=promise).first()
    if found is None:
        raise PlayError("aucune rencontre n'est notée entre eux")
    return found
