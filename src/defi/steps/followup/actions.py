"""Noting where each person stands, from their own exit on, and telling the Region (process.md, « Follow-up »)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from defi.kernel import links
from defi.kernel.access import Actor, Who
from defi.kernel.documents.french import long_date
from defi.kernel.journal import Action, acting
from defi.kernel.refusals import Invalid, Unknown, WrongState
from defi.operations.models import Operation
from defi.schemes.rulebook import Moment, rulebook
from defi.steps.followup import mails
from defi.steps.followup.models import Attempt, FollowUpReport, Situation, Statement
from defi.steps.followup.queries import open_moment
from defi.steps.followup.rules import NOT_REACHED, Said, attempt_fault, due_on, moment_of, situation_faults
from defi.steps.needs.models import Contract
from defi.steps.review.access import lock_followed, operation_of, refuse_abandoned
from defi.steps.sourcing.models import Candidacy


def record_situation(actor: Actor, candidacy_id: int, *, moment: str, said: Said) -> Situation:
    """Where a person stands at a moment, told by the provider, by the person, or by a link sent to them.

    Somebody not reached at first may be reached later; once the report of the moment left, the provider says why. What
    the person says of what another had said is kept beside it, to be settled; any other second word is a correction,
    with its reason."""
    with acting(actor, "situation.record") as act:
        candidacy = _lock_person(act, candidacy_id)
        when = moment_named(candidacy.operation, moment)
        said = _own_words(actor, said)
        known = Situation.objects.filter(candidacy=candidacy, moment=when.key).select_for_update().first()
        if known is not None and known.status != NOT_REACHED and _of_another_voice(actor, known):
            checked(act, candidacy, when, said)
            keep_statement(act, candidacy, when.key, Statement.Voice.PERSON, said)
            return known
        if known is not None and known.status != NOT_REACHED:
            raise WrongState(
                _("Cette situation est déjà notée, le %(on)s : corrigez-la, avec un motif.")
                % {"on": long_date(known.recorded_on)}
            )
        fields = checked(act, candidacy, when, said)
        if known is None:
            return act.create(
                Situation, operation_id=candidacy.operation_id, candidacy=candidacy, moment=when.key, **fields
            )
        if said.status == NOT_REACHED:
            raise WrongState(_("Cette personne est déjà notée non jointe : notez une nouvelle tentative."))
        if actor.in_provider and (sent_on := report_sent_on(candidacy, when.key)):
            raise WrongState(
                _("Le suivi de ce moment est transmis depuis le %(on)s : corrigez la situation, avec un motif.")
                % {"on": long_date(sent_on)}
            )
        return act.change(known, **fields)


def correct_situation(
    actor: Actor, situation_id: int, *, said: Said, reason: str, version: int | None = None
) -> Situation:
    """A situation was noted wrongly, or two voices disagree and this settles it, changed or confirmed as it stands: the
    journal keeps what it was, and why."""
    with acting(actor, "situation.correct", reason=reason) as act:
        operation = lock_followed(act, operation_of(actor, Situation, situation_id))
        situation = act.lock(Situation, situation_id, version)
        fields = checked(act, situation.candidacy, moment_named(operation, situation.moment), said)
        told = Statement.objects.filter(candidacy=situation.candidacy_id, moment=situation.moment, settled_on=None)
        for statement in told.select_for_update():
            act.change(statement, settled_on=act.today)
        return act.change(situation, **fields)


def report_sent_on(candidacy: Candidacy, moment: str) -> date | None:
    """The day the report of this moment last left for the Region, if it did."""
    sent = FollowUpReport._base_manager.filter(operation=candidacy.operation_id, moment=moment)
    return sent.values_list("sent_on", flat=True).first()


def _of_another_voice(actor: Actor, known: Situation) -> bool:
    """Whether the person speaks now of what somebody else had said of them."""
    return not actor.in_provider and known.how != Situation.How.LINK


def keep_statement(
    act: Action, candidacy: Candidacy, moment: str, voice: Statement.Voice, said: Said, firm: int | None = None
) -> Statement:
    """Within an action: what a voice says of a moment; said again, it replaces what that voice had said."""
    facts = {"status": said.status, "contract": said.contract, "weekly_hours": said.weekly_hours}
    same = Statement._base_manager.filter(candidacy=candidacy, moment=moment, voice=voice, organisation=firm)
    known = same.select_for_update().first()
    if known is not None:
        return act.change(known, **facts, said_on=act.today, settled_on=None)
    who = {"operation_id": candidacy.operation_id, "candidacy": candidacy, "organisation_id": firm}
    return act.create(Statement, moment=moment, voice=voice, said_on=act.today, **who, **facts)


def record_attempt(actor: Actor, candidacy_id: int, *, moment: str, tried_on: date) -> Attempt:
    """A call or a message that did not reach the person, on that day; once a day."""
    with acting(actor, "situation.attempt") as act:
        candidacy = _lock_person(act, candidacy_id)
        when = moment_named(candidacy.operation, moment)
        fault = attempt_fault(tried_on, when, left_on=candidacy.left_on, today=act.today)
        if fault:
            raise Invalid.field("tried_on", fault)
        known = Situation.objects.filter(candidacy=candidacy, moment=when.key).exclude(status=NOT_REACHED)
        if known.exists():
            raise WrongState(_("La situation de cette personne est déjà connue à ce moment."))
        if Attempt.objects.filter(candidacy=candidacy, moment=when.key, tried_on=tried_on).exists():
            raise WrongState(_("Une tentative est déjà notée ce jour-là."))
        return act.create(
            Attempt, operation_id=candidacy.operation_id, candidacy=candidacy, moment=when.key, tried_on=tried_on
        )


def ask_situation(actor: Actor, candidacy_id: int) -> Candidacy:
    """Send the person a link to say where they stand, for the last moment whose date has come.

    Raises `WrongState` (too early, already known), `Invalid` (no mail address: phone and paper count as much)."""
    with acting(actor, "situation.ask") as act:
        candidacy = _lock_person(act, candidacy_id)
        moment = open_moment(candidacy)
        if moment is None:
            raise WrongState(_("Le suivi de cette personne commence à sa sortie de formation."))
        known = Situation.objects.filter(candidacy=candidacy, moment=moment.key).exclude(status=NOT_REACHED)
        if known.exists():
            raise WrongState(_("La situation de cette personne est déjà connue à ce moment."))
        if not candidacy.person.email:
            raise Invalid(_("Cette personne n'a pas d'adresse électronique : appelez-la, et notez ce qu'elle dit."))
        address = links.issue(
            candidacy, "situation.record", address=candidacy.person.email, person_id=candidacy.person_id
        )
        act.note(candidacy, asked=moment.key)
        mails.situation_asked(act, candidacy, moment, address)
        return candidacy


@dataclass(frozen=True, slots=True)
class AskedPeople:
    """How many links left, and who has no mail address: to be called."""

    sent: int
    without_address: tuple[str, ...]


def ask_everybody(actor: Actor, operation_id: int) -> AskedPeople:
    """Send their own link to each person whose moment has come and whose situation is not known.

    Raises `WrongState` when there is nobody to ask who has an address."""
    with acting(actor, "situation.ask") as act:
        operation = lock_followed(act, operation_id)
        people = Candidacy.objects.visible_to(actor).filter(operation=operation, left_on__isnull=False)
        waiting = [person for person in people.select_related("person", "operation").order_by("pk") if unknown(person)]
        asked = [ask_situation(actor, person.pk) for person in waiting if person.person.email]
        if not asked:
            raise WrongState(
                _("Personne n'est à interroger : les situations sont connues, à venir, ou sans adresse électronique.")
            )
        return AskedPeople(len(asked), tuple(row.person.short_name for row in waiting if not row.person.email))


def unknown(candidacy: Candidacy) -> bool:
    """Whether the moment open for this person is still to be told."""
    moment = open_moment(candidacy)
    if moment is None:
        return False
    rows = Situation._base_manager.filter(candidacy=candidacy, moment=moment.key)
    return not rows.exclude(status=NOT_REACHED).exists()


def _lock_person(act: Action, candidacy_id: int) -> Candidacy:
    """The candidacy, reached by the operation for its provider, directly by the person or the bearer of their link."""
    actor = act.actor
    if actor.in_provider:
        lock_followed(act, operation_of(actor, Candidacy, candidacy_id))
        return act.lock(Candidacy, candidacy_id)
    link = actor.link
    if actor.who is Who.LINK and (
        link is None or (link.verb, link.object_type, link.object_id) != (act.verb, "sourcing.candidacy", candidacy_id)
    ):
        raise Unknown(_("Ce lien ne permet pas de noter cette situation."))
    candidacy = act.lock(Candidacy, candidacy_id)
    refuse_abandoned(candidacy.operation)
    return candidacy


def moment_named(operation: Operation, key: str) -> Moment:
    """The moment of that name in the rulebook of the operation. Raises `Invalid`."""
    found = moment_of(rulebook(operation.scheme, operation.rulebook_version), key)
    if found is None:
        raise Invalid.field("moment", _("Ce moment n'est pas prévu par le règlement."))
    return found


def _own_words(actor: Actor, said: Said) -> Said:
    """What a person says of themself comes by their own hand, and nobody fails to reach themself."""
    if actor.in_provider:
        return said
    if said.status == NOT_REACHED:
        raise Invalid.field("status", _("Choisissez votre situation dans la liste."))
    return Said(said.status, Situation.How.LINK, said.on, said.contract, said.lasting, said.weekly_hours)


def checked(
    act: Action,
    candidacy: Candidacy,
    moment: Moment,
    said: Said,
    statuses: Collection[str] = tuple(Situation.Status.values),
) -> dict[str, object]:
    """The columns of a situation, once nothing is wrong with what was said. `statuses`: those this voice may say."""
    if said.status not in statuses:
        raise Invalid.field("status", _("Choisissez une situation dans la liste."))
    if said.how not in Situation.How.values:
        raise Invalid.field("how", _("Dites comment la situation a été connue."))
    if said.contract and said.contract not in Contract.values:
        raise Invalid.field("contract", _("Choisissez un contrat dans la liste."))
    tried = Attempt.objects.filter(candidacy=candidacy, moment=moment.key).count()
    faults = situation_faults(said, moment, left_on=candidacy.left_on, attempts=tried, today=act.today)
    if faults or candidacy.left_on is None:
        raise Invalid(" ".join(faults.values()), faults)
    return {
        "due_on": due_on(candidacy.left_on, moment),
        "status": said.status,
        "contract": said.contract,
        "lasting": said.is_lasting,
        "weekly_hours": said.weekly_hours,
        "how": said.how,
        "recorded_on": said.on,
    }
