"""The held date changes, by the Cabinet or the officer: whoever had been told has it moved, and nothing is asked again.

Source: issue of the plan, « The way »; a date that is given up goes by `signing.reopen_date`."""

from __future__ import annotations

from django.utils.translation import gettext as _

from defi.kernel.access import TASK, Actor, scope
from defi.kernel.journal import Action, acting, check_version
from defi.kernel.models import JournalEntry
from defi.kernel.refusals import Invalid, WrongState
from defi.operations.access import lock_operation
from defi.operations.models import Operation
from defi.steps.convention import mails
from defi.steps.convention.calendar import starts_at
from defi.steps.convention.documents import INVITATION, SAVE_THE_DATE
from defi.steps.convention.letters import keep_letters
from defi.steps.convention.locks import session_of
from defi.steps.convention.models import LIVING, Convention, SigningOption
from defi.steps.convention.rules import ceremony_is_over, hour_fault, option_fault
from defi.steps.convention.signing import OptionFacts, signatories_told
from defi.steps.sourcing.locks import refuse_nir


def change_date(
    actor: Actor, operation_id: int, facts: OptionFacts, *, reason: str, version: int | None = None
) -> SigningOption:
    """Hold another day, hour or place instead of the one held.

    Signed by all beforehand, the ceremony still moves: the text they signed is not touched, and keeps its date.
    Raises `Invalid` beside what is wrong (past, after the end, the same), `Stale`, `WrongState` (nothing held, signed
    by all and past)."""
    with acting(actor, "signing.change", reason=reason) as act:
        operation = lock_operation(act, operation_id)
        place = facts.place.strip()
        refuse_nir(reason=reason, place=place)
        convention = Convention.objects.filter(LIVING, operation=operation).select_for_update(of=("self",)).first()
        held = _held(operation)
        is_signed = convention is not None and convention.state == "signed"
        if ceremony_is_over(held.on, signed=is_signed, today=act.today):
            raise WrongState(
                _("La convention est signée par tous et la date retenue est passée : elle ne change plus.")
            )
        check_version(held, version)
        _check(act, held, facts, place, operation)
        before = starts_at(held)
        is_invited = convention is not None and convention.invited_on is not None
        # Whoever signed read the day in the text.
        was_told = is_invited or is_signed or held.warned_on is not None
        act.change(held, on=facts.on, at=facts.at, place=place, warned_on=act.today if held.warned_on else None)
        told = signatories_told(operation) if was_told else []
        letters = keep_letters(INVITATION if is_invited else SAVE_THE_DATE, held, told, act.now)
        reached = mails.date_changed(act, held, before, told, letters, is_invited=is_invited)
        act.note(held, told=reached)
        return held


def _held(operation: Operation) -> SigningOption:
    rows = SigningOption.objects.filter(operation=operation, state="held").select_for_update(of=("self",))
    held = rows.first()
    if held is None:
        raise WrongState(_("Aucune date n'est retenue : il n'y a rien à changer."))
    return held


def _check(act: Action, held: SigningOption, facts: OptionFacts, place: str, operation: Operation) -> None:
    if fault := option_fault(facts.on, today=act.today, ends_on=session_of(operation).ends_on):
        raise Invalid.field("on", fault)
    if fault := hour_fault(facts.at):
        raise Invalid.field("at", fault)
    if not place:
        raise Invalid.field("place", _("Indiquez le lieu de la signature."))
    if (facts.on, facts.at, place) == (held.on, held.at, held.place):
        raise Invalid.field("on", _("C'est déjà la date retenue, à cette heure et à ce lieu."))


def given_up(outer: Action, entry: JournalEntry) -> None:
    """The operation is abandoned: whoever had been told of a date learns that there will be none."""
    with scope(TASK):
        options = SigningOption.objects.filter(operation=entry.file_id).select_related("operation").order_by("-pk")
        convention = Convention.objects.filter(operation=entry.file_id).last()
        invited = convention is not None and convention.invited_on is not None
        for option in options:
            if option.warned_on or (invited and option.state == "held"):
                mails.date_cancelled(outer, option, signatories_told(option.operation), for_good=True)
                return
