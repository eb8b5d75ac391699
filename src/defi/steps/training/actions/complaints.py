"""The register of complaints: what did not go well, and what was done of it (Qualiopi, indicator 31)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.utils.translation import gettext as _

from defi.kernel.access import TASK, Actor, scope
from defi.kernel.journal import acting
from defi.kernel.refusals import Invalid, WrongState
from defi.operations.access import lock_operation, operation_of
from defi.operations.models import Operation, Partner
from defi.people.models import Membership, Person
from defi.steps.sourcing.locks import refuse_private
from defi.steps.sourcing.models import Candidacy
from defi.steps.sourcing.privacy import names_of
from defi.steps.training.models import AttendanceSheet, Complaint, Placement
from defi.steps.training.naming import named


@dataclass(frozen=True, slots=True)
class ComplaintFacts:
    """When it was said, of which kind, by whom (a role), and what."""

    on: date
    kind: str
    by: str
    what: str


def note_complaint(actor: Actor, operation_id: int, facts: ComplaintFacts) -> Complaint:
    """Write it in the register. Raises `Invalid`: a day to come, nothing said, a word on somebody's health, the name of
    somebody of the operation."""
    with acting(actor, "complaint.note") as act:
        operation = lock_operation(act, operation_id)
        refuse_private(what=facts.what)
        _refuse_names(operation, what=facts.what)
        faults: dict[str, str] = {}
        if facts.on > act.today:
            faults["on"] = _("Cette date est à venir.")
        if facts.kind not in Complaint.Kind.values:
            faults["kind"] = _("Choisissez dans la liste.")
        if facts.by not in Complaint.By.values:
            faults["by"] = _("Choisissez dans la liste.")
        if not facts.what.strip():
            faults["what"] = _("Dites ce qui s'est passé, sans nommer personne.")
        if faults:
            raise Invalid(" ".join(faults.values()), faults)
        return act.create(
            Complaint,
            operation=operation,
            on=facts.on,
            kind=facts.kind,
            by=facts.by,
            what=facts.what.strip(),
            noted_by_id=actor.person_id,
        )


def close_complaint(actor: Actor, complaint_id: int, *, answer: str, on: date, version: int | None = None) -> Complaint:
    """Say what was done and what was answered: it is closed. Raises `Invalid`, `WrongState` the second time."""
    with acting(actor, "complaint.close") as act:
        lock_operation(act, operation_of(actor, Complaint, complaint_id))
        complaint = act.lock(Complaint, complaint_id, version)
        if complaint.closed_on:
            raise WrongState(_("Cette réclamation est déjà close : sa réponse ne change plus."))
        refuse_private(answer=answer)
        _refuse_names(complaint.operation, answer=answer)
        if not answer.strip():
            raise Invalid.field("answer", _("Dites ce qui a été fait, et ce qui a été répondu."))
        if not complaint.on <= on <= act.today:
            raise Invalid.field("on", _("La réponse vient après la réclamation, au plus tard aujourd'hui."))
        return act.change(complaint, answer=answer.strip(), closed_on=on)


def _refuse_names(operation: Operation, **texts: str) -> None:
    """Raises `Invalid` beside a text that holds a name, since the register goes into the evidence pack: the whole name
    of a member of a house that takes part, a first name or a last name alone of who is in the training every day."""
    with scope(TASK):
        names, whole = _near(operation), _houses(operation)
    for field, text in texts.items():
        if word := named(text, names):
            raise Invalid.field(
                field,
                _(
                    "« %(word)s » est le nom ou le prénom de quelqu'un de cette formation : écrivez « un stagiaire », "
                    "« le tuteur », « la formatrice »."
                )
                % {"word": word},
            )
        if names_of(text, whole):
            raise Invalid.field(
                field, _("Ce texte nomme quelqu'un : écrivez « un stagiaire », « le tuteur », « la formatrice ».")
            )


def _near(operation: Operation) -> list[str]:
    """The first names and the last names of the trainees, of the provider's people and of the tutors, and what a sheet
    or a period says of a trainer or of a tutor who has no account."""
    houses = [pk for pk in (operation.provider_id, operation.holder_id) if pk]
    periods = Placement.objects.filter(operation=operation)
    people = Person.objects.filter(
        Q(pk__in=Candidacy.objects.filter(operation=operation).values("person_id"))
        | Q(pk__in=Membership.objects.filter(organisation_id__in=houses, until=None).values("person_id"))
        | Q(pk__in=periods.exclude(tutor=None).values("tutor_id"))
    )
    said = [name for pair in people.values_list("first_name", "last_name") for name in pair]
    trainers = AttendanceSheet.objects.filter(operation=operation).values_list("trainer_name", flat=True)
    for written in {*trainers, *periods.values_list("tutor_name", flat=True)}:
        said += [written, *written.split()]
    return said


def _houses(operation: Operation) -> list[tuple[str, str]]:
    """First and last name of the members of the houses that take part."""
    partners = Partner._base_manager.filter(operation=operation).values("organisation_id")
    members = Membership.objects.filter(organisation_id__in=partners, until=None).values("person_id")
    return list(Person.objects.filter(pk__in=members).values_list("first_name", "last_name"))
