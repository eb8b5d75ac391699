"""The avenant: owed when what was signed changes, sent by the provider, signed by those it touches like a convention.

Sources: article 5 of the convention; issue of the plan, « Signing » and « During the training »."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from defi.kernel.access import TASK, Actor
from defi.kernel.journal import Action, acting
from defi.operations.models import Operation, Session
from defi.steps.convention import mails
from defi.steps.convention.facts import names_of, parties_of, terms_agreed, terms_now, terms_of
from defi.steps.convention.issuing import UNSIGNED, ask_all, issue, living_signatories
from defi.steps.convention.locks import kill_links, lock_amendment
from defi.steps.convention.models import Amendment, Convention, Signatory
from defi.steps.convention.required import known_signers
from defi.steps.convention.states import AMENDMENT, SIGNATORY
from defi.steps.convention.terms import Cause, Touched, changes, sentences, touched
from defi.steps.design.change_models import ChangeRequest

AT_WORK = ("owed", "sent")
"""The states of an amendment that is not signed yet, nor dropped."""


@dataclass(frozen=True, slots=True)
class Said:
    """What an amendment changes, in words, and who signs it."""

    sentences: tuple[str, ...]
    touched: Touched


def said_of(amendment: Amendment) -> Said:
    """What this amendment says, and whom it touches. Must run inside an open scope."""
    agreed, now = terms_agreed(amendment.convention, amendment), terms_of(amendment)
    found = changes(agreed, now)
    words = sentences(agreed, now, names_of(agreed, now))
    return Said(words, touched(found, parties_of(amendment.convention, agreed)))


def follow(act: Action, operation: Operation) -> None:
    """Within an action that changed the file: an amendment is owed, no longer says the same, or is owed no more.

    Only to a convention signed by all, and until the training ends: nothing is then left to agree upon."""
    convention = Convention.objects.filter(operation=operation, state="signed").first()
    if convention is None:
        return
    agreed, now = terms_agreed(convention), terms_now(operation)
    found = changes(agreed, now)
    owed = Amendment.objects.filter(convention=convention, state__in=AT_WORK).first()
    if not found:
        if owed is not None:
            with acting(TASK, "amendment.drop") as drop:
                drop.move(AMENDMENT, drop.lock(Amendment, owed.pk))
        return
    session = Session.objects.filter(operation=operation).order_by("number").first()
    if owed is None and (session is None or act.today > session.ends_on):
        return
    by_hours = any(change.cause is Cause.HOURS for change in found)
    _owe(convention, owed, _last_change(operation) if by_hours else None)


def _last_change(operation: Operation) -> ChangeRequest | None:
    return ChangeRequest.objects.filter(operation=operation, state="approved").order_by("-edition").first()


def _owe(convention: Convention, owed: Amendment | None, change: ChangeRequest | None) -> None:
    with acting(TASK, "amendment.owe") as act:
        if owed is None:
            owed = act.create(
                Amendment,
                operation_id=convention.operation_id,
                convention=convention,
                change=change,
                state=AMENDMENT.take("amendment.owe", TASK, "").target,
                owed_on=act.today,
            )
        elif owed.state == "sent" and not changes(terms_of(owed), terms_now(convention.operation)):
            return
        else:
            was_sent = owed.state == "sent"
            owed = act.move(AMENDMENT, act.lock(Amendment, owed.pk), change=change)
            if not was_sent:
                return
        mails.amendment_owed(act, owed, said_of(owed).sentences)


def send_amendment(actor: Actor, amendment_id: int, *, version: int | None = None) -> Amendment:
    """Send the amendment: those it touches are asked to sign it, by click, in ink or elsewhere.

    Sent again after the file changed: signatures fall when it reads otherwise, and only then. Raises `WrongState`."""
    with acting(actor, "amendment.send") as act:
        amendment = lock_amendment(act, amendment_id, version)
        AMENDMENT.take("amendment.send", actor, amendment.state)
        _list(act, amendment)
        if issue(act, amendment):
            ask_all(act, amendment, _("ce que l'avenant doit dire a changé depuis"))
        return amendment


def _list(act: Action, amendment: Amendment) -> None:
    """Those it touches, as its text is about to say: some join the list, some leave it."""
    who = said_of(amendment).touched
    listed = {row.organisation_id: row for row in living_signatories(amendment)}
    reason = _("L'avenant ne touche plus cette organisation.")
    for pk, row in listed.items():
        if pk not in who.signing:
            with acting(act.actor, "signatory.remove", reason=reason) as remove:
                remove.move(SIGNATORY, row, **UNSIGNED)
                kill_links(remove, row)
    known = known_signers(amendment.convention)
    with acting(act.actor, "signatory.add") as add:
        for pk in sorted(who.signing - set(listed)):
            person, quality = known.get(pk, (None, ""))
            add.create(
                Signatory,
                operation_id=amendment.operation_id,
                convention=amendment.convention,
                amendment=amendment,
                organisation_id=pk,
                person=person,
                quality=quality,
                required=pk not in who.optional,
                state=SIGNATORY.take("signatory.add", act.actor, "").target,
            )
