"""The provider writes a request line by line, sends it to the Region, mends it, takes it back.

Source: issue of the plan, « During the training »."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from django.utils.translation import gettext as _

from defi.kernel.access import Actor
from defi.kernel.journal import Action, acting
from defi.kernel.refusals import Invalid, Unknown, WrongState
from defi.operations.access import lock_bound
from defi.operations.models import Session
from defi.people.models import Organisation
from defi.steps.design.actions import ModuleFacts, check_module, check_party, refuse_nir
from defi.steps.design.calendar.describing import calendar_rows
from defi.steps.design.calendar.possible import rhythm_faults
from defi.steps.design.calendar.rules import Rhythm
from defi.steps.design.change_models import OPEN, ChangeRequest
from defi.steps.design.changes import mails
from defi.steps.design.changes.effects import as_json as effect_json
from defi.steps.design.changes.effects import date_faults, effective_fault
from defi.steps.design.changes.lines import (
    CalendarLine,
    Change,
    ModuleLine,
    ModuleState,
    RhythmLine,
    as_json,
    from_json,
    module_state,
    next_number,
    with_line,
    without_line,
)
from defi.steps.design.changes.reading import calendar_of, ground_of, session_of, study, without_closed
from defi.steps.design.changing import content_of
from defi.steps.design.content import Content
from defi.steps.design.models import Module, TrainingPlan
from defi.steps.design.reuse.checks import check_taken
from defi.steps.design.states import CHANGE


@dataclass(frozen=True, slots=True)
class Motive:
    """Why the plan should change, from which day on, and on whose demand if not the provider's."""

    reason: str
    effective_on: date
    asked_for: Organisation | None = None


def prepare_change(actor: Actor, plan_id: int, motive: Motive) -> ChangeRequest:
    """Begin a request on an approved plan whose session runs. Only its provider sees it until it is sent.

    Raises `WrongState` before the start, after the end, or while another one is open; `Invalid` for the date."""
    with acting(actor, "plan.prepare_change", reason=motive.reason) as act:
        plan = lock_bound(act, TrainingPlan, plan_id)
        session = running_session(plan, act.today)
        if ChangeRequest._base_manager.filter(plan=plan, state__in=OPEN).exists():
            raise WrongState(_("Une demande de modification est déjà en cours : complétez-la, ou retirez-la d'abord."))
        _check_motive(act, plan, session, motive)
        return act.create(
            ChangeRequest,
            operation_id=plan.operation_id,
            plan=plan,
            state=CHANGE.take("plan.prepare_change", actor, "", motive.reason).target,
            lines=as_json(Change()),
            **_columns(motive),
        )


def running_session(plan: TrainingPlan, today: date) -> Session:
    """The session during which an approved plan changes by request only. Raises `WrongState` outside of it."""
    session = session_of(plan)
    if session is None or session.started_on is None:
        raise WrongState(_("La session n'a pas démarré : reprenez le plan avec un motif, et changez-le directement."))
    if session.ended_on is not None or today > session.ends_on:
        raise WrongState(_("La session est terminée : le plan ne change plus."))
    if plan.state != "approved":
        raise WrongState(_("Ce plan n'est pas approuvé : changez-le directement, puis demandez les accords."))
    return session


def _check_motive(act: Action, plan: TrainingPlan, session: Session, motive: Motive) -> None:
    refuse_nir({"reason": motive.reason})
    check_party(plan, motive.asked_for)
    if fault := effective_fault(motive.effective_on, act.today):
        raise Invalid.field("effective_on", fault)
    ground = ground_of(plan, session, motive.effective_on, act.today, calendar_of(calendar_rows(plan.pk)))
    if faults := date_faults(ground):
        raise Invalid.field("effective_on", " ".join(faults))


def _columns(motive: Motive) -> dict[str, object]:
    return {
        "reason": motive.reason.strip(),
        "effective_on": motive.effective_on,
        "asked_for": motive.asked_for,
    }


def describe_change(actor: Actor, request_id: int, motive: Motive, *, version: int | None = None) -> ChangeRequest:
    """Another reason, another day of effect."""
    with acting(actor, "plan.write_change") as act:
        request, session = _written(act, request_id, version)
        if not motive.reason.strip():
            raise Invalid.field("reason", _("Dites pourquoi le plan doit changer : la Région décide sur ce motif."))
        _check_motive(act, request.plan, session, motive)
        return act.change(request, **_columns(motive))


def write_module(
    actor: Actor, request_id: int, module: int, wanted: ModuleState | None, *, version: int | None = None
) -> ChangeRequest:
    """What a module (id) becomes; nothing wanted: it is removed. Below zero, a module that the request itself adds;
    zero, one more.

    Raises `Invalid` as for a module of the plan, `Unknown` for one of another plan."""
    with acting(actor, "plan.write_change") as act:
        request, _session = _written(act, request_id, version)
        content, change = content_of(request.plan), from_json(request.lines)
        was = _was(change, content, module)
        if wanted is not None:
            facts = facts_of(request.plan, module, wanted)
            check_module(request.plan, facts, but=max(module, 0))
            if module > 0:
                taken = Module.objects.select_related("taken_from").get(pk=module, plan=request.plan)
                check_taken(taken, facts.kind, facts.hours)
            _check_competences(content, wanted)
        if module < 0 and wanted is None:
            return _write(act, request, without_line(change, module))
        line = ModuleLine(module or next_number(change), was, wanted)
        return _write(act, request, with_line(change, line))


def _was(change: Change, content: Content, module: int) -> ModuleState | None:
    """What the plan says now of the module. Raises `Unknown` when neither plan nor request has it."""
    if module <= 0:
        if module and change.line(module) is None:
            raise Unknown(_("Cette page n'existe pas, ou elle n'est pas pour vous."))
        return None
    was = module_state(content, module)
    if was is None:
        raise Unknown(_("Ce module n'est plus dans le plan : laissez-le comme il est dans la demande."))
    return was


def facts_of(plan: TrainingPlan, module: int, wanted: ModuleState) -> ModuleFacts:
    """The module as the plan's own actions take it: what a request does not speak of stays as it is."""
    row = Module.objects.filter(plan=plan, pk=module).select_related("lender").first() if module > 0 else None
    kept = {} if row is None else {n: getattr(row, n) for n in ("on_platform", "lender", "trainer", "place", "block")}
    return ModuleFacts(
        title=wanted.title,
        kind=wanted.kind,
        hours_centre=wanted.centre,
        hours_company=wanted.company,
        hours_remote=wanted.remote,
        hours_situation=wanted.situation,
        reason=wanted.reason,
        for_employers=list(Organisation.objects.filter(pk__in=wanted.for_employers).order_by("pk")),
        uncertified=bool(row and row.uncertified),
        **kept,
    )


def _check_competences(content: Content, wanted: ModuleState) -> None:
    if set(wanted.competences) - {row.pk for row in content.competences}:
        raise Invalid.field("competences", _("Une de ces compétences n'est pas dans ce plan : cochez de nouveau."))


def leave_module(actor: Actor, request_id: int, module: int, *, version: int | None = None) -> ChangeRequest:
    """The module stays as it is in the plan: its line is taken out of the request."""
    with acting(actor, "plan.write_change") as act:
        request, _session = _written(act, request_id, version)
        return _write(act, request, without_line(from_json(request.lines), module))


def write_rhythm(
    actor: Actor,
    request_id: int,
    text: str,
    rhythm: Rhythm | None = None,
    *,
    version: int | None = None,
) -> ChangeRequest:
    """The words on the rhythm; with a `rhythm`, the calendar is laid again by it from the day of effect on.

    Raises `Invalid` with a sentence per field, `WrongState` for a plan without calendar."""
    with acting(actor, "plan.write_change") as act:
        request, _session = _written(act, request_id, version)
        refuse_nir({"text": text})
        plan, words = request.plan, text.strip()[:255]
        calendar = None
        if rhythm is not None:
            if faults := rhythm_faults(rhythm):
                raise Invalid(" ".join(faults.values()), faults)
            was = calendar_of(calendar_rows(plan.pk)).rhythm
            if was is None:
                raise WrongState(_("Ce plan n'a pas de calendrier : il n'y a pas de demi-journées à poser de nouveau."))
            calendar = CalendarLine(without_closed(was), without_closed(rhythm))
        line = RhythmLine(plan.rhythm, words) if words != plan.rhythm else None
        return _write(act, request, replace(from_json(request.lines), rhythm=line, calendar=calendar))


def _written(act: Action, request_id: int, version: int | None) -> tuple[ChangeRequest, Session]:
    """The request, locked, while it may be written."""
    request = lock_bound(act, ChangeRequest, request_id, version)
    CHANGE.take("plan.write_change", act.actor, request.state)
    return request, running_session(request.plan, act.today)


def _write(act: Action, request: ChangeRequest, change: Change) -> ChangeRequest:
    act.note(request, lines=len(change.modules) + bool(change.rhythm) + bool(change.calendar))
    return act.change(request, lines=as_json(change))


def ask_change(actor: Actor, request_id: int, *, version: int | None = None) -> ChangeRequest:
    """Send the request to the Region, with its effect as it is today.

    Raises `WrongState` with what the plan no longer is, `Invalid` with all that keeps it from being sent."""
    with acting(actor, "plan.ask_change") as act:
        request = lock_bound(act, ChangeRequest, request_id, version)
        CHANGE.take("plan.ask_change", actor, request.state)
        session = running_session(request.plan, act.today)
        if fault := effective_fault(request.effective_on, act.today):
            raise Invalid.field("effective_on", fault)
        found = study(request, session, act.today)
        if found.stale:
            raise WrongState(stale_sentence(found.stale))
        if found.effect.faults:
            raise Invalid(" ".join(found.effect.faults))
        act.move(
            CHANGE,
            request,
            effect=effect_json(found.effect),
            asked_on=act.today,
            asked_by_id=actor.person_id,
            decided_on=None,
            decided_by_id=None,
        )
        mails.change_asked(act, request)
        return request


def stale_sentence(stale: tuple[str, ...]) -> str:
    """What is no longer as the request found it, and how to mend it."""
    return _("%(what)s Reprenez ces lignes de la demande, puis renvoyez-la.") % {"what": " ".join(stale)}


def withdraw_change(actor: Actor, request_id: int, *, version: int | None = None) -> ChangeRequest:
    """The provider takes its request back: the plan stays as it is."""
    with acting(actor, "plan.withdraw_change") as act:
        request = lock_bound(act, ChangeRequest, request_id, version)
        was_asked = request.state == "asked"
        act.move(CHANGE, request)
        if was_asked:
            mails.change_withdrawn(act, request)
        return request
