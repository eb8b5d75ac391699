"""Presence in the firm: signed by the tutor per half-day, noted from a paper, corrected with a reason.

Source: process.md, step 6 (periods in company agreed, done); law.md 4.3 (half-days signed as they are lived)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.utils.translation import gettext as _

from defi.kernel.access import TASK, Actor, Who, scope
from defi.kernel.files import keeping
from defi.kernel.journal import Action, acting
from defi.kernel.pages import load
from defi.kernel.refusals import Invalid, NotAllowed, Unknown, WrongState
from defi.kernel.transitions import VERBS
from defi.operations.access import must_take_part
from defi.people.models import Person
from defi.steps.sourcing.locks import refuse_private
from defi.steps.training import mails
from defi.steps.training.actions.agreements import keep_paper
from defi.steps.training.actions.locks import lock_placement
from defi.steps.training.actions.placements import begin_placement, finish_placement
from defi.steps.training.company import Half, half_words, is_begun
from defi.steps.training.company_hours import State, awaited, expected, last_day, whole_hours
from defi.steps.training.file_kinds import PLACEMENT_PAPER
from defi.steps.training.interruptions import Stay, stay_of
from defi.steps.training.models import CompanyPresence, Placement, PlacementSignature, Way
from defi.steps.training.periods import begins_on
from defi.steps.training.recognising import must_be_of
from defi.steps.training.rules import day_words
from defi.steps.training.two_places import refuse_in_centre


def sign_presence(actor: Actor, placement_id: int, states: Mapping[Half, str]) -> list[CompanyPresence]:
    """The tutor signs half-days, `(day, half)` → present or absent, from a link or with an account.

    The first answer begins a period that the three have signed, on its own first day: earlier days stay to be answered.
    It ends once each half-day has its answer. Raises `Invalid` for a half-day to come, out of the period, of somebody
    who left before or whose path was interrupted then; `WrongState` twice, or without the agreement."""
    with acting(actor, "placement.attend") as act:
        placement = lock_placement(act, placement_id)
        must_be_tutor(actor, placement)
        return _keep(act, placement, states, Way.CLICK, _tutor(actor, placement))


def record_presence(
    actor: Actor, placement_id: int, states: Mapping[Half, str], paper: tuple[str, bytes]
) -> list[CompanyPresence]:
    """The provider notes what the tutor signed on paper, with its scan as `(name, bytes)`. See `sign_presence`.

    Raises `Invalid` for a scan whose code is that of another paper."""
    VERBS["placement.record_presence"].check(actor)
    with scope(actor):
        read = load(Placement, actor, placement_id, "operation")
        must_take_part(actor, read.operation)
    upload = keeping.inspected(PLACEMENT_PAPER, *paper)
    must_be_of(read, paper)
    with acting(actor, "placement.record_presence") as act:
        placement = lock_placement(act, placement_id)
        rows = _keep(act, placement, states, Way.PAPER, placement.tutor_name)
        keep_paper(act, placement, upload, _("Présence en entreprise signée"))
        return rows


def _keep(
    act: Action, placement: Placement, states: Mapping[Half, str], way: str, signed_by: str
) -> list[CompanyPresence]:
    if not states:
        raise Invalid(_("Dites d'au moins un jour si la personne était là."))
    if not set(states.values()) <= set(State.values):
        raise Invalid(_("Une demi-journée se signe « présent » ou « absent »."))
    due = {one.key: one.minutes for one in expected(placement)}
    halves = sorted(states, key=lambda half: (half[0], half[1] == "afternoon"))
    stay = stay_of(placement.candidacy)
    for half in halves:
        _check(act, placement, half, due)
        _refuse_interrupted(stay, half)
    refuse_in_centre(act.actor, placement, {half for half, state in states.items() if state == State.PRESENT})
    if placement.state == "planned":
        placement = begin_placement(TASK, placement.pk, on=min(halves[0][0], first_day(placement)))
    if placement.state != "begun":
        raise WrongState(_("Cette période est terminée ou annulée : sa présence ne se signe plus."))
    kept = set(CompanyPresence._base_manager.filter(placement=placement).values_list("on", "half"))
    if again := next((half for half in halves if half in kept), None):
        raise WrongState(
            _("La présence du %(half)s est déjà signée : seul l'organisme peut la corriger.")
            % {"half": half_words(again).removeprefix("le ")}
        )
    rows = [
        act.create(
            CompanyPresence,
            operation_id=placement.operation_id,
            placement=placement,
            on=half[0],
            half=half[1],
            minutes=due[half],
            state=states[half],
            way=way,
            signed_at=act.now,
            signed_by=signed_by,
        )
        for half in halves
    ]
    if _is_answered(placement, stay, kept | set(halves), act.today):
        # The last day worked may come before the last day planned.
        finish_placement(TASK, placement.pk, on=min(last_day(placement), act.today))
    return rows


def _is_answered(placement: Placement, stay: Stay, kept: set[Half], today: date) -> bool:
    """Whether each half-day awaited has its answer, and none is to come: within an interruption the person may still be
    back before the last day."""
    to_come = any(today < due.on <= last_day(placement) for due in expected(placement))
    return not to_come and all(due.key in kept for due in awaited(placement, stay))


def first_day(placement: Placement) -> date:
    """The day such a period begins, whichever day is answered first: as planned, but under its agreement, and not
    before the return when the path was interrupted then."""
    signed = PlacementSignature._base_manager.filter(placement=placement, voided_on=None)
    agreed = max(signed.values_list("signed_on", flat=True), default=None)
    day = begins_on(placement.starts_on, agreed_on=agreed, entered_on=placement.candidacy.entered_on)
    stay = stay_of(placement.candidacy)
    while (away := stay.interrupted(day)) and away.ended_on:
        day = away.ended_on
    return day


def _check(act: Action, placement: Placement, half: Half, due: Mapping[Half, int]) -> None:
    words = half_words(half)
    left_on = placement.candidacy.left_on
    if half not in due:
        raise Invalid(_("Rien n'est prévu %(half)s dans cette période.") % {"half": words})
    if not is_begun(half, act.now):
        raise Invalid(_("La présence se signe sur le moment : %(half)s est à venir.") % {"half": words})
    if left_on is not None and half[0] > left_on:
        raise Invalid(
            _("Cette personne a quitté la formation le %(day)s : %(half)s ne se signe pas.")
            % {"day": day_words(left_on), "half": words}
        )
    if placement.begun_on is not None and half[0] < placement.begun_on:
        raise Invalid(
            _("La période a commencé le %(day)s : %(half)s n'en fait pas partie.")
            % {"day": day_words(placement.begun_on), "half": words}
        )


def _refuse_interrupted(stay: Stay, half: Half) -> None:
    """Raises `Invalid` for a half-day within an interruption: nobody is expected then, so nothing of it is signed."""
    away = stay.interrupted(half[0])
    if away is None:
        return
    said = {"first": day_words(away.from_on), "half": half_words(half)}
    if away.ended_on is None:
        raise Invalid(
            _(
                "La formation de cette personne est interrompue depuis le %(first)s : %(half)s ne se signe pas. "
                "L'organisme de formation déplace la période, l'annule ou y met fin."
            )
            % said
        )
    raise Invalid(
        _("La formation de cette personne était interrompue du %(first)s au %(back)s : %(half)s ne se signe pas.")
        % {**said, "back": day_words(away.ended_on)}
    )


def must_be_tutor(actor: Actor, placement: Placement) -> None:
    """Raises `NotAllowed` for a colleague of the tutor: who was there says so, or who signs for the firm."""
    if not actor.in_employer or actor.who is Who.SIGNATORY or placement.tutor_id is None:
        return
    if actor.person_id != placement.tutor_id:
        raise NotAllowed(_("C'est %(tutor)s, le tuteur, qui le dit.") % {"tutor": placement.tutor_name})


def _tutor(actor: Actor, placement: Placement) -> str:
    person = Person._base_manager.filter(pk=actor.person_id).first() if actor.person_id else None
    return str(person) if person else placement.tutor_name


def correct_presence(
    actor: Actor, placement_id: int, half: Half, state: str, *, reason: str, version: int | None = None
) -> CompanyPresence:
    """A half-day that was signed wrongly; who, when and why stay beside it. `version`: of the line that was read.

    Raises `Unknown` for one that is not signed, `Stale`, `Invalid` when nothing changes, `WrongState` when a sheet of
    the centre says them present then."""
    with acting(actor, "placement.correct_presence", reason=reason) as act:
        refuse_private(reason=reason)
        placement = lock_placement(act, placement_id)
        row = CompanyPresence.objects.visible_to(actor).filter(placement=placement, on=half[0], half=half[1]).first()
        if row is None:
            raise Unknown(_("Cette demi-journée n'est pas signée : il n'y a rien à corriger."))
        row = act.lock(CompanyPresence, row.pk, version)
        if state not in State.values or state == row.state:
            raise Invalid.field("state", _("Choisissez ce que la ligne doit dire, autrement qu'aujourd'hui."))
        if state == State.PRESENT:
            _refuse_interrupted(stay_of(placement.candidacy), half)
            refuse_in_centre(actor, placement, {half})
        act.change(row, state=state, corrected_on=act.today)
        if placement.hours_done is not None:
            act.change(placement, hours_done=whole_hours(placement))
        return row


def send_tutor_link(actor: Actor, placement_id: int) -> Placement:
    """The link by which the tutor signs presence, again. Raises `WrongState` without an address."""
    with acting(actor, "placement.send_tutor_link") as act:
        placement = lock_placement(act, placement_id)
        if placement.state == "cancelled":
            raise WrongState(_("Cette période est annulée."))
        if not mails.send_tutor_link(act, placement):
            raise WrongState(
                _("Aucune adresse n'est connue pour ce tuteur : notez sa présence depuis la feuille signée sur papier.")
            )
        act.note(placement, link_sent=True)
        return placement
