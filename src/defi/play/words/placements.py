"""Words on the periods in company: planned, signed by three, signed for presence, said of by the tutor, talked over."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time

from django.utils.translation import gettext as _
from PIL import Image

from defi.kernel import clock
from defi.kernel.access import TASK, Actor, scope
from defi.kernel.files.models import StoredFile
from defi.play.words.ink import as_pdf
from defi.play.world import Args, PlayError, World, choice, word
from defi.steps.training import actions
from defi.steps.training.company import HALVES, Half
from defi.steps.training.company_hours import expected
from defi.steps.training.evaluation import Aims
from defi.steps.training.models import CompanyPresence, Placement, PlacementSignature
from defi.steps.training.periods import PREPARATION

Act = Callable[[int], object]
State = CompanyPresence.State
EVENING = time(18)


@word("placement.plan")
def plan_placement(world: World, actor: Actor, args: Args) -> None:
    """`person` (or a list), `employer`, `tutor` (of the cast, or any name), `starts_on`, `ends_on`, `hours`, `aims`;
    optional `tutor_email`, `weekdays` ("12345" by default, Monday being 1), `schedule`, `place`."""
    facts = _facts(world, args)
    for name in args.texts("person"):
        actions.plan_placement(actor, world.candidacy(name).pk, facts)


@word("placement.change")
def change_placement(world: World, actor: Actor, args: Args) -> None:
    """`person`; what changes of `placement.plan`, the rest as it was. The signatures given fall."""

    def act(pk: int) -> None:
        with scope(TASK):
            was = Placement.objects.get(pk=pk)
        actions.change_placement(actor, pk, _facts(world, args, was))

    _each(world, args, act, by_employer=False)


def _facts(world: World, args: Args, was: Placement | None = None) -> actions.PlacementFacts:
    said: dict[str, object] = {}
    if was is not None:
        names = ("employer_id", "starts_on", "ends_on", "hours", "aims", "tutor_name", "tutor_id", "tutor_email")
        said = {name: getattr(was, name) for name in (*names, "weekdays", "schedule", "place")}
    if was is None or args.has("tutor"):
        tutor = args.text("tutor")
        person = world.people.get(tutor)
        said |= {"tutor_name": tutor, "tutor_id": person.pk if person else None}
    if was is None or args.has("employer"):
        said["employer_id"] = world.organisation(args.text("employer")).pk
    readers = {"starts_on": args.day, "ends_on": args.day, "hours": args.whole, "aims": args.text}
    for name, read in readers.items():
        if was is None or args.has(name):
            said[name] = read(name)
    for name in ("tutor_email", "weekdays", "schedule", "place"):
        if args.has(name):
            said[name] = args.text(name)
    return actions.PlacementFacts(**said)  # type: ignore[arg-type]


@word("placement.prepare")
def prepare_placement(world: World, actor: Actor, args: Args) -> None:
    """`person` (or a list); optional `employer`, `on` (today by default), `done` (of role_explained, tutor_met,
    material_ready, hours_told; all by default)."""
    day, done = _day(args), args.texts("done", list(PREPARATION))
    _each(world, args, lambda pk: actions.prepare_placement(actor, pk, on=day, done=done))


@word("placement.sign")
def sign_placement(world: World, actor: Actor, args: Args) -> None:
    """`person` (or a list); the one who acts signs for their side, with their account. By the provider, `in_ink` lists
    whose ink is on the paper that comes back (trainee, employer, provider), dated `on` (today by default). Optional
    `employer`."""
    day = _day(args)
    parties = [choice(PlacementSignature.Party, party) for party in args.texts("in_ink", [])]
    if not parties:
        _each(world, args, lambda pk: actions.sign_placement(actor, pk))
    else:
        _each(world, args, lambda pk: actions.record_signed_paper(actor, pk, parties, _paper(), on=day))


@word("placement.send_link")
def send_agreement(world: World, actor: Actor, args: Args) -> None:
    """`person` (or a list): the agreement goes to the firm again. Optional `employer`."""
    _each(world, args, lambda pk: actions.send_agreement(actor, pk))


@word("placement.begin")
def begin_placement(world: World, actor: Actor, args: Args) -> None:
    """`person` (or a list); optional `employer`, `on` (today by default)."""
    day = _day(args)
    _each(world, args, lambda pk: actions.begin_placement(actor, pk, on=day))


@word("placement.attend")
def sign_presence(world: World, actor: Actor, args: Args) -> None:
    """The tutor signs the half-days of `on` (today by default): `person` (or a list); optional `until` (a later day:
    all those between), `half` (one only), `absent` (halves missed: morning, afternoon, or both), `employer`, `at` (the
    hour: 18:00); `paper` (true): the provider notes it from the signed paper."""
    first = _day(args)
    last, absent = args.day("until", first), args.texts("absent", [])
    halves, paper = args.texts("half", list(HALVES)), args.flag("paper")
    hour = args.hour("at") if args.has("at") else EVENING

    def act(pk: int) -> None:
        with scope(TASK):
            due = [one.key for one in expected(Placement.objects.get(pk=pk))]
        states: dict[Half, str] = {
            (on, half): State.ABSENT.value if half in absent else State.PRESENT.value
            for on, half in due
            if first <= on <= last and half in halves
        }
        with clock.at(datetime.combine(clock.today(), hour, tzinfo=clock.PARIS)):
            if paper:
                actions.record_presence(actor, pk, states, _paper())
            else:
                actions.sign_presence(actor, pk, states)

    _each(world, args, act)


@word("placement.correct_presence")
def correct_presence(world: World, actor: Actor, args: Args) -> None:
    """`person`, `half`, `state` (present, absent), `reason`; optional `on` (today by default), `employer`."""
    half = (_day(args), args.text("half"))
    state, reason = choice(State, args.text("state")).value, args.text("reason")
    _each(world, args, lambda pk: actions.correct_presence(actor, pk, half, state, reason=reason))


@word("placement.send_tutor_link")
def send_tutor_link(world: World, actor: Actor, args: Args) -> None:
    """`person` (or a list): the tutor's link leaves again. Optional `employer`."""
    _each(world, args, lambda pk: actions.send_tutor_link(actor, pk))


@word("placement.visit")
def visit_placement(world: World, actor: Actor, args: Args) -> None:
    """`person` (or a list), `how` (visit, call); optional `employer`, `on` (today by default)."""
    day, how = _day(args), choice(Placement.Visit, args.text("how"))
    _each(world, args, lambda pk: actions.visit_placement(actor, pk, on=day, how=how))


@word("placement.finish")
def finish_placement(world: World, actor: Actor, args: Args) -> None:
    """`person` (or a list); optional `employer`, `on` (today by default), `hours_done` (those that the tutor signed,
    else those planned)."""
    day, hours = _day(args), args.optional_whole("hours_done")
    _each(world, args, lambda pk: actions.finish_placement(actor, pk, on=day, hours_done=hours))


@word("placement.evaluate")
def evaluate_placement(world: World, actor: Actor, args: Args) -> None:
    """The tutor's opinion: `person` (or a list), `aims` (reached, partly, not, untried); optional `strengths` and
    `to_work_on` (of gestures, instructions, safety, tools, quality, pace, hours, team, customers, questions,
    initiative, words), `note`, `employer`."""
    facts = actions.EvaluationFacts(
        choice(Aims, args.text("aims")).value,
        args.texts("strengths", []),
        args.texts("to_work_on", []),
        args.text("note", ""),
    )
    _each(world, args, lambda pk: actions.evaluate_placement(actor, pk, facts))


@word("placement.read_evaluation")
def read_evaluation(world: World, actor: Actor, args: Args) -> None:
    """`person`: the trainee read what the tutor says. Optional `employer`."""
    _each(world, args, lambda pk: actions.read_evaluation(actor, pk))


@word("placement.debrief")
def debrief_placement(world: World, actor: Actor, args: Args) -> None:
    """`person` (or a list); optional `employer`, `on` (today by default), `in_group`, `learnt`, `follows`."""
    day, in_group = _day(args), args.flag("in_group")
    said = {name: args.text(name, "") for name in ("learnt", "follows")}
    _each(world, args, lambda pk: actions.debrief_placement(actor, pk, on=day, in_group=in_group, **said))


@word("placement.print")
def print_immersion(world: World, actor: Actor, args: Args) -> None:
    """`person` (or a list): the immersion sheet as it stands. Optional `employer`."""
    _each(world, args, lambda pk: actions.print_immersion(actor, pk))


@word("placement.cancel")
def cancel_placement(world: World, actor: Actor, args: Args) -> None:
    """`person` (or a list), `reason`; optional `employer`."""
    reason = args.text("reason")
    _each(world, args, lambda pk: actions.cancel_placement(actor, pk, reason=reason))


def _day(args: Args) -> date:
    return args.day("on", clock.today())


def _paper() -> tuple[str, bytes]:
    """A blank page as a scanner gives it, each of another height: the same bytes are not kept twice."""
    return ("papier.pdf", as_pdf([Image.new("L", (300, 400 + StoredFile._base_manager.count()), 255)]))


def _each(world: World, args: Args, act: Act, *, by_employer: bool = True) -> None:
    """Do it for the last period in company of each person named."""
    employer = world.organisation(args.text("employer")) if by_employer and args.has("employer") else None
    for name in args.texts("person"):
        with scope(TASK):
            periods = Placement.objects.filter(candidacy=world.candidacy(name)).exclude(state="cancelled")
            if employer:
                periods = periods.filter(employer=employer)
            placement = periods.order_by("-starts_on", "-pk").first()
        if placement is None:
            raise PlayError(_("%(name)s n'a pas de période en entreprise") % {"name": name})
        act(placement.pk)
