"""What a convention and its amendments share: a text is sent, asked of each, falls when it changes, is signed by all.

A signature is bound to the text that was read (issue of the plan, « Signing »)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from django.utils.translation import gettext as _

from defi.kernel.access import TASK, Actor
from defi.kernel.journal import Action, acting
from defi.kernel.models import Document, Link
from defi.kernel.refusals import Invalid
from defi.kernel.transitions import Table
from defi.steps.convention import mails, printing
from defi.steps.convention.facts import terms_now
from defi.steps.convention.letters import keep_letter_of_the_text
from defi.steps.convention.models import SIGNATORY_TYPE, Amendment, Convention, Signatory
from defi.steps.convention.required import lacking
from defi.steps.convention.rules import reads_otherwise
from defi.steps.convention.states import AMENDMENT, CONVENTION, SIGNATORY, SIGNED

Text = Convention | Amendment

UNSIGNED: dict[str, Any] = {
    "signed_on": None,
    "signed_fingerprint": "",
    "signed_by": None,
    "outside_file": None,
    "outside_reference": "",
}
"""What a signatory that has not signed, or no longer, holds of a signature."""


def table_of(text: Text) -> Table:
    """The states of this kind of text."""
    return AMENDMENT if isinstance(text, Amendment) else CONVENTION


def living_signatories(text: Text) -> list[Signatory]:
    """Those who sign it, in the order they were added. Must run inside an open scope."""
    mine = {"amendment": text} if isinstance(text, Amendment) else {"convention": text, "amendment": None}
    rows = Signatory.objects.filter(**mine).exclude(state="removed")
    related = ("organisation", "person", "named", "signed_by", "stands_for", "operation", "convention")
    return list(rows.select_related(*related, "amendment__convention").order_by("pk"))


def falling_signatures(text: Text) -> list[Signatory]:
    """The signatures that another text would void: all those of this one. Must run inside an open scope."""
    return [signatory for signatory in living_signatories(text) if signatory.state in SIGNED]


def issue(act: Action, text: Text, **fields: Any) -> bool:
    """Within the action that sends it: the text goes out to be signed. Whether it is another than the one before.

    When it reads the same, nothing changed: the text of before goes back to signature, with those it has."""
    reading = printing.reading(text, act.now)
    if not reads_otherwise(text.reading, reading):
        act.move(table_of(text), text, **fields)
        complete_if_all_signed(act, text)
        return False
    if text.document is not None:
        _replace(act, text.document)
    document = printing.keep_text(text, act.now)
    act.move(
        table_of(text),
        text,
        edition=text.edition + 1,
        document=document,
        fingerprint=document.sha256,
        reading=reading,
        terms={**terms_now(text.operation).kept(), **_own_words(text)},
        sent_on=act.today,
        **fields,
    )
    for signatory in living_signatories(text):
        act.change(signatory, edition=text.edition, named=signatory.person)
    return True


def _own_words(text: Text) -> dict[str, Any]:
    """What a convention sent bears of its own, which may change while it is corrected: title, version, ceremony, in
    what quality each signs."""
    if isinstance(text, Amendment):
        return {}
    return {
        "title": text.title,
        "text": text.text_id,
        "ceremony": printing.ceremony_words(text.operation),
        "qualities": {str(row.pk): row.quality for row in living_signatories(text)},
    }


def _replace(act: Action, document: Document) -> None:
    """Another edition is sent: whoever verifies the former reads so."""
    document.replaced_on = act.today
    document.save(update_fields=["replaced_on"])


def ask_all(act: Action, text: Text, reason: str, told: Sequence[str] = ()) -> None:
    """Within the action that sends another text: each is asked to sign it, once; signatures of the former fall, and
    refusals of it. `told`: what it says otherwise, in words, when that is known.

    What was asked of a provider for the former is forgotten: signed there since, it would be taken for this one."""
    for signatory in living_signatories(text):
        if signatory.outside_reference:
            act.change(signatory, outside_reference="")
        if signatory.state in SIGNED:
            void(act.actor, signatory, reason, asked_again=True, told=told)
            continue
        had_refused = signatory.state == "refused"
        if had_refused:
            with acting(act.actor, "signatory.ask_again", reason=reason) as again:
                again.move(SIGNATORY, signatory)
        instead = mails.Instead(reason, tuple(told), had_refused) if _was_asked(signatory) else None
        ask(act, signatory, instead)


def _was_asked(signatory: Signatory) -> bool:
    """Whether a link to sign the text before this one already left to one of the mailboxes of this signatory, its own
    or those of whoever answers for it."""
    links = Link.objects.filter(object_type=SIGNATORY_TYPE, object_id=signatory.pk, verb=mails.SIGN)
    return links.filter(address__in=[to.address for to in mails.to_signatory(signatory)]).exists()


def ask(act: Action, signatory: Signatory, instead: mails.Instead | None = None) -> int:
    """Within an action: ask this signatory to sign, with the letter that goes with the convention; how many mailboxes
    were written to. The letter is kept for who has none: it is printed. `instead`: what this text replaces."""
    return mails.ask_signature(act, signatory, keep_letter_of_the_text(signatory, act.now), instead)


def void(actor: Actor, signatory: Signatory, reason: str, *, asked_again: bool, told: Sequence[str] = ()) -> None:
    """Within an action: this signature no longer holds. `asked_again`: who gave it is told, with the new text."""
    with acting(actor, "signatory.void", reason=reason) as act:
        act.move(SIGNATORY, signatory, **UNSIGNED)
        if asked_again:
            mails.signature_voided(act, signatory, keep_letter_of_the_text(signatory, act.now), told)


def would_complete(text: Text, signing: Collection[int]) -> bool:
    """Whether these signatories (their ids), signing the text in force, would be the last. In an open scope."""
    rows = living_signatories(text)
    others = [row for row in rows if row.pk not in signing]
    return text.is_open and len(others) < len(rows) and all_signed(text, others) and not lacking_of(text, rows)


def lacking_of(text: Text, signatories: Sequence[Signatory]) -> tuple[str, ...]:
    """Whom the rulebook asks for and this text would lack, signed by these; never of an amendment, which those it
    touches sign. Must run inside an open scope."""
    return () if isinstance(text, Amendment) else lacking(text, signatories)


def all_signed(text: Text, rows: Sequence[Signatory]) -> bool:
    """Whether each of these has signed the text in force."""
    return all(row.state in SIGNED and row.signed_fingerprint == text.fingerprint for row in rows)


def must_be_confirmed(text: Text, signing: Collection[int], confirmed: bool | None) -> None:
    """Raises `Invalid` when noting these signatures seals the text and nobody said to know it (None: not asked)."""
    if confirmed is False and would_complete(text, signing):
        raise Invalid.field("confirmed", _("C'est la dernière signature : confirmez qu'elle est bien donnée."))


def complete_if_all_signed(outer: Action, text: Text) -> None:
    """Within an action: the text is signed by all once no signatory is left to sign the one in force, and none that
    the rulebook asks for is missing from its list (seed 001, step 7)."""
    signatories = living_signatories(text)
    if not text.is_open or not signatories or not all_signed(text, signatories) or lacking_of(text, signatories):
        return
    signed_on = max(s.signed_on or outer.today for s in signatories)
    if isinstance(text, Amendment):
        with acting(TASK, "amendment.complete") as act:
            amendment = act.move(AMENDMENT, act.lock(Amendment, text.pk), signed_on=signed_on)
            mails.amendment_complete(act, amendment)
        return
    with acting(TASK, "convention.complete") as act:
        convention = act.move(CONVENTION, act.lock(Convention, text.pk), signed_on=signed_on)
        mails.convention_complete(act, convention)
