"""The life of a session: who really entered, and its end."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext as _

from defi.kernel.access import Actor
from defi.kernel.journal import acting
from defi.kernel.refusals import Invalid, WrongState
from defi.operations.access import lock_operation, operation_of
from defi.operations.models import Session
from defi.steps.pairing.actions import fix_finding
from defi.steps.sourcing.actions import complete_training, enter_training, note_no_show
from defi.steps.sourcing.models import Candidacy
from defi.steps.training import mails
from defi.steps.training.actions.locks import lock_session
from defi.steps.training.models import AbsenteeCall, SessionStart
from defi.steps.training.rules import check_end, check_start, day_words

AWAITED = ("no_show", "confirmed")
"""Who was expected on the first day and is not in training."""


def start_session(
    actor: Actor,
    session_id: int,
    *,
    on: date,
    entered: Iterable[int],
    absent: Iterable[int] = (),
    version: int | None = None,
) -> SessionStart:
    """The session started that day with these people (candidacy ids); the others of `absent` did not come.

    Who is in neither list is still awaited and may enter later. Then the conformity is found, fixed and dated (seed
    001, step 5). Raises `WrongState` the second time, `Invalid` for a date or a person that cannot be."""
    with acting(actor, "session.start") as act:
        operation, session = lock_session(act, session_id, version)
        if session.started_on:
            raise WrongState(_("Le démarrage est déjà constaté, le %(day)s.") % {"day": day_words(session.started_on)})
        check_start(session.starts_on, on, act.today)
        came, missing = list(dict.fromkeys(entered)), list(dict.fromkeys(absent))
        _check_people(actor, session, came, missing)
        # Those who did not come first: the seats they held may be taken by the reserve.
        for candidacy_id in missing:
            note_no_show(actor, candidacy_id, on=on)
        for candidacy_id in came:
            enter_training(actor, candidacy_id, on=on)
        act.change(session, started_on=on)
        start = act.create(
            SessionStart,
            operation=operation,
            session=session,
            started_on=on,
            recorded_on=act.today,
            entered=len(came),
        )
        fix_finding(actor, session.pk)
        mails.session_started(act, operation, session, start)
        return start


def _check_people(actor: Actor, session: Session, came: list[int], missing: list[int]) -> None:
    if not came:
        raise Invalid.field("entered", _("Personne n'est entré : cochez qui est venu, ou déplacez le démarrage."))
    if set(came) & set(missing):
        raise Invalid.field("absent", _("Une même personne est notée entrée et absente : corrigez l'une des deux."))
    known = set(
        Candidacy.objects.visible_to(actor)
        .filter(session=session, pk__in=[*came, *missing])
        .values_list("pk", flat=True)
    )
    if known != {*came, *missing}:
        raise Invalid.field("entered", _("Une des personnes indiquées n'est pas dans cette session."))


def call_absentee(actor: Actor, candidacy_id: int, *, outcome: str, on: date | None = None) -> AbsenteeCall:
    """Somebody awaited on the first day who did not come was called. Nothing else changes: to enter later, to give up,
    to take somebody of the reserve are decisions of their own. Raises `WrongState`, `Invalid`."""
    with acting(actor, "absentee.call") as act:
        operation = lock_operation(act, operation_of(actor, Candidacy, candidacy_id))
        person = act.lock(Candidacy, candidacy_id)
        started = person.session.started_on
        if started is None:
            raise WrongState(_("La session n'a pas démarré : constatez d'abord le démarrage."))
        if person.state not in AWAITED:
            raise WrongState(_("Cette personne n'est pas de celles qu'on attendait le premier jour."))
        if outcome not in AbsenteeCall.Outcome.values:
            raise Invalid.field("outcome", _("Dites ce que l'appel a donné."))
        day = on or act.today
        if not started <= day <= act.today:
            raise Invalid.field("on", _("L'appel a eu lieu entre le démarrage et aujourd'hui."))
        return act.create(AbsenteeCall, operation=operation, candidacy=person, on=day, outcome=outcome)


def end_session(actor: Actor, session_id: int, *, on: date, version: int | None = None) -> Session:
    """The session is over: those still there completed it that day. Raises `WrongState`, `Invalid` (before its end)."""
    with acting(actor, "session.end") as act:
        operation, session = lock_session(act, session_id, version)
        if session.started_on is None:
            raise WrongState(_("La session n'a pas démarré : constatez d'abord le démarrage."))
        if session.ended_on:
            raise WrongState(_("La fin est déjà constatée, le %(day)s.") % {"day": day_words(session.ended_on)})
        check_end(session.ends_on, on, act.today)
        there = Candidacy.objects.visible_to(actor).filter(session=session, state="entered")
        for candidacy_id in list(there.order_by("pk").values_list("pk", flat=True)):
            complete_training(actor, candidacy_id, on=on)
        act.change(session, ended_on=on)
        mails.session_ended(act, operation, session)
        return session
