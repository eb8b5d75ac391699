"""Asking the whole team before the bilan what they think, and keeping what they say (features.md, 81 to 83)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time

from django.utils.translation import gettext as _

from defi.kernel import links
from defi.kernel.access import EMPLOYER, PROVIDER, TASK, Actor, Who, scope
from defi.kernel.clock import PARIS
from defi.kernel.documents.french import long_date
from defi.kernel.journal import Action, acting, check_version
from defi.kernel.outbox import Recipient, queue
from defi.kernel.refusals import Invalid, NotAllowed, WrongState
from defi.operations.access import leads, lock_operation
from defi.operations.committees import contacts_of
from defi.operations.mailing import to_employer
from defi.operations.models import Operation, Part, Partner
from defi.people.mailing import to_organisation, to_person
from defi.schemes.rulebook import rulebook
from defi.steps.review.access import operation_of
from defi.steps.review.closed import closed_day
from defi.steps.review.convening import people_there, tutors_of
from defi.steps.review.opinion_models import Opinion, Questionnaire, Voice
from defi.steps.review.opinion_rules import Said, Told, hidden_because, reply_faults, told
from defi.steps.sourcing.locks import refuse_personal

ANSWER = "review.answer"
LINK_DAYS = 60
PARTS = {Part.EMPLOYER: Voice.EMPLOYER, Part.PRESCRIBER: Voice.PRESCRIBER}


@dataclass(frozen=True, slots=True)
class AskedOpinions:
    """How many questionnaires left, and for whom no address is known."""

    sent: int
    without_address: tuple[str, ...]


def ask_opinions(actor: Actor, operation_id: int) -> AskedOpinions:
    """Send the questionnaires: to everybody not asked yet, and once a day again to who has not answered.

    Raises `WrongState` once the bilan has come, or when there is nobody left to ask today."""
    with acting(actor, "review.ask_opinions") as act:
        operation = lock_operation(act, operation_id)
        if closed_day(operation.pk):
            raise WrongState(
                _(
                    "Les réponses se lisent depuis le jour du bilan : les questionnaires sont clos, ce qui se dit se "
                    "note au bilan."
                )
            )
        asked = [row for row in _everybody(act, operation) if row.answered_on is None]
        sent, without = 0, []
        for row in asked:
            recipients = _recipients(operation, row)
            for to in recipients:
                _send(act, operation, row, to)
            sent += bool(recipients)
            without += [] if recipients else [name_of(row)]
        if not sent:
            raise WrongState(
                _("Tout le monde a répondu, a été interrogé aujourd'hui, ou n'a pas d'adresse électronique.")
            )
        act.note(operation, asked=sent)
        return AskedOpinions(sent, tuple(without))


def ask_again(questionnaire_id: int) -> None:
    """A link that died is replaced, in the same hands."""
    with acting(TASK, "review.ask_opinions") as act:
        operation = lock_operation(act, operation_of(TASK, Questionnaire, questionnaire_id))
        row = act.lock(Questionnaire, questionnaire_id)
        for to in _recipients(operation, row):
            _send(act, operation, row, to)
        act.note(operation, asked=1)


def _everybody(act: Action, operation: Operation) -> list[Questionnaire]:
    """A row for each that takes part, made once; those already asked today are left alone."""
    wanted: list[tuple[Voice, int | None, int | None]] = [
        (Voice.TRAINEE, row.pk, None) for row in people_there(operation)
    ]
    wanted += [(voice, None, pk) for voice, pk in _houses(operation)]
    rows = Questionnaire._base_manager.filter(operation=operation).select_for_update()
    known = {(row.voice, row.candidacy_id, row.organisation_id): row for row in rows.order_by("pk")}
    asked = []
    for voice, candidacy_id, organisation_id in wanted:
        row = known.get((voice, candidacy_id, organisation_id))
        if row is None:
            who = {"candidacy_id": candidacy_id, "organisation_id": organisation_id}
            asked.append(act.create(Questionnaire, operation=operation, voice=voice, asked_on=act.today, **who))
        elif row.answered_on is None and row.asked_on < act.today:
            asked.append(act.change(row, asked_on=act.today))
    return asked


def _houses(operation: Operation) -> list[tuple[Voice, int]]:
    rows = Partner._base_manager.filter(operation=operation, left_on=None, part__in=PARTS).order_by("pk")
    found = [(PARTS[Part(part)], pk) for part, pk in rows.values_list("part", "organisation_id")]
    if operation.provider_id:
        found.append((Voice.TRAINER, operation.provider_id))
    found += [(Voice.TUTOR, firm.pk) for _tutor, firm in tutors_of(operation)]
    return list(dict.fromkeys(found))


def _recipients(operation: Operation, row: Questionnaire) -> list[Recipient]:
    with scope(TASK):
        if row.candidacy is not None:
            return to_person(row.candidacy.person)
        house = row.organisation
        if house is None:
            return []
        if row.voice == Voice.TUTOR:
            return [to for tutor, firm in tutors_of(operation) if firm.pk == house.pk for to in to_person(tutor)]
        if row.voice == Voice.TRAINER:
            return to_organisation(house, PROVIDER)
        if row.voice == Voice.EMPLOYER:
            return to_employer(operation.pk, house, roles=EMPLOYER - {Who.TUTOR})
        return contacts_of(operation, house)


def _send(act: Action, operation: Operation, row: Questionnaire, to: Recipient) -> None:
    url = links.issue(
        row,
        ANSWER,
        address=to.address,
        person_id=to.person_id,
        organisation_id=row.organisation_id,
        days=LINK_DAYS,
    )
    template = "opinion_asked_trainee" if row.voice == Voice.TRAINEE else "opinion_asked"
    context = {"operation": operation, "organisation": row.organisation, "url": url}
    queue(act, to, f"review/mail/{template}.txt", context, file_id=operation.pk)


def name_of(row: Questionnaire) -> str:
    """Who is asked, in words."""
    with scope(TASK):
        return row.candidacy.person.short_name if row.candidacy else row.organisation.name if row.organisation else ""


def answer(
    actor: Actor, questionnaire_id: int, replies: Mapping[str, str], version: int | None = None
) -> Questionnaire:
    """What somebody thinks. A trainee answers once, since nobody can find their answer again; an organisation that
    answers again replaces what it said.

    Raises `Invalid` by question, `WrongState` (too late, or a trainee's second answer), `NotAllowed` (another's),
    `Stale` (`version` is given, and somebody of the same organisation answered since)."""
    with acting(actor, "review.answer") as act:
        row = act.lock(Questionnaire, questionnaire_id)
        operation = Operation._base_manager.get(pk=row.operation_id)
        must_be_theirs(actor, row, operation)
        if closed := closed_because(row):
            raise WrongState(closed)
        if row.answered_on and row.voice == Voice.TRAINEE:
            raise WrongState(_("Vous avez déjà répondu. Votre réponse est sans nom : elle ne peut plus être changée."))
        check_version(row, version)
        kept = _checked(operation, row, replies)
        if row.voice == Voice.TRAINEE:
            _keep_without_name(act, row, kept)
        else:
            _keep(act, row, kept)
        return act.change(row, answered_on=act.today)


def closed_because(row: Questionnaire) -> str:
    """Why a questionnaire takes no answer any more, in words for who holds it; nothing while it does."""
    operation = Operation._base_manager.get(pk=row.operation_id)
    day = closed_day(operation.pk)
    if operation.state == "running" and day is None:
        return ""
    if day is None:
        return _("Cette opération est finie : le questionnaire est clos.")
    return _(
        "Le questionnaire est clos depuis le %(day)s : les réponses se lisent déjà. Dites de vive voix ce que vous "
        "voulez dire, au bilan ou à l'organisme de formation."
    ) % {"day": long_date(day)}


def must_be_theirs(actor: Actor, row: Questionnaire, operation: Operation) -> None:
    """Raises `NotAllowed` for who would answer in the place of a trainee, of another organisation, or as a tutor for
    those who decide in their firm."""
    if actor.who is Who.TUTOR and row.voice != Voice.TUTOR:
        raise NotAllowed(_("Ce questionnaire est celui de qui décide dans votre entreprise ; les tuteurs ont le leur."))
    if actor.who in {Who.LINK, Who.TRAINEE} or actor.organisation_id == row.organisation_id is not None:
        return
    if row.voice == Voice.TRAINEE:
        raise NotAllowed(_("Un stagiaire répond lui-même : sa réponse est sans nom."))
    if not leads(actor, operation):
        raise NotAllowed(_("Ce questionnaire est celui d'une autre organisation."))


def _checked(operation: Operation, row: Questionnaire, replies: Mapping[str, str]) -> dict[str, str]:
    questions = rulebook(operation.scheme, operation.rulebook_version).review.forms[row.voice]
    kept = {question.key: str(replies.get(question.key, "")).strip() for question in questions}
    if faults := reply_faults(questions, kept):
        raise Invalid(next(iter(faults.values())), faults)
    refuse_personal(**{question.key: kept[question.key] for question in questions if not question.answers})
    return kept


def _keep_without_name(act: Action, row: Questionnaire, replies: dict[str, str]) -> None:
    """Outside the journal, on purpose: its entry would bind the answer to whoever gave it. The journal says that this
    questionnaire is answered; the answer bears the day the session's first questionnaires left, not its own."""
    first = Questionnaire._base_manager.filter(operation=row.operation_id).order_by("created_at").first() or row
    made_at = datetime.combine(first.created_at.astimezone(PARIS).date(), time(), tzinfo=PARIS)
    Opinion._base_manager.create(operation_id=row.operation_id, voice=row.voice, replies=replies, created_at=made_at)


def _keep(act: Action, row: Questionnaire, replies: dict[str, str]) -> None:
    same = Opinion._base_manager.filter(operation=row.operation_id, voice=row.voice, organisation=row.organisation_id)
    known = same.select_for_update().first()
    if known is not None:
        act.change(known, replies=replies)
        return
    who = {"operation_id": row.operation_id, "organisation_id": row.organisation_id}
    act.create(Opinion, voice=row.voice, replies=replies, **who)


@dataclass(frozen=True, slots=True)
class VoiceTold:
    """One voice on the page: how many were asked and answered, what they say, or why it is not shown."""

    voice: str
    label: str
    asked: int
    answered: int
    hidden: str
    questions: tuple[Told, ...]


def gathered(actor: Actor, operation: Operation) -> tuple[VoiceTold, ...]:
    """What was answered, by voice, for who runs the training and the Region; nothing for others. Four queries."""
    if actor.who is Who.CABINET or not (leads(actor, operation) or actor.in_region):
        return ()
    rules = rulebook(operation.scheme, operation.rulebook_version).review
    with scope(TASK):
        rows = list(Questionnaire.objects.filter(operation=operation).values_list("voice", "answered_on"))
        given = list(Opinion.objects.visible_to(actor).filter(operation=operation).select_related("organisation"))
        closed = closed_day(operation.pk) is not None
    found = []
    for voice in Voice:
        asked = [on for said, on in rows if said == voice]
        answers = [row for row in given if row.voice == voice]
        hidden = hidden_because(rules, voice, len(answers), closed=closed)
        said = [Said(row.replies, row.organisation.name if row.organisation else "") for row in answers]
        shown = () if hidden or not answers else told(rules.forms[voice], said)
        if asked:
            found.append(VoiceTold(voice, str(voice.label), len(asked), len(answers), hidden, shown))
    return tuple(found)


def answering_from_their_space(actor: Actor, operation: Operation) -> list[str]:
    """The trainees who were asked, have not answered, and whom no mail reaches: their space holds the questionnaire."""
    rows = Questionnaire.objects.visible_to(actor).filter(
        operation=operation, answered_on=None, candidacy__person__email=""
    )
    named = rows.select_related("candidacy__person").order_by("candidacy__person__last_name", "pk")
    return [row.candidacy.person.short_name for row in named if row.candidacy]


def houses_to_call(actor: Actor, operation: Operation) -> list[tuple[int, str]]:
    """The organisations that have not answered, for who leads and calls them: the questionnaire, and a name."""
    rows = (
        Questionnaire.objects.visible_to(actor)
        .filter(operation=operation, answered_on=None, candidacy=None)
        .select_related("organisation")
    )
    return [
        (row.pk, f"{row.organisation.name if row.organisation else ''} ({row.get_voice_display()})")
        for row in rows.order_by("pk")
    ]
