"""What a text gives: its faults with their lines, or pictures of its pages, made in a child process with limits."""

from __future__ import annotations

import base64
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from defi.kernel import clock
from defi.kernel.documents import DocumentError
from defi.kernel.documents.sandbox import Trial
from defi.kernel.documents.text import Change, Fault, Group, TextRefused, as_lines, compare, fill, offers
from defi.steps.convention.printing import unregistered
from defi.steps.convention.text_kinds import TextKind

DOTS = 84
"""To the inch: a page of a preview is as wide as its column."""


@dataclass(frozen=True, slots=True)
class Quoted:
    """A fault with the words of its line, so that the eye finds it."""

    fault: Fault
    words: str


@dataclass(frozen=True, slots=True)
class Preview:
    """The pages as pictures and in words, or what is wrong. `pages` counts them all."""

    pictures: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    pages: int = 0
    faults: tuple[Quoted, ...] = ()


def preview(kind: TextKind, body: str, facts: Any, *, dots: int = DOTS) -> Preview:
    """Make the document of this text, in a child process. What was typed is never a failure of the page."""
    trial = Trial(dots=dots)
    try:
        made = unregistered(kind.template, _draft(facts), clock.now(), text=body, typeset=trial)
    except TextRefused as refused:
        return Preview(faults=quoted(refused, body))
    except DocumentError:
        return Preview(
            faults=(Quoted(Fault(0, _("Ce texte ne donne pas un document accessible : simplifiez-le.")), ""),)
        )
    pictures = tuple(base64.b64encode(page).decode() for page in trial.pages)
    return Preview(pictures, tuple(_lines(kind, body, facts)), made.pages)


def quoted(refused: TextRefused, body: str) -> tuple[Quoted, ...]:
    """The faults, each with the beginning of its line."""
    lines = body.splitlines()
    return tuple(
        Quoted(fault, lines[fault.line - 1].strip()[:60] if 0 < fault.line <= len(lines) else "")
        for fault in refused.faults
    )


def groups(kind: TextKind, facts: Any) -> tuple[Group, ...]:
    """The names a text of this kind may use, with what they hold in these facts."""
    assert kind.template.words is not None
    return offers(kind.template.words, facts)


def differences(kind: TextKind, before: str, after: str, facts: Any) -> tuple[Change, ...]:
    """Two texts compared in words, each filled with the same facts. A text that is refused is compared as typed."""
    return compare(_lines(kind, before, facts), _lines(kind, after, facts))


def _lines(kind: TextKind, body: str, facts: Any) -> list[str]:
    assert kind.template.words is not None
    try:
        return as_lines(fill(body, kind.template.words, facts))
    except TextRefused:
        return body.splitlines()


def _draft(facts: Any) -> Any:
    return replace(facts, draft=True) if hasattr(facts, "draft") else facts
