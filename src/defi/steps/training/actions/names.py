"""Whom a text that names nobody must not name: it goes into the evidence pack, or to firms and partners."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q
from django.utils.translation import gettext as _

from defi.kernel.access import TASK, scope
from defi.kernel.refusals import Invalid
from defi.operations.models import Operation, Partner
from defi.people.models import Membership, Person
from defi.steps.sourcing.models import Candidacy
from defi.steps.sourcing.privacy import names_of
from defi.steps.training.models import AttendanceSheet, Placement
from defi.steps.training.naming import named

Pairs = list[tuple[str, str]]


def refuse_names(operation: Operation, **texts: str) -> None:
    """Raises `Invalid` beside a text that holds a first name, a last name or a whole name of who takes part: trainees,
    the provider's people, tutors, members of the firms and partners."""
    with scope(TASK):
        people = [*_trainees(operation), *_members(operation)]
        written = _written(operation)
    for field, text in texts.items():
        _refuse(field, text, [*(name for pair in people for name in pair), *written])
        if names_of(text, people):
            raise Invalid.field(
                field, _("Ce texte nomme quelqu'un : écrivez « un stagiaire », « le tuteur », « la formatrice ».")
            )


def refuse_trainees(operation: Operation, **texts: str) -> None:
    """The same for a text that firms and partners read, and that may thank a trainer or a tutor by name."""
    with scope(TASK):
        people = _trainees(operation)
    for field, text in texts.items():
        _refuse(field, text, [name for pair in people for name in pair])


def _refuse(field: str, text: str, names: Iterable[str]) -> None:
    if word := named(text, names):
        said = _(
            "« %(word)s » est le nom ou le prénom de quelqu'un de cette formation : écrivez « un stagiaire », "
            "« le tuteur », « la formatrice »."
        )
        raise Invalid.field(field, said % {"word": word})


def _trainees(operation: Operation) -> Pairs:
    people = Candidacy.objects.filter(operation=operation).order_by("pk")
    return list(people.values_list("person__first_name", "person__last_name"))


def _members(operation: Operation) -> Pairs:
    """Members of the houses that take part, and the tutors."""
    partners = Partner._base_manager.filter(operation=operation).values("organisation_id")
    own = [pk for pk in (operation.provider_id, operation.holder_id) if pk]
    members = Membership.objects.filter(until=None).filter(Q(organisation_id__in=own) | Q(organisation_id__in=partners))
    tutors = Placement.objects.filter(operation=operation).exclude(tutor=None)
    people = Person.objects.filter(Q(pk__in=members.values("person_id")) | Q(pk__in=tutors.values("tutor_id")))
    return list(people.order_by("pk").values_list("first_name", "last_name"))


def _written(operation: Operation) -> list[str]:
    """What a sheet or a period says of a trainer or of a tutor who has no account."""
    sheets, periods = AttendanceSheet.objects, Placement.objects
    told = {
        *sheets.filter(operation=operation).values_list("trainer_name", flat=True),
        *periods.filter(operation=operation).values_list("tutor_name", flat=True),
    }
    return [name for written in sorted(told) for name in (written, *written.split())]
