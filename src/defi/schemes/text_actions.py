"""What changes a text: written, tried, put in force from a day, withdrawn before it applies, dropped.

A version in force never changes: one writes another. Source: features.md 93."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from defi.kernel.access import Actor
from defi.kernel.documents.text import TextRefused, Vocabulary, read
from defi.kernel.journal import Action, acting
from defi.kernel.refusals import Invalid, NotAllowed, WrongState
from defi.people.models import Organisation
from defi.schemes.models import DocumentText
from defi.schemes.states import TEXT
from defi.schemes.text_rules import adoption_fault

LONGEST_NOTE = 200


def write_text(
    actor: Actor,
    kind: str,
    words: Vocabulary,
    body: str,
    *,
    note: str = "",
    draft_id: int | None = None,
    version: int | None = None,
) -> DocumentText:
    """Keep a draft of the text of `kind`: a new one, or `draft_id` again.

    Raises `Invalid` with the line of each fault, `WrongState` when it is no longer a draft, `Stale`."""
    with acting(actor, "text.write") as act:
        region_id = _region(actor)
        _must_read(body, words)
        kept = {"body": _unix(body), "note": note.strip()[:LONGEST_NOTE]}
        if draft_id is not None:
            row = act.lock(DocumentText, draft_id, version)
            fallen: dict[str, Any] = {} if row.body == kept["body"] else {"tried_on": None, "tried_file": None}
            return act.move(TEXT, row, written_by_id=actor.person_id, written_on=act.today, **kept, **fallen)
        return act.create(
            DocumentText,
            region_id=region_id,
            kind=kind,
            number=_next_number(region_id, kind),
            state=TEXT.take("text.write", actor, "").target,
            written_by_id=actor.person_id,
            written_on=act.today,
            **kept,
        )


def try_text(
    actor: Actor, text_id: int, words: Vocabulary, file_id: int | None, *, version: int | None = None
) -> DocumentText:
    """Note that a draft was read as the document of an operation (`file_id`; None: the invented example, which is all
    that a new installation has) before it is used."""
    with acting(actor, "text.try") as act:
        row = act.lock(DocumentText, text_id, version)
        if row.state != "draft":
            raise WrongState(_("Cette version n'est plus un brouillon : elle ne s'essaie plus."))
        _must_read(row.body, words)
        return act.change(row, tried_on=act.today, tried_file=file_id)


def adopt_text(
    actor: Actor, text_id: int, words: Vocabulary, from_on: date, *, version: int | None = None
) -> DocumentText:
    """Put a draft in force from `from_on`, today at the earliest. Documents already made keep their text.

    Raises `Invalid` beside the date, `WrongState`, `Stale`."""
    with acting(actor, "text.adopt") as act:
        _hold_the_kind(_region(actor))
        row = act.lock(DocumentText, text_id, version)
        TEXT.take("text.adopt", actor, row.state)
        _must_read(row.body, words)
        fault = adoption_fault(row.tried_on is not None, from_on, today=act.today, taken=_taken(act, row))
        if fault:
            raise Invalid.field("from_on", fault)
        return act.move(TEXT, row, from_on=from_on)


def withdraw_text(actor: Actor, text_id: int, *, reason: str, version: int | None = None) -> DocumentText:
    """A version that does not apply yet is a draft again; the one before it goes on.

    Raises `WrongState` once it applies: what was drafted with it names it."""
    with acting(actor, "text.withdraw", reason=reason) as act:
        row = act.lock(DocumentText, text_id, version)
        TEXT.take("text.withdraw", actor, row.state, reason)
        if row.from_on is not None and row.from_on <= act.today:
            raise WrongState(_("Cette version s'applique déjà : écrivez-en une autre, qui la remplacera."))
        return act.move(TEXT, row, from_on=None)


def drop_text(actor: Actor, text_id: int, *, version: int | None = None) -> DocumentText:
    """Give up a draft. It stays in the file, out of the list."""
    with acting(actor, "text.drop") as act:
        return act.move(TEXT, act.lock(DocumentText, text_id, version))


def _region(actor: Actor) -> int:
    if actor.region_id is None:
        raise NotAllowed(_("Les modèles de documents sont ceux de la Région."))
    return actor.region_id


def _must_read(body: str, words: Vocabulary) -> None:
    try:
        read(_unix(body), words)
    except TextRefused as refused:
        raise Invalid.field("body", " ".join(str(fault) for fault in refused.faults)) from refused


def _unix(body: str) -> str:
    return body.replace("\r\n", "\n").replace("\r", "\n").rstrip() + "\n"


def _next_number(region_id: int, kind: str) -> int:
    _hold_the_kind(region_id)
    last = DocumentText._base_manager.filter(region_id=region_id, kind=kind).order_by("-number").first()
    return last.number + 1 if last else 2


def _hold_the_kind(region_id: int) -> None:
    """Two at once wait for each other: numbers and days of effect stay apart."""
    Organisation.objects.select_for_update().get(pk=region_id)


def _taken(act: Action, row: DocumentText) -> list[date]:
    others = DocumentText.objects.visible_to(act.actor).filter(region_id=row.region_id, kind=row.kind, state="adopted")
    return [other.from_on for other in others if other.from_on]
