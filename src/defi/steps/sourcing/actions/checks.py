"""What the actions on candidacies check alike: words of a reason, dates, seats."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from defi.kernel.documents.french import long_date
from defi.kernel.refusals import Invalid, WrongState
from defi.operations.models import Session
from defi.steps.sourcing.locks import refuse_private, seats_taken
from defi.steps.sourcing.models import Candidacy
from defi.steps.sourcing.rules import seat_fault


def said_words(code: str, reason: str, allowed: tuple[str, ...]) -> str:
    """The words kept as the reason: those typed, else the label of the code. Raises `Invalid`."""
    if code not in allowed:
        raise Invalid.field("code", _("Choisissez un motif dans la liste."))
    refuse_private(reason=reason)
    return reason.strip() or str(Candidacy.Refusal(code).label)


def last_step(candidacy: Candidacy) -> date:
    """The latest date already noted on the way to the entry."""
    known = (
        candidacy.oriented_on,
        candidacy.invited_on,
        candidacy.met_on,
        candidacy.selected_on,
        candidacy.confirmed_on,
    )
    return max(day for day in known if day)


def refuse_overflow(session: Session, candidacy_id: int) -> None:
    fault = seat_fault(session.seats, seats_taken(session.pk, without=candidacy_id))
    if fault:
        raise WrongState(fault)


def refuse_two_at_once(candidacy: Candidacy) -> None:
    """A person holds a seat in one session at a time. Where the other is, is told to nobody here."""
    mine = candidacy.session
    others = Candidacy.objects.filter(person_id=candidacy.person_id, state__in=("confirmed", "entered"))
    together = others.filter(session__starts_on__lte=mine.ends_on, session__ends_on__gte=mine.starts_on)
    other = together.exclude(pk=candidacy.pk).select_related("session").order_by("pk").first()
    if other is not None:
        raise WrongState(
            _(
                "%(name)s tient déjà une place dans une session du %(start)s au %(end)s, en même temps que celle-ci : "
                "son renoncement doit y être noté d'abord."
            )
            % {
                "name": candidacy.person,
                "start": long_date(other.session.starts_on),
                "end": long_date(other.session.ends_on),
            }
        )


def refuse_outside(session: Session, day: date) -> None:
    if (session.started_on or session.starts_on) <= day <= session.ends_on:
        return
    raise Invalid.field(
        "on",
        _("La session a lieu du %(start)s au %(end)s : l'entrée se note dans ces dates.")
        % {"start": long_date(session.starts_on), "end": long_date(session.ends_on)},
    )
