"""Words on the needs of employers and of the public."""

from __future__ import annotations

from dataclasses import replace

from defi.kernel import clock
from defi.kernel.access import Actor
from defi.kernel.uploads import checked
from defi.play.world import Args, PlayError, World, word
from defi.reference.models import Competence
from defi.steps.needs import actions, completing, dossier, drafts, grouping, import_actions, profiles
from defi.steps.needs.counts import PARTS, PublicCounts
from defi.steps.needs.models import CollectiveNeed, Need, NeedCompetence, NeedImport, NeedImportRow, PublicProfile
from defi.steps.needs.parties import ContactFacts


@word("need.submit")
def submit_need(world: World, actor: Actor, args: Args) -> None:
    """`employer`, `posts`, `job` (ROME), and `basin` or `commune`; optional `name` (by default the employer's),
    `wording`, `contract`, `months`, `weekly_hours`, `wanted_from`, `technical`, `behavioural`, `transversal` (lists of
    competences), `asked` and `really_needed` (the requirements, in words), `expectations` (new_people, basics,
    own_needs, image, support, the most important first), `offers` (platform, placement, visit, tutor), `comment`,
    `typed_by` (who fills the public page for the firm), `contact` (somebody of the cast), `email` (of somebody who is
    not), `form` (any text: the same form sent twice changes nothing). Without `job`, `wording` is required and
    need.classify chooses."""
    employer = args.text("employer")
    job = world.job(args.text("job")) if args.has("job") else None
    facts = replace(
        _details(args),
        wording=args.text("wording", job.label) if job else args.text("wording"),
        posts=args.whole("posts"),
        job=job,
        basin=world.basin(args.text("basin")) if args.has("basin") else None,
        commune=world.commune(args.text("commune")) if args.has("commune") else None,
    )
    contact = world.person(args.text("contact")) if args.has("contact") else None
    need = actions.submit_need(
        actor,
        world.organisation(employer),
        facts,
        contact=contact or ContactFacts(email=args.text("email", "")),
        submission_key=args.text("form", ""),
    )
    world.remember("need", args.text("name", employer), need)


def _details(args: Args) -> actions.NeedFacts:
    """What a sheet may say beside its five answers."""
    offers = set(args.texts("offers", []))
    if offers - {"platform", "placement", "visit", "tutor"}:
        raise PlayError("« offers » : choisir parmi platform, placement, visit, tutor")
    return actions.NeedFacts(
        wording="",
        posts=1,
        contract=args.text("contract", ""),
        months=args.optional_whole("months"),
        weekly_hours=args.optional_decimal("weekly_hours"),
        wanted_from=args.optional_day("wanted_from"),
        offers_platform="platform" in offers,
        offers_placement="placement" in offers,
        offers_visit="visit" in offers,
        offers_tutor="tutor" in offers,
        requirements_asked=args.text("asked", ""),
        requirements_needed=args.text("really_needed", ""),
        expectations=tuple(args.texts("expectations", [])),
        comment=args.text("comment", ""),
        typed_by_name=args.text("typed_by", ""),
        competences=tuple(
            actions.Asked(label, nature.value, Competence.objects.filter(label=label).order_by("pk").first())
            for nature in NeedCompetence.Nature
            for label in args.texts(nature.value, [])
        ),
    )


@word("need.confirm")
def confirm_need(world: World, actor: Actor, args: Args) -> None:
    """`need` (its name): the officer confirms by phone a need typed on the public page."""
    actions.confirm_need(actor, _need(world, args.text("need")).pk)


@word("need.complete")
def complete_need(world: World, actor: Actor, args: Args) -> None:
    """`need`, and what is added to it: as in need.submit, from `contract` to `comment`. Competences not given again are
    struck."""
    completing.complete_need(actor, _need(world, args.text("need")).pk, _details(args))


@word("need.merge")
def merge_need(world: World, actor: Actor, args: Args) -> None:
    """`need`, `into`: the first repeats the second, of the same employer; what only it says goes into the second."""
    completing.merge_need(actor, _need(world, args.text("need")).pk, _need(world, args.text("into")).pk)


@word("need.resend_link")
def resend_link(world: World, actor: Actor, args: Args) -> None:
    """`need`: the message that lets the employer confirm leaves again."""
    actions.resend_link(actor, _need(world, args.text("need")).pk)


@word("need.keep_draft")
def keep_draft(world: World, actor: Actor, args: Args) -> None:
    """`draft` (its name); optional `wording`, `posts`, `siret`, `place`, `reach`: texts, as far as they were typed."""
    typed = {name: args.text(name, "") for name in ("wording", "posts", "siret", "place", "reach")}
    drafts.keep_draft(actor, args.text("draft"), typed)


@word("need.send_draft")
def send_draft(world: World, actor: Actor, args: Args) -> None:
    """`draft` (its name), `to` (a mail address): the link that takes the draft up leaves."""
    drafts.send_draft(actor, args.text("draft"), args.text("to"))


@word("need.classify")
def classify_need(world: World, actor: Actor, args: Args) -> None:
    """`need`, `job` (ROME): the job that the employer's words mean."""
    actions.classify_need(actor, _need(world, args.text("need")).pk, world.job(args.text("job")))


@word("need.review_competences")
def review_competences(world: World, actor: Actor, args: Args) -> None:
    """`need`, `needed`: the labels of the competences that the post really needs, among those asked; optional `why`."""
    need, labels = _need(world, args.text("need")), set(args.texts("needed"))
    asked = dict(need.competences.values_list("label", "pk"))
    if labels - set(asked):
        raise PlayError(f"compétence absente de la fiche : {', '.join(sorted(labels - set(asked)))}")
    actions.review_competences(actor, need.pk, [asked[label] for label in labels], why=args.text("why", ""))


@word("need_import.load")
def load_import(world: World, actor: Actor, args: Args) -> None:
    """`table`: its lines, the first one the titles of the columns, cells parted by « ; »; optional `name` (of the file,
    by default besoins.csv). The lines are read and judged; no need is made yet."""
    name = args.text("name", "besoins.csv")
    source = import_actions.load_import(actor, "\n".join(args.texts("table")).encode(), name)
    world.remember("need_import", name, source)


@word("need_import.name_columns")
def name_columns(world: World, actor: Actor, args: Args) -> None:
    """`columns`: a table from what is told (employer, wording, posts, place…) to the title of its column; optional
    `name` (of the file)."""
    source = _import(world, args)
    (columns,) = args.tables("columns")
    places = {what: source.head.index(columns.text(what)) for what in columns.raw}
    columns.done()
    import_actions.name_columns(actor, source.pk, places)


@word("need_import.mend_line")
def mend_line(world: World, actor: Actor, args: Args) -> None:
    """`line` (its number in the file), `cells`: a table of what changes (posts, place…); optional `name`."""
    row = _line(world, args)
    (cells,) = args.tables("cells")
    changed = {name: cells.text(name) for name in cells.raw}
    import_actions.mend_line(actor, row.pk, row.cells | changed)


@word("need_import.settle_line")
def settle_line(world: World, actor: Actor, args: Args) -> None:
    """`line`, `decision` (both, merge, drop); optional `name`."""
    import_actions.settle_line(actor, _line(world, args).pk, args.text("decision"))


@word("need_import.run")
def run_import(world: World, actor: Actor, args: Args) -> None:
    """Optional `name`: every line that is ready becomes a need, known from now on by the name of its employer."""
    _source, needs = import_actions.run_import(actor, _import(world, args).pk)
    for need in needs:
        world.remember("need", need.employer.name, need)


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
    """`organisation` (a prescriber), `could_enter`; optional `below_level_3`, `level_3`, `level_4_up`,
    `french_to_learn`, `without_vehicle`, `to_adapt`, `adaptations`. What was asked (public_profile.ask) is answered;
    else of the operation once it is open, of the collective need before (`collective`, by default "")."""
    counts = PublicCounts(args.whole("could_enter"), **{name: args.optional_whole(name) for name in PARTS})
    prescriber, adaptations = args.text("organisation"), args.text("adaptations", "")
    if ("profile", prescriber) in world.things and actor.in_prescriber:
        asked = world.recall("profile", prescriber, PublicProfile)
        profiles.tell_profile(actor, asked.pk, counts, adaptations=adaptations)
        return
    opened = ("operation", world.operation_name) in world.things and not args.has("collective")
    profiles.record_profile(
        actor,
        world.organisation(prescriber),
        counts,
        operation_id=world.operation.pk if opened else None,
        collective_id=None if opened else _collective(world, args).pk,
        adaptations=adaptations,
    )


@word("public_profile.ask")
def ask_profiles(world: World, actor: Actor, args: Args) -> None:
    """`organisations` (prescribers); optional `collective` (by default ""): asks each who could enter, by mail."""
    names = args.texts("organisations")
    asked = profiles.ask_profiles(
        actor, [world.organisation(name) for name in names], collective_id=_collective(world, args).pk
    )
    for name, profile in zip(names, asked, strict=True):
        world.remember("profile", name, profile)


@word("public_profile.decline")
def decline_profile(world: World, actor: Actor, args: Args) -> None:
    """`organisation` (that was asked), `reason`: it cannot tell."""
    asked = world.recall("profile", args.text("organisation"), PublicProfile)
    profiles.decline_profile(actor, asked.pk, reason=args.text("reason"))


@word("collective.split")
def split_collective(world: World, actor: Actor, args: Args) -> None:
    """`needs` (their names), `name` (of the new group); optional `title`, `collective` (by default "")."""
    other = grouping.split_collective(
        actor,
        _collective(world, args).pk,
        [_need(world, name).pk for name in args.texts("needs")],
        title=args.text("title", ""),
    )
    world.remember("collective", args.text("name"), other)


@word("collective.dissolve")
def dissolve_collective(world: World, actor: Actor, args: Args) -> None:
    """`reason`, `collective` (by default ""): its needs wait again."""
    grouping.dissolve_collective(actor, _collective(world, args).pk, reason=args.text("reason"))


@word("collective.record_figure")
def record_figure(world: World, actor: Actor, args: Args) -> None:
    """`label`, `value`, `source`; optional `unit`, `established_on` (by default today), `collective`."""
    facts = dossier.FigureFacts(
        label=args.text("label"),
        value=args.decimal("value"),
        source=args.text("source"),
        established_on=args.day("established_on", clock.today()),
        unit=args.text("unit", ""),
    )
    dossier.record_figure(actor, _collective(world, args).pk, facts)


@word("collective.attach")
def attach_file(world: World, actor: Actor, args: Args) -> None:
    """`file` (its name, ending in .txt or .csv), `text` (what it holds); optional `note`, `collective`."""
    upload = checked(args.text("file"), args.text("text").encode())
    dossier.attach_file(actor, _collective(world, args).pk, upload, note=args.text("note", ""))


@word("collective.print")
def print_collective(world: World, actor: Actor, args: Args) -> None:
    """Optional `collective` (by default ""): the collective need on one page."""
    dossier.print_collective(actor, _collective(world, args).pk)


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


def _import(world: World, args: Args) -> NeedImport:
    return world.recall("need_import", args.text("name", "besoins.csv"), NeedImport)


def _line(world: World, args: Args) -> NeedImportRow:
    row = _import(world, args).rows.filter(number=args.whole("line")).first()
    if row is None:
        raise PlayError(f"ligne absente du tableau : {args.whole('line')}")
    return row
