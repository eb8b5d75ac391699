"""Words on promises, encounters, pairings, admission."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from defi.kernel import clock
from defi.kernel.access import TASK, Actor, scope
from defi.operations.models import Session
from defi.play.ending import differences, gauge_values
from defi.play.world import Args, PlayError, World, choice, word
from defi.steps.pairing import actions, promising
from defi.steps.pairing.models import Encounter, Pairing, Promise
from defi.steps.pairing.queries import standing


@word("promise.make")
def make_promise(world: World, actor: Actor, args: Args) -> None:
    """`employer`, `posts`, `contract` (cdi, cdd, ctt, professionalisation, apprenticeship); optional `name` (by default
    the employer's), `months`, `days`, `starts_on`, `ends_on`, `weekly_hours`, `gross_pay`, `place`, `job_label`,
    `work_at`, `signatory`, `tutor`."""
    employer = args.text("employer")
    terms = _terms(args, posts=args.whole("posts"), contract=args.text("contract"))
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


@word("promise.change")
def change_promise(world: World, actor: Actor, args: Args) -> None:
    """`promise` (its name), `reason`; what changes of `posts`, `contract`, `months`, `days`, `starts_on`, `ends_on`,
    `weekly_hours`, `gross_pay`, `place`, `job_label`, `work_at`, `signatory`, `tutor`. What is left out stays."""
    promise = _promise(world, args)
    with scope(TASK):
        promise.refresh_from_db()
        posts = promise.posts.filter(withdrawn_on=None).count()
        work_at = world.organisation(args.text("work_at")) if args.has("work_at") else promise.work_at
    terms = _terms(
        args,
        posts=args.whole("posts") if args.has("posts") else posts,
        contract=args.text("contract", promise.contract),
        before=promise,
    )
    promising.change_promise(
        actor,
        promise.pk,
        terms,
        reason=args.text("reason"),
        work_at=work_at,
        signatory=world.person(args.text("signatory")) if args.has("signatory") else None,
        tutor=world.person(args.text("tutor")) if args.has("tutor") else None,
    )


@word("promise.suspend")
def suspend_promise(world: World, actor: Actor, args: Args) -> None:
    """`promise` (its name), `reason`: its pairings stay, and do not count until it is resumed."""
    promising.suspend_promise(actor, _promise(world, args).pk, reason=args.text("reason"))


@word("promise.resume")
def resume_promise(world: World, actor: Actor, args: Args) -> None:
    """`promise` (its name): a suspended promise holds again."""
    promising.resume_promise(actor, _promise(world, args).pk)


@word("promise.ask_signature")
def ask_signature(world: World, actor: Actor, args: Args) -> None:
    """`promise` (its name): whoever signs for the firm is sent a link, when an address is known."""
    promising.ask_signature(actor, _promise(world, args).pk)


@word("promise.sign")
def sign_promise(world: World, actor: Actor, args: Args) -> None:
    """`promise` (its name). The provider notes a paper, with its day `signed_on` (by default the day of the step)."""
    promising.sign_promise(actor, _promise(world, args).pk, signed_on=args.optional_day("signed_on"))


@word("encounter.record")
def record_encounter(world: World, actor: Actor, args: Args) -> None:
    """`person` (or a list), `promise`; optional `met_on`, `employer_says` and `person_says` (yes, no, awaited,
    after_placement), `travel_minutes` with `travel_by` (foot, bike, bus, train, car, carpool) as the person says it. An
    employer of the cast gives `employer_says` only, about one person."""
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
            travel=_travel(args),
        )
        actions.record_encounter(actor, world.candidacy(name).pk, promise.pk, said)


@word("encounter.say_travel")
def say_travel(world: World, actor: Actor, args: Args) -> None:
    """By a candidate, from the last link mailed to them: `promise` (its name), `travel_minutes` with `travel_by` (foot,
    bike, bus, train, car, carpool)."""
    promise, bearer = _promise(world, args), world.bearer_of(actor)
    with scope(TASK):
        met = Encounter.objects.filter(candidacy__person_id=bearer.person_id or 0, promise=promise).first()
    if met is None:
        raise PlayError(_("cette personne n'a pas rencontré cet employeur"))
    actions.say_travel(bearer, met.pk, _travel(args) or actions.Travel())


@word("encounter.ask_answer")
def ask_answers(world: World, actor: Actor, args: Args) -> None:
    """The task of the morning: each employer that met people and did not answer gets one mail, with a link."""
    actions.ask_answers(world.operation.pk)


@word("pairing.pair")
def pair(world: World, actor: Actor, args: Args) -> None:
    """`person` (or a list), `promise`: each takes a free post. `agreed` (default true) first notes that they met that
    day and both said yes; false when encounters were recorded by their own steps. Optional `on`,
    the day they agreed and were paired, when it is noted later."""
    promise = _promise(world, args)
    agreed, on = args.flag("agreed", default=True), args.optional_day("on")
    said = actions.Said(met_on=on or clock.today(), employer="yes", person="yes", said_on=on)
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


@word("gauge.read")
def read_gauge(world: World, actor: Actor, args: Args) -> None:
    """Nothing is done: the one who reads must find what is said of `conformity`, `moment`, `seats`, `counted`,
    `entered`, `paired`, `to_confirm` (paired, not yet confirmed), `minimum`, `missing`, `apart`, as in `[expect]`."""
    with scope(TASK):
        session = Session.objects.visible_to(actor).filter(pk=world.session.pk).first()
    if session is None:
        raise PlayError(_("cette personne ne voit pas la session"))
    found = gauge_values(standing(session))
    expected = {
        name: args.text(name) if isinstance(value, str) else args.whole(name)
        for name, value in found.items()
        if args.has(name)
    }
    wrong = differences(expected, found)
    if wrong:
        raise PlayError(" ; ".join(wrong))


def _terms(args: Args, *, posts: int, contract: str, before: Promise | None = None) -> actions.Terms:
    """The terms that a step gives; what it leaves out is as `before`."""

    def kept(name: str) -> Any:
        return getattr(before, name) if before else None

    return actions.Terms(
        posts=posts,
        contract=contract,
        job_label=args.text("job_label", kept("job_label") or ""),
        months=args.optional_whole("months") if args.has("months") else kept("months"),
        days=args.optional_whole("days") if args.has("days") else kept("days"),
        starts_on=args.optional_day("starts_on") if args.has("starts_on") else kept("starts_on"),
        ends_on=args.optional_day("ends_on") if args.has("ends_on") else kept("ends_on"),
        weekly_hours=args.optional_decimal("weekly_hours") if args.has("weekly_hours") else kept("weekly_hours"),
        gross_pay=args.optional_decimal("gross_pay") if args.has("gross_pay") else kept("gross_pay"),
        place=args.text("place", kept("place") or ""),
    )


def _travel(args: Args) -> actions.Travel | None:
    return actions.Travel(args.whole("travel_minutes"), args.text("travel_by")) if args.has("travel_by") else None


def _promise(world: World, args: Args) -> Promise:
    return world.recall("promise", args.text("promise"), Promise)


def _encounter(world: World, name: str, promise: Promise) -> Encounter:
    with scope(TASK):
        found = Encounter.objects.filter(candidacy=world.candidacy(name), promise=promise).first()
    if found is None:
        raise PlayError("aucune rencontre n'est notée entre eux")
    return found
