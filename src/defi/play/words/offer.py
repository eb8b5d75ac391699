"""Words on lots, the route, tenders and the proposals of providers."""

from __future__ import annotations

from defi.kernel.access import TASK, Actor, scope
from defi.play.world import Args, PlayError, World, word
from defi.steps.needs.models import Need
from defi.steps.offer import actions, answers, importing, proposals, recording, territory_names
from defi.steps.offer.lot_lines import Defaults
from defi.steps.offer.lots import Precision
from defi.steps.offer.models import Lot, Proposal, Tender


@word("lot.record")
def record_lot(world: World, actor: Actor, args: Args) -> None:
    """`market`, `lot`, `title`, `holder`, `valid_from`, `valid_to`, `jobs` (ROME), `basins`; optional `seats`,
    `co_holders`, `departments` (codes), `levels` (2 to 8), `categories` (prepa, chantier, metier, certifying,
    professional, access), `certification`, `name` (by default the market's number)."""
    facts = recording.NewLot(
        market_number=args.text("market"),
        number=args.text("lot"),
        title=args.text("title"),
        holder=world.organisation(args.text("holder")),
        valid_from=args.day("valid_from"),
        valid_to=args.day("valid_to"),
        jobs=[world.job(code) for code in args.texts("jobs")],
        basins=[world.basin(name) for name in args.texts("basins")],
        seats=args.optional_whole("seats"),
        co_holders=[world.organisation(name) for name in _some(args, "co_holders")],
        departments=_some(args, "departments"),
        levels=[int(level) for level in _some(args, "levels")],
        categories=_some(args, "categories"),
        certification=args.text("certification", ""),
    )
    world.remember("lot", args.text("name", facts.market_number), recording.record_lot(actor, facts))


@word("lot.set_period")
def set_period(world: World, actor: Actor, args: Args) -> None:
    """`lot` (its name), `starts_on`, `ends_on`; optional `seats`, `seats_used`: a renewal of the lot."""
    facts = recording.PeriodFacts(
        args.day("starts_on"), args.day("ends_on"), args.optional_whole("seats"), args.optional_whole("seats_used") or 0
    )
    recording.set_period(actor, world.recall("lot", args.text("lot"), Lot).pk, facts)


@word("lot.import")
def import_lots(world: World, actor: Actor, args: Args) -> None:
    """`table` (the lines of a CSV or TSV table of lots); optional `market`, `starts_on`, `ends_on` for all of them."""
    defaults = Defaults(
        args.text("market", ""),
        args.day("starts_on") if args.has("starts_on") else None,
        args.day("ends_on") if args.has("ends_on") else None,
    )
    importing.import_lots(actor, "\n".join(args.texts("table")).encode(), "lots.tsv", defaults)


@word("route.decide")
def decide_route(world: World, actor: Actor, args: Args) -> None:
    """`route` (covered, adapted, modules, tender, other_scheme, postponed, no_answer), `reason`; `lot` (its name) for
    the first three, `holder` when it has several; `tender` (fref, subsequent) for a tender; optional `level`,
    `category`, `certification`, `seats`, `needed_on`: what is sought."""
    actions.decide_route(
        actor,
        world.operation.pk,
        route=args.text("route"),
        reason=args.text("reason"),
        lot_id=world.recall("lot", args.text("lot"), Lot).pk if args.has("lot") else None,
        holder_id=world.organisation(args.text("holder")).pk if args.has("holder") else None,
        tender_kind=args.text("tender", ""),
        precision=Precision(
            needed_on=args.day("needed_on") if args.has("needed_on") else None,
            level=args.optional_whole("level"),
            category=args.text("category", ""),
            certification=args.text("certification", ""),
            seats=args.optional_whole("seats"),
        ),
    )


@word("territory.name")
def name_territory(world: World, actor: Actor, args: Args) -> None:
    """`name`, as a market writes it, and the `basins` it means (names)."""
    territory_names.name_territory(actor, args.text("name"), [world.basin(name) for name in args.texts("basins")])


@word("answer.review")
def review_need(world: World, actor: Actor, args: Args) -> None:
    """`need` (its name), `note`: the need still waits, and here is where it stands."""
    answers.review_need(actor, world.recall("need", args.text("need"), Need).pk, note=args.text("note"))


@word("answer.digest")
def send_digests(world: World, actor: Actor, args: Args) -> None:
    """Mails to officers the answers they owe, as the task of each morning does."""
    answers.send_digests()


@word("tender.launch")
def launch_tender(world: World, actor: Actor, args: Args) -> None:
    """`deadline_on`."""
    actions.launch_tender(actor, _tender(world).pk, deadline_on=args.day("deadline_on"))


@word("tender.move_deadline")
def move_deadline(world: World, actor: Actor, args: Args) -> None:
    """`deadline_on`, `reason`: the last day for bids, put right once the tender is launched."""
    actions.move_deadline(actor, _tender(world).pk, deadline_on=args.day("deadline_on"), reason=args.text("reason"))


@word("tender.award")
def award_tender(world: World, actor: Actor, args: Args) -> None:
    """`holder`: the operation is entrusted to it."""
    actions.award_tender(actor, _tender(world).pk, world.organisation(args.text("holder")))


@word("tender.give_up")
def give_up_tender(world: World, actor: Actor, args: Args) -> None:
    """`reason`."""
    actions.give_up_tender(actor, _tender(world).pk, reason=args.text("reason"))


@word("proposal.submit")
def submit_proposal(world: World, actor: Actor, args: Args) -> None:
    """`title`, `job` (ROME), `basin`, `starts_on`, `ends_on`, `seats`, `hours_centre`, `hours_company`, `adaptations`,
    `employers` (already engaged); optional `lot` (its name), `name` (by default "")."""
    proposal = proposals.submit_proposal(actor, _facts(world, args), _employers(world, args), lot_id=_lot(world, args))
    world.remember("proposal", args.text("name", ""), proposal)


@word("proposal.resubmit")
def resubmit_proposal(world: World, actor: Actor, args: Args) -> None:
    """The arguments of proposal.submit, once changed."""
    name = args.text("name", "")
    proposals.resubmit_proposal(
        actor,
        world.recall("proposal", name, Proposal).pk,
        _facts(world, args),
        _employers(world, args),
        lot_id=_lot(world, args),
    )


@word("proposal.ask_changes")
def ask_changes(world: World, actor: Actor, args: Args) -> None:
    """`reason`; optional `proposal` (its name, by default "")."""
    proposals.ask_changes(actor, _proposal(world, args).pk, reason=args.text("reason"))


@word("proposal.refuse")
def refuse_proposal(world: World, actor: Actor, args: Args) -> None:
    """`reason`; optional `proposal` (by default "")."""
    proposals.refuse_proposal(actor, _proposal(world, args).pk, reason=args.text("reason"))


@word("proposal.accept")
def accept_proposal(world: World, actor: Actor, args: Args) -> None:
    """Optional `proposal` (by default ""): opens the operation with its session and its employers."""
    world.operation = proposals.accept_proposal(actor, _proposal(world, args).pk)


def _some(args: Args, name: str) -> list[str]:
    return args.texts(name) if args.has(name) else []


def _facts(world: World, args: Args) -> proposals.ProposalFacts:
    return proposals.ProposalFacts(
        title=args.text("title"),
        job=world.job(args.text("job")),
        basin=world.basin(args.text("basin")),
        starts_on=args.day("starts_on"),
        ends_on=args.day("ends_on"),
        seats=args.whole("seats"),
        hours_centre=args.whole("hours_centre"),
        hours_company=args.whole("hours_company"),
        adaptations=args.text("adaptations"),
    )


def _employers(world: World, args: Args) -> proposals.Employers:
    return [world.organisation(name) for name in args.texts("employers")]


def _lot(world: World, args: Args) -> int | None:
    return world.recall("lot", args.text("lot"), Lot).pk if args.has("lot") else None


def _proposal(world: World, args: Args) -> Proposal:
    return world.recall("proposal", args.text("proposal", ""), Proposal)


def _tender(world: World) -> Tender:
    with scope(TASK):
        tender = Tender.objects.filter(operation=world.operation).exclude(state="unsuccessful").first()
    if tender is None:
        raise PlayError("aucune consultation n'est décidée")
    return tender
