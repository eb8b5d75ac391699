"""What the tutor says at the end, that the trainee read it, what was made of it, and the sheet that tells all that."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from defi.kernel.access import Actor
from defi.kernel.documents.keeping import keep
from defi.kernel.journal import Action, acting
from defi.kernel.models import Document
from defi.kernel.refusals import Invalid, Unknown, WrongState
from defi.people.models import Person
from defi.steps.sourcing.locks import refuse_private
from defi.steps.training.actions.company import must_be_tutor
from defi.steps.training.actions.locks import lock_placement
from defi.steps.training.actions.placements import check_past
from defi.steps.training.documents import IMMERSION_SHEET
from defi.steps.training.evaluation import check_evaluation
from defi.steps.training.models import Placement, PlacementDebrief, TutorEvaluation
from defi.steps.training.placement_printing import immersion_data
from defi.steps.training.rules import day_words
from defi.steps.training.states import PLACEMENT

OVER = {"done", "debriefed"}


@dataclass(frozen=True, slots=True)
class EvaluationFacts:
    """An opinion: the aims, words of the closed list (`evaluation.WORDS`), one free line."""

    aims: str
    strengths: Collection[str] = ()
    to_work_on: Collection[str] = ()
    note: str = ""


def evaluate_placement(actor: Actor, placement_id: int, facts: EvaluationFacts) -> TutorEvaluation:
    """The tutor gives an opinion, from the last day on; told by telephone, the provider writes it down.

    Raises `Invalid` beside what cannot be said, `WrongState` before the end or a second time."""
    with acting(actor, "placement.evaluate") as act:
        placement = lock_placement(act, placement_id)
        must_be_tutor(actor, placement)
        if placement.state not in OVER and not (placement.state == "begun" and placement.ends_on <= act.today):
            raise WrongState(
                _("L'avis se donne à la fin de la période, le %(day)s.") % {"day": day_words(placement.ends_on)}
            )
        if TutorEvaluation._base_manager.filter(placement=placement).exists():
            raise WrongState(_("L'avis du tuteur est déjà donné : il n'y a rien à refaire."))
        check_evaluation(facts.aims, facts.strengths, facts.to_work_on)
        refuse_private(note=facts.note)
        return act.create(
            TutorEvaluation,
            operation_id=placement.operation_id,
            placement=placement,
            aims=facts.aims,
            strengths=sorted(facts.strengths),
            to_work_on=sorted(facts.to_work_on),
            note=facts.note.strip(),
            given_on=act.today,
            given_by=_by(actor, placement),
        )


def _by(actor: Actor, placement: Placement) -> str:
    person = Person._base_manager.filter(pk=actor.person_id).first() if actor.person_id else None
    if not actor.in_provider:
        return str(person or placement.tutor_name)
    words = _("%(tutor)s, noté par %(name)s") % {"tutor": placement.tutor_name, "name": person or _("l'organisme")}
    return words[:160]


def read_evaluation(actor: Actor, placement_id: int) -> TutorEvaluation:
    """The trainee read what the tutor says of their period. Raises `Unknown` while nothing is said."""
    with acting(actor, "placement.read_evaluation") as act:
        placement = lock_placement(act, placement_id)
        row = TutorEvaluation.objects.visible_to(actor).filter(placement=placement).first()
        if row is None:
            raise Unknown(_("Le tuteur n'a pas encore donné son avis."))
        row = act.lock(TutorEvaluation, row.pk)
        return row if row.read_on else act.change(row, read_on=act.today)


def debrief_placement(
    actor: Actor, placement_id: int, *, on: date, in_group: bool = False, learnt: str = "", follows: str = ""
) -> Placement:
    """Time was given to what the person lived in the firm, alone or in group (seed 000, « Engagements »): what they
    take from it, what follows. These words are for them and their training organisation."""
    with acting(actor, "placement.debrief") as act:
        placement = lock_placement(act, placement_id)
        PLACEMENT.take("placement.debrief", actor, placement.state)
        check_past(act, on)
        refuse_private(learnt=learnt, follows=follows)
        if placement.finished_on and on < placement.finished_on:
            raise Invalid.field("on", _("Le retour d'expérience vient après la fin de la période."))
        act.move(PLACEMENT, placement, debriefed_on=on, in_group=in_group)
        _keep_words(act, placement, learnt.strip(), follows.strip())
        return placement


def _keep_words(act: Action, placement: Placement, learnt: str, follows: str) -> None:
    if learnt or follows:
        act.create(
            PlacementDebrief,
            operation_id=placement.operation_id,
            placement=placement,
            learnt=learnt,
            follows=follows,
        )


def print_immersion(actor: Actor, placement_id: int) -> Document:
    """The immersion sheet as the period stands today; before it begins, the paper on which a tutor signs in ink."""
    with acting(actor, "placement.print") as act:
        placement = lock_placement(act, placement_id)
        document = keep(IMMERSION_SHEET, immersion_data(placement), placement, act.now)
        act.note(placement, document=document.number)
        return document
