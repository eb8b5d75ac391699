"""The bilan and what comes of it: points, certifications, contracts signed or why not (process.md, step 8)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from defi.kernel.access import TASK, Actor, scope
from defi.kernel.journal import Action, acting
from defi.kernel.refusals import Invalid, NotAllowed, Unknown, WrongState
from defi.operations.access import lock_operation
from defi.operations.actions import Attendee, record_meeting
from defi.operations.models import Meeting, Operation, Part, Partner, Presence, Session
from defi.people.models import Membership, Organisation
from defi.steps.needs.models import Contract
from defi.steps.pairing.models import Pairing, Promise
from defi.steps.review import mails
from defi.steps.review.access import (
    held_review,
    lock_followed,
    must_not_be_hired_as_promised,
    operation_of,
    refuse_held,
    started_session,
)
from defi.steps.review.following import promises_to_follow
from defi.steps.review.models import CertificationResult, EmploymentContract, NoHire, ReviewPoint, for_a_firm
from defi.steps.review.queries import expected_at_review
from defi.steps.review.rules import (
    ContractFacts,
    PromiseSeen,
    certification_fault,
    contract_faults,
    missing_at_review,
    promise_kept,
    twin_fault,
)
from defi.steps.sourcing.locks import refuse_personal, refuse_private
from defi.steps.sourcing.models import Candidacy

ENTERED = frozenset({"entered", "left", "completed"})


def hold_review(
    actor: Actor, operation_id: int, *, held_on: date, attendees: Sequence[Attendee], minutes: str = ""
) -> Meeting:
    """The bilan was held. Refused unless trainees, trainers and promising employers are present or excused.

    Raises `WrongState` (session not started, bilan already held), `Invalid` (date, or who is missing)."""
    with acting(actor, "meeting.hold_review") as act:
        operation = lock_operation(act, operation_id)
        session = started_session(operation)
        refuse_held(operation)
        if held_on < _start_of(session):
            raise Invalid.field("held_on", _("Cette date précède le début de la session."))
        refuse_personal(minutes=minutes)
        _check_attendees(operation, session, attendees)
        missing = missing_at_review(expected_at_review(operation), attendees)
        if missing:
            raise Invalid(" ".join(missing), {"attendees": " ".join(missing)})
        meeting = record_meeting(act, operation, Meeting.Kind.REVIEW, held_on, attendees, minutes.strip())
        mails.review_held(act, operation, meeting)
        return meeting


def note_point(actor: Actor, operation_id: int, *, kind: str, text: str, voice: str = "all") -> ReviewPoint:
    """A strong point, an improvement or a lesson said at the bilan. The same words twice are noted once."""
    with acting(actor, "review.note") as act:
        operation = lock_operation(act, operation_id)
        meeting = held_review(operation)
        _choice("kind", kind, ReviewPoint.Kind.values)
        _choice("voice", voice, ReviewPoint.Voice.values)
        if not text.strip():
            raise Invalid.field("text", _("Écrivez ce qui s'est dit."))
        refuse_personal(text=text)
        if ReviewPoint.objects.filter(meeting=meeting, kind=kind, voice=voice, text=text.strip()).exists():
            raise WrongState(_("Ce point est déjà noté."))
        return act.create(ReviewPoint, operation=operation, meeting=meeting, kind=kind, voice=voice, text=text.strip())


def certify(
    actor: Actor, candidacy_id: int, *, result: str, on: date, blocks: str = "", version: int | None = None
) -> CertificationResult:
    """What a trainee obtained; noting another result corrects the first. The same twice is refused."""
    with acting(actor, "review.certify") as act:
        operation = lock_operation(act, operation_of(actor, Candidacy, candidacy_id))
        candidacy = act.lock(Candidacy, candidacy_id)
        session = started_session(operation)
        must_have_entered(candidacy)
        _choice("result", result, CertificationResult.Result.values)
        faults = certification_fault(result, blocks, on, starts_on=_start_of(session), today=act.today)
        if faults:
            raise Invalid(" ".join(faults.values()), faults)
        known = CertificationResult.objects.filter(candidacy=candidacy).first()
        facts = {"result": result, "on": on, "blocks": blocks.strip()}
        if known is None:
            return act.create(CertificationResult, operation=operation, candidacy=candidacy, **facts)
        row = act.lock(CertificationResult, known.pk, version)
        if all(getattr(row, name) == value for name, value in facts.items()):
            raise WrongState(_("Ce résultat est déjà noté."))
        return act.change(row, **facts)


def record_contract(actor: Actor, candidacy_id: int, facts: ContractFacts) -> EmploymentContract:
    """A contract signed by a trainee. An employer records only its own, for a person it was paired with.

    The promise it keeps is found from the employer; a former « pas d'embauche » is lifted when the promise is kept."""
    with acting(actor, "review.record_contract") as act:
        operation = lock_followed(act, _operation_of(actor, candidacy_id))
        candidacy = _lock_person(act, candidacy_id)
        facts = _checked(act, operation, candidacy, facts)
        _refuse_twin(candidacy, facts)
        row = act.create(
            EmploymentContract,
            operation=operation,
            candidacy=candidacy,
            promise_id=_promise_of(candidacy, facts.employer_id),
            recorded_on=act.today,
            **_columns(facts),
        )
        if row.promise_id:
            for former in NoHire._base_manager.filter(candidacy=candidacy).select_for_update():
                act.remove(former)
        mails.contract_recorded(act, operation, row)
        return row


@dataclass(frozen=True, slots=True)
class Asked:
    """The names of the employers that a link left for, and of those with no address to send it to."""

    reached: tuple[str, ...]
    without_address: tuple[str, ...]


def ask_contracts(actor: Actor, operation_id: int) -> Asked:
    """Send each employer whose people have no known outcome the link to note its contracts.

    Raises `WrongState` when there is nobody to ask, or no address at all."""
    with acting(actor, "review.ask_contracts") as act:
        operation = lock_followed(act, operation_id)
        started_session(operation)
        open_promises = promises_to_follow(operation)
        if not open_promises:
            raise WrongState(_("Chaque promesse est déjà suivie : un contrat, ou la raison de son absence."))
        reached = {promise.pk for promise in open_promises if mails.contracts_asked(act, operation, promise)}
        asked = Asked(
            tuple(promise.employer.name for promise in open_promises if promise.pk in reached),
            tuple(promise.employer.name for promise in open_promises if promise.pk not in reached),
        )
        if not asked.reached:
            raise WrongState(
                _("Aucune adresse n'est connue pour %(firms)s : appelez, puis enregistrez les contrats vous-même.")
                % {"firms": ", ".join(asked.without_address)}
            )
        act.note(operation, asked=len(asked.reached))
        return asked


def ask_contracts_again(promise_id: int) -> None:
    """A link that died is replaced, at the address of the firm."""
    with acting(TASK, "review.ask_contracts") as act:
        operation = lock_followed(act, operation_of(TASK, Promise, promise_id))
        promise = act.lock(Promise, promise_id)
        mails.contracts_asked(act, operation, promise)
        act.note(operation, asked=1)


def correct_contract(
    actor: Actor, contract_id: int, facts: ContractFacts, *, reason: str, version: int | None = None
) -> EmploymentContract:
    """A contract was typed wrongly: the journal keeps what it was and why it changed."""
    with acting(actor, "review.correct_contract", reason=reason) as act:
        operation = lock_followed(act, operation_of(actor, EmploymentContract, contract_id))
        row = act.lock(EmploymentContract, contract_id, version)
        refuse_private(reason=reason)
        facts = _checked(act, operation, row.candidacy, facts)
        _refuse_twin(row.candidacy, facts, but=row.pk)
        return act.change(row, promise_id=_promise_of(row.candidacy, facts.employer_id), **_columns(facts))


def record_no_hire(actor: Actor, candidacy_id: int, *, why: str) -> NoHire:
    """Why the promise to this person did not end in a contract; another reason corrects the first."""
    with acting(actor, "review.record_no_hire") as act:
        operation = lock_followed(act, operation_of(actor, Candidacy, candidacy_id))
        candidacy = act.lock(Candidacy, candidacy_id)
        must_have_entered(candidacy)
        _choice("why", why, NoHire.Why.values)
        must_not_be_hired_as_promised(candidacy.pk)
        known = NoHire.objects.filter(candidacy=candidacy).select_for_update().first()
        if known is None:
            return act.create(NoHire, operation=operation, candidacy=candidacy, why=why, recorded_on=act.today)
        if known.why == why:
            raise WrongState(_("Ce motif est déjà noté."))
        return act.change(known, why=why, recorded_on=act.today)


def must_have_entered(candidacy: Candidacy) -> None:
    """Raises `WrongState` for somebody who did not enter the training."""
    if candidacy.state not in ENTERED:
        raise WrongState(
            _("%(name)s n'est pas entré en formation : il n'y a rien à noter ici.")
            % {"name": candidacy.person.short_name}
        )


def _start_of(session: Session) -> date:
    return session.started_on or session.starts_on


def _check_attendees(operation: Operation, session: Session, attendees: Sequence[Attendee]) -> None:
    """Only trainees of this session and partners of this operation, each once; raises `Invalid`."""
    people = set(Candidacy._base_manager.filter(session=session, state__in=ENTERED).values_list("person_id", flat=True))
    parts = list(Partner._base_manager.filter(operation=operation).values_list("organisation_id", "part"))
    employers = {organisation for organisation, part in parts if part == Part.EMPLOYER}
    everybody = {organisation for organisation, _part in parts} | {operation.region_id, operation.provider_id}
    runners = {pk for pk in (operation.provider_id, operation.holder_id) if pk}
    staff = set(Membership._base_manager.filter(organisation_id__in=runners).values_list("person_id", flat=True))
    seen: set[tuple[str, int | None, int | None]] = set()
    for attendee in attendees:
        match attendee.quality:
            case Presence.As.TRAINEE:
                fits = attendee.person_id in people
            case Presence.As.TRAINER | Presence.As.PROVIDER:
                fits = attendee.organisation_id in runners or attendee.person_id in staff
            case Presence.As.EMPLOYER:
                fits = attendee.organisation_id in employers
            case Presence.As.REGION:
                fits = attendee.organisation_id == operation.region_id
            case _:
                fits = attendee.organisation_id in everybody
        if not fits:
            raise Invalid.field("attendees", _("Une personne notée au bilan ne fait pas partie de cette opération."))
        key = (attendee.quality, attendee.organisation_id, attendee.person_id)
        if key in seen:
            raise Invalid.field("attendees", _("Une même personne est notée deux fois au bilan."))
        seen.add(key)


def _operation_of(actor: Actor, candidacy_id: int) -> int:
    """By the person's file for a provider, by its own pairing for an employer; a link opens one operation only."""
    if not for_a_firm(actor):
        return operation_of(actor, Candidacy, candidacy_id)
    own = Pairing.objects.visible_to(actor).filter(candidacy_id=candidacy_id)
    if actor.link is not None:
        own = own.filter(operation__in=Promise.objects.filter(pk=actor.link.object_id).values("operation"))
    found = own.values_list("operation_id", flat=True).first()
    if found is None:
        raise Unknown(_("Cette page n'existe pas, ou elle n'est pas pour vous."))
    return found


def _lock_person(act: Action, candidacy_id: int) -> Candidacy:
    if not for_a_firm(act.actor):
        return act.lock(Candidacy, candidacy_id)
    with scope(TASK):
        return Candidacy.objects.select_for_update(of=("self",)).get(pk=candidacy_id)


def _checked(act: Action, operation: Operation, candidacy: Candidacy, facts: ContractFacts) -> ContractFacts:
    """The facts with the employer's name filled in, once nothing is wrong with them."""
    must_have_entered(candidacy)
    session = started_session(operation)
    faults = contract_faults(facts, training_starts_on=_start_of(session), today=act.today)
    if faults:
        raise Invalid(" ".join(faults.values()), faults)
    _choice("contract", facts.contract, Contract.values)
    if for_a_firm(act.actor) and facts.employer_id != act.actor.organisation_id:
        raise NotAllowed(_("Vous enregistrez seulement les contrats de votre entreprise."))
    name = facts.employer_name.strip()
    if facts.employer_id is not None:
        takes_part = Partner._base_manager.filter(operation=operation, organisation_id=facts.employer_id)
        works_there = Promise._base_manager.filter(operation=operation, work_at_id=facts.employer_id)
        if not takes_part.exists() and not works_there.exists():
            raise Invalid.field("employer", _("Cet employeur n'est pas dans l'opération : écrivez son nom."))
        name = Organisation.objects.get(pk=facts.employer_id).name
    return ContractFacts(
        contract=facts.contract,
        starts_on=facts.starts_on,
        ends_on=facts.ends_on,
        weekly_hours=facts.weekly_hours,
        employer_id=facts.employer_id,
        employer_name=name,
        evidence=facts.evidence.strip(),
    )


def _refuse_twin(candidacy: Candidacy, facts: ContractFacts, but: int | None = None) -> None:
    """Raises `WrongState` when another contract of this person says the same; `but` is the one being corrected."""
    rows = EmploymentContract._base_manager.filter(candidacy=candidacy)
    known = [
        ContractFacts(row.contract, row.starts_on, row.ends_on, employer_name=row.employer_name)
        for row in rows
        if row.pk != but
    ]
    if fault := twin_fault(facts, known):
        raise WrongState(fault, {"starts_on": fault})


def _columns(facts: ContractFacts) -> dict[str, object]:
    return {
        "employer_id": facts.employer_id,
        "employer_name": facts.employer_name,
        "contract": facts.contract,
        "starts_on": facts.starts_on,
        "ends_on": facts.ends_on,
        "weekly_hours": facts.weekly_hours,
        "evidence": facts.evidence,
    }


def _promise_of(candidacy: Candidacy, employer_id: int | None) -> int | None:
    history = Pairing._base_manager.filter(candidacy=candidacy).exclude(ending=Pairing.Ending.MISTAKE)
    last = history.select_related("post__promise").order_by("paired_on", "pk").last()
    promise = last.post.promise if last else None
    own = PromiseSeen(promise.pk, promise.employer_id, promise.work_at_id) if promise else None
    return promise_kept(employer_id, own)


def _choice(name: str, value: str, allowed: Sequence[str]) -> None:
    if value not in allowed:
        raise Invalid.field(name, _("« %(value)s » n'est pas un choix de la liste.") % {"value": value})
