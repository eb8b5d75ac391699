"""Words on the needs of employers and of the public."""

from __future__ import annotations

from defi.kernel.access import Actor
from defi.play.world import Args, PlayError, World, word
from defi.reference.models import Competence
from defi.steps.needs import actions, grouping
from defi.steps.needs.models import CollectiveNeed, Need, NeedCompetence
from defi.steps.needs.rules import PublicCounts


@word("need.submit")
def submit_need(world: World, actor: Actor, args: Args) -> None:
    """`employer`, `posts`, `job` (ROME), and `basin` or `commune`; optional `name` (by default the employer's),
    `wording`, `contract`, `months`, `weekly_hours`, `wanted_from`, `technical`, `behavioural`, `transversal` (lists of
    competences), `offers` (platform, placement, visit, tutor), `comment`, `contact` (somebody of the cast), `form` (any
    text: the same form sent twice changes nothing). Without `job`, `wording` is required and need.classify chooses."""
    employer = args.text("employer")
    offers = set(args.texts("offers", []))
    if offers - {"platform", "placement", "visit", "tutor"}:
        raise PlayError("« offers » : choisir parmi platform, placement, visit, tutor")
    job = world.job(args.text("job")) if args.has("job") else None
    facts = actions.NeedFacts(
        wording=args.text("wording", job.label) if job else args.text("wording"),
        posts=args.whole("posts"),
        job=job,
        basin=world.basin(args.text("basin")) if args.has("basin") else None,
        commune=world.commune(args.text("commune")) if args.has("commune") else None,
        contract=args.text("contract", ""),
        months=args.optional_whole("months"),
        weekly_hours=args.optional_decimal("weekly_hours"),
        wanted_from=args.optional_day("wanted_from"),
        offers_platform="platform" in offers,
        offers_placement="placement" in offers,
        offers_visit="visit" in offers,
        offers_tutor="tutor" in offers,
        comment=args.text("comment", ""),
        competences=tuple(
            actions.Asked(label, nature.value, Competence.objects.filter(label=label).order_by("pk").first())
            for nature in NeedCompetence.Nature
            for label in args.texts(nature.value, [])
        ),
    )
    contact = world.person(args.text("contact")) if args.has("contact") else None
    need = actions.submit_need(
        actor, world.organisation(employer), facts, contact=contact, submission_key=args.text("form", "")
    )
    world.remember("need", args.text("name", employer), need)


@word("need.confirm")
def confirm_need(world: World, actor: Actor, args: Args) -> None:
    """`need` (its name): the officer confirms by phone a need typed on the public page."""
    actions.confirm_need(actor, _need(world, args.text("need")).pk)


@word("need.classify")
def classify_need(world: World, actor: Actor, args: Args) -> None:
    """`need`, `job` (ROME): the job that the employer's words mean."""
    actions.classify_need(actor, _need(world, args.text("need")).pk, world.job(args.text("job")))


@word("need.review_competences")
def review_competences(world: World, actor: Actor, args: Args) -> None:
    """`need`, `needed`: the labels of the competences that the post really needs, among those asked."""
    need, labels = _need(world, args.text("need")), set(args.texts("needed"))
    asked = dict(need.competences.values_list("label", "pk"))
    if labels - set(asked):
        raise PlayError(f"compétence absente de la fiche : {', '.join(sorted(labels - set(asked)))}")
    actions.review_competences(actor, need.pk, [asked[label] for label in labels])


@word("collective.create")
def create_collective(world: World, actor: Actor, args: Args) -> None:
    """`needs` (their names); optional `title`, `name` (by default ""): groups needs of one job and basin."""
    collective = grouping.create_collective(
        actor, [_need(world, name).pk for name in args.texts("needs")], title=args.text("title", "")
    )
    world.remember("collective", args.text("name", ""), collective)


@word("need.group")
def group_needs(world: World, actor: Actor, args: Args) -> None:
    """`needs`, `collective` (its name, by default ""): adds needs to a group."""
    grouping.group_needs(actor, _collective(world, args).pk, [_need(world, n).pk for n in args.texts("needs")])


@word("need.ungroup")
def ungroup_need(world: World, actor: Actor, args: Args) -> None:
    """`need`: takes it out of its group."""
    grouping.ungroup_need(actor, _need(world, args.text("need")).pk)


@word("collective.close")
def close_collective(world: World, actor: Actor, args: Args) -> None:
    """`reason`, `collective` (by default "")."""
    grouping.close_collective(actor, _collective(world, args).pk, reason=args.text("reason"))


@word("collective.record_diagnosis")
def record_diagnosis(world: World, actor: Actor, args: Args) -> None:
    """`text`, `source`; optional `established_on` (today by default), `collective` (by default "")."""
    grouping.record_diagnosis(
        actor,
        _collective(world, args).pk,
        text=args.text("text"),
        source=args.text("source"),
        on=args.optional_day("established_on"),
    )


@word("public_profile.record")
def record_profile(world: World, actor: Actor, args: Args) -> None:
    """`organisation` (a prescriber), `could_enter`; optional `below_level_3`, `french_to_learn`, `without_vehicle`,
    `adaptations`. Of the operation once it is open, else of the collective need (`collective`, by default "")."""
    counts = PublicCounts(
        could_enter=args.whole("could_enter"),
        below_level_3=args.optional_whole("below_level_3"),
        french_to_learn=args.optional_whole("french_to_learn"),
        without_vehicle=args.optional_whole("without_vehicle"),
    )
    opened = ("operation", world.operation_name) in world.things
    grouping.record_profile(
        actor,
        world.organisation(args.text("organisation")),
        counts,
        operation_id=world.operation.pk if opened else None,
        collective_id=None if opened else _collective(world, args).pk,
        adaptations=args.text("adaptations", ""),
    )


@word("collective.open_operation")
def open_operation(world: World, actor: Actor, args: Args) -> None:
    """Optional `title`, `collective` (by default ""): opens the operation with everything the group holds."""
    world.operation = grouping.open_operation(actor, _collective(world, args).pk, title=args.text("title", ""))


@word("need.answer")
def answer_need(world: World, actor: Actor, args: Args) -> None:
    """`need`, `reason`: the answer owed to the employer."""
    actions.answer_need(actor, _need(world, args.text("need")).pk, reason=args.text("reason"))


@word("need.withdraw")
def withdraw_need(world: World, actor: Actor, args: Args) -> None:
    """`need`, `reason`."""
    actions.withdraw_need(actor, _need(world, args.text("need")).pk, reason=args.text("reason"))


def _need(world: World, name: str) -> Need:
    return world.recall("need", name, Need)


def _collective(world: World, args: Args) -> CollectiveNeed:
    return world.recall("collective", args.text("collective", ""), CollectiveNeed)
