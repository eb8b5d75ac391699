"""Plays a file: sets its cast, does each step at its date through the actions, tells the journal and the end."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from difflib import get_close_matches

from django.db import transaction
from django.utils.translation import gettext as _

from defi.journey.handlers import moves_gathered
from defi.journey.telling import Told, tell
from defi.kernel import clock
from defi.kernel.access import TASK, Who, scope
from defi.kernel.models import JournalEntry
from defi.kernel.refusals import Refused
from defi.people.actions import OrganisationFacts, grant_membership, register_organisation, register_person
from defi.people.models import Membership, Network, Organisation, OrganisationKind, Person
from defi.play.file import Play, Step
from defi.play.world import Args, PlayError, Word, World, choice, load_words


@dataclass
class Performance:
    """What came of a play: the lines told, the world at the end, the sentence it stopped on."""

    world: World
    lines: list[str] = field(default_factory=list)
    stopped: str = ""


def perform(play: Play) -> Performance:
    """Play it to the end, or to the first thing that did not go as the file says. Must have the database to itself."""
    first = play.steps[0].on if play.steps else clock.today()
    with clock.at(first - timedelta(days=1)):
        performance = Performance(set_cast(play))
    last = play.steps[-1].on if play.steps else first
    with clock.at(last), moves_gathered():
        _perform(play, performance)
    return performance


def _perform(play: Play, performance: Performance) -> None:
    began = _last_entry()
    refused: list[tuple[int, str]] = []
    try:
        _do_all(play, performance, refused)
    finally:
        performance.lines = _lines(began, refused)


def _do_all(play: Play, performance: Performance, refused: list[tuple[int, str]]) -> None:
    """Each step at its moment; `refused` gets the refusals expected, each with the journal entry it comes after."""
    performance.stopped = _unknown_word(play, load_words())
    if performance.stopped:
        return
    for moment, step in moments(play.steps):
        refusal = do(performance, moment, step)
        if performance.stopped:
            return
        if refusal:
            refused.append((_last_entry(), f"{step.on}  {step.who}  {step.do} : {_('refusé')}. {refusal}"))


def moments(steps: list[Step]) -> Iterator[tuple[datetime, Step]]:
    """Each step with its moment: those of one day follow one another, a minute apart, from nine in the morning."""
    rank, day = 0, None
    for step in steps:
        rank = rank + 1 if step.on == day else 0
        day = step.on
        yield datetime.combine(step.on, time(9), tzinfo=clock.PARIS) + timedelta(minutes=rank), step


def do(performance: Performance, moment: datetime, step: Step) -> str:
    """Do one step at its moment: the sentence of its refusal, or nothing. What did not go as the file says stops it."""
    performance.world.operation_name = step.operation
    with clock.at(moment):
        refusal = _do(performance.world, step, load_words()[step.do])
    performance.stopped = _unexpected(step, refusal)
    return refusal


def _do(world: World, step: Step, word: Word) -> str:
    """Do the step, whole or not at all; the sentence of the refusal, or nothing."""
    args = Args(step.args)
    try:
        with _naming(step):
            actor = world.actor(step.who)
            with scope(actor), transaction.atomic():
                word(world, actor, args)
                args.done()
    except Refused as refusal:
        return refusal.sentence
    return ""


def _unknown_word(play: Play, words: dict[str, Word]) -> str:
    """What is wrong with the first word that does not exist, said before anything is played."""
    for step in play.steps:
        if step.do not in words:
            sentence = _("étape %(n)d : mot inconnu « %(do)s »") % {"n": step.number, "do": step.do}
            near = get_close_matches(step.do, words, n=1)
            return sentence + (_(", peut-être « %(near)s »") % {"near": near[0]} if near else "")
    return ""


@contextmanager
def _naming(step: Step) -> Iterator[None]:
    try:
        yield
    except PlayError as fault:
        raise PlayError(
            _("étape %(n)d (%(do)s) : %(fault)s") % {"n": step.number, "do": step.do, "fault": fault}
        ) from fault


def _unexpected(step: Step, refusal: str) -> str:
    head = _("étape %(n)d, %(on)s, %(who)s, %(do)s") % {
        "n": step.number,
        "on": step.on.isoformat(),
        "who": step.who,
        "do": step.do,
    }
    if refusal and step.refused is None:
        return f"{head} : {refusal}"
    if step.refused is not None and not refusal:
        return f"{head} : " + _("un refus était attendu, l'action a été faite")
    if step.refused and step.refused not in refusal:
        return f"{head} : " + _("refus attendu « %(wanted)s », reçu « %(got)s »") % {
            "wanted": step.refused,
            "got": refusal,
        }
    return ""


def _lines(began: int, refused: list[tuple[int, str]]) -> list[str]:
    """The journal since the entry `began`, told at once, with the refusals where they came."""
    entries = deque(JournalEntry.objects.filter(id__gt=began).order_by("id"))
    lines = []
    for after, refusal in [*refused, (None, "")]:
        until = [entries.popleft() for entry in list(entries) if after is None or entry.pk <= after]
        lines += [_line(told) for told in tell(until)]
        if refusal:
            lines.append(refusal)
    return lines


def _line(told: Told) -> str:
    day = told.at.astimezone(clock.PARIS).date().isoformat()
    house = f" ({told.house})" if told.house else ""
    reason = f" « {told.reason} »" if told.reason else ""
    return f"{day}  {told.who}{house}  {told.sentence}{reason}"


def _last_entry() -> int:
    last = JournalEntry.objects.order_by("-id").values_list("id", flat=True).first()
    return last or 0


def set_cast(play: Play) -> World:
    """Register the organisations and people of the file; those already known are found again."""
    region = register_organisation(OrganisationFacts(OrganisationKind.REGION, play.region))
    world = World(region=region, organisations={play.region: region})
    for row in play.organisations:
        _organisation(world, Args(dict(row)))
    for row in play.people:
        _person(world, Args(dict(row)))
    return world


def _organisation(world: World, args: Args) -> None:
    name = args.text("name")
    try:
        world.organisations[name] = register_organisation(
            OrganisationFacts(
                kind=choice(OrganisationKind, args.text("kind")),
                name=name,
                network=choice(Network, args.text("network")) if args.has("network") else "",
                siret=args.text("siret", ""),
                nda=args.text("nda", ""),
                commune=world.commune(args.text("commune")) if args.has("commune") else None,
                email=args.text("email", ""),
                phone=args.text("phone", ""),
                region=world.region,
            )
        )
    except Refused as refusal:
        raise PlayError(f"{name} : {refusal.sentence}") from refusal
    args.done()


def _person(world: World, args: Args) -> None:
    name = args.text("name")
    first, _space, last = name.partition(" ")
    email = args.text("email", "")
    person = _known_person(email) or register_person(
        TASK, first_name=first, last_name=last or first, email=email, phone=args.text("phone", "")
    )
    world.people[name] = person
    if args.has("role"):
        world.memberships[name] = _membership(world, person, args)
    args.done()


def _known_person(email: str) -> Person | None:
    if not email:
        return None
    with scope(TASK):
        return Person.objects.filter(email=email.lower()).first()


def _membership(world: World, person: Person, args: Args) -> Membership:
    organisation: Organisation = world.organisation(args.text("of"))
    try:
        role = Who(args.text("role"))
    except ValueError as fault:
        raise PlayError(_("rôle inconnu : %(role)s") % {"role": args.text("role")}) from fault
    membership = grant_membership(
        TASK,
        person,
        organisation,
        role,
        basins=[world.basin(name) for name in args.texts("basins", [])],
        function=args.text("function", ""),
    )
    with scope(TASK):
        return Membership.objects.prefetch_related("basins").select_related("organisation").get(pk=membership.pk)
