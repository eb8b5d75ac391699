"""Words on the bilan: held, points, certifications, contracts signed or the reason why not."""

from __future__ import annotations

from django.utils.translation import gettext as _

from defi.kernel import clock
from defi.kernel.access import TASK, Actor, scope
from defi.operations.actions import Attendee
from defi.operations.models import Presence
from defi.play.words.operations import attendees
from defi.play.world import Args, PlayError, World, choice, word
from defi.steps.needs.models import Contract
from defi.steps.review import actions, convening, opinions
from defi.steps.review.models import CertificationResult, EmploymentContract, NoHire, Questionnaire, ReviewPoint
from defi.steps.review.opinion_models import Voice
from defi.steps.review.queries import expected_at_review
from defi.steps.review.rules import ContractFacts


@word("meeting.convene_review")
def convene_review(world: World, actor: Actor, args: Args) -> None:
    """`planned_on`, `place`; optional `agenda`: the whole project team is invited to the bilan, with a calendar
    entry."""
    convening.convene_review(
        actor,
        world.operation.pk,
        planned_on=args.day("planned_on"),
        place=args.text("place"),
        agenda=args.text("agenda", ""),
    )


@word("meeting.hold_review")
def hold_review(world: World, actor: Actor, args: Args) -> None:
    """Optional `held_on` (today by default), `minutes`, and `attendees` (see meeting.hold_preparatory; `as` is trainee,
    trainer, employer…). Without `attendees` everybody expected is present, save those of `excused`, `absent` and
    `left_out` (names of trainees and employers)."""
    actions.hold_review(
        actor,
        world.operation.pk,
        held_on=args.day("held_on", clock.today()),
        attendees=attendees(world, args) if args.has("attendees") else _everybody(world, args),
        minutes=args.text("minutes", ""),
    )


@word("review.ask_opinions")
def ask_opinions(world: World, actor: Actor, args: Args) -> None:
    """No argument: each of the team who has not answered receives the questionnaire of the bilan."""
    opinions.ask_opinions(actor, world.operation.pk)


@word("review.answer")
def answer(world: World, actor: Actor, args: Args) -> None:
    """`voice` (trainee, trainer, employer, tutor, prescriber), `replies` (a list, in the order of the questions of
    the rulebook). A trainee answers for themself; `for` names an organisation of the cast, that of who
    speaks by default."""
    voice = choice(Voice, args.text("voice"))
    with scope(TASK):
        rows = Questionnaire.objects.filter(operation=world.operation, voice=voice)
        if voice == Voice.TRAINEE:
            row = rows.filter(candidacy__person_id=actor.person_id or 0).first()
        else:
            house = world.organisation(args.text("for")).pk if args.has("for") else actor.organisation_id
            row = rows.filter(organisation_id=house or 0).first()
    if row is None:
        raise PlayError(_("aucun questionnaire ne lui est envoyé"))
    questions = world.book.review.forms[voice.value]
    replies = zip((question.key for question in questions), args.texts("replies"), strict=False)
    opinions.answer(actor, row.pk, dict(replies))


@word("review.note")
def note_point(world: World, actor: Actor, args: Args) -> None:
    """`kind` (strong, improvement, lesson), `text`; optional `voice` (trainees, trainers, employers, prescribers, all:
    the default)."""
    actions.note_point(
        actor,
        world.operation.pk,
        kind=choice(ReviewPoint.Kind, args.text("kind")),
        voice=choice(ReviewPoint.Voice, args.text("voice", "all")),
        text=args.text("text"),
    )


@word("review.certify")
def certify(world: World, actor: Actor, args: Args) -> None:
    """`person` (or a list); optional `result` (full by default, blocks, failed, not_presented), `blocks`, `obtained_on`
    (today by default)."""
    for name in args.texts("person"):
        actions.certify(
            actor,
            world.candidacy(name).pk,
            result=choice(CertificationResult.Result, args.text("result", "full")),
            blocks=args.text("blocks", ""),
            on=args.day("obtained_on", clock.today()),
        )


@word("review.record_contract")
def record_contract(world: World, actor: Actor, args: Args) -> None:
    """`person` (or a list), `employer` (of the cast, or any name), `contract` (cdi, cdd, ctt, professionalisation,
    apprenticeship), `starts_on`; optional `ends_on`, `weekly_hours`, `evidence`."""
    for name in args.texts("person"):
        actions.record_contract(actor, world.candidacy(name).pk, _contract(world, args))


@word("review.ask_contracts")
def ask_contracts(world: World, actor: Actor, args: Args) -> None:
    """No argument: each employer with somebody without known outcome receives the link to note its contracts."""
    actions.ask_contracts(actor, world.operation.pk)


@word("review.correct_contract")
def correct_contract(world: World, actor: Actor, args: Args) -> None:
    """Like review.record_contract, of the last contract of `person`; and `reason`."""
    with scope(TASK):
        last = EmploymentContract.objects.filter(candidacy=world.candidacy(args.text("person"))).last()
    if last is None:
        raise PlayError(_("aucun contrat n'est enregistré pour cette personne"))
    actions.correct_contract(actor, last.pk, _contract(world, args), reason=args.text("reason"))


@word("review.record_no_hire")
def record_no_hire(world: World, actor: Actor, args: Args) -> None:
    """`person` (or a list), `why` (employer_withdrew, employer_declined, person_declined, other_job, further_training,
    not_certified)."""
    for name in args.texts("person"):
        actions.record_no_hire(actor, world.candidacy(name).pk, why=choice(NoHire.Why, args.text("why")))


def _contract(world: World, args: Args) -> ContractFacts:
    employer = args.text("employer")
    known = world.organisations.get(employer)
    return ContractFacts(
        contract=choice(Contract, args.text("contract")).value,
        starts_on=args.day("starts_on"),
        ends_on=args.optional_day("ends_on"),
        weekly_hours=args.optional_decimal("weekly_hours"),
        employer_id=known.pk if known else None,
        employer_name="" if known else employer,
        evidence=args.text("evidence", ""),
    )


def _everybody(world: World, args: Args) -> list[Attendee]:
    """Everybody the bilan waits for, with the states that the step names."""
    operation = world.operation
    expected = expected_at_review(operation)
    states = {
        name: state
        for state in (Presence.State.EXCUSED, Presence.State.ABSENT, None)
        for name in args.texts(state.value if state else "left_out", [])
    }
    people = {person.pk: name for name, person in world.people.items()}
    firms = {firm.pk: name for name, firm in world.organisations.items()}
    found = [Attendee(Presence.As.TRAINER, organisation_id=operation.provider_id)]
    for person_id in expected.trainees:
        state = states.get(people.get(person_id, ""), Presence.State.PRESENT)
        if state:
            found.append(Attendee(Presence.As.TRAINEE, person_id=person_id, state=state))
    for firm_id in expected.employers:
        state = states.get(firms.get(firm_id, ""), Presence.State.PRESENT)
        if state:
            found.append(Attendee(Presence.As.EMPLOYER, organisation_id=firm_id, state=state))
    return found
