"""What every view of every room does the same way: load with its right, act, show the refusal beside what was typed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from django import forms
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from defi.kernel.access import Actor, Guarded
from defi.kernel.refusals import Refused, Stale, Unknown

G = TypeVar("G", bound=Guarded)
T = TypeVar("T")


class ActorRequest(HttpRequest):
    """A request after the actor middleware; views annotate their first argument with it."""

    actor: Actor


def load(model: type[G], actor: Actor, pk: int, *related: str) -> G:
    """The row with its `related` ones, if this actor may know of it. Raises `Unknown`: the middleware shows a 404."""
    row = model.objects.visible_to(actor).select_related(*related).filter(pk=pk).first()
    if row is None:
        raise Unknown(_("Cette page n'existe pas, ou elle n'est pas pour vous."))
    return row


def attempt(form: forms.Form, act: Callable[[], T]) -> T | None:
    """Run the action of a valid form; a refusal is put on the form (beside its fields, or on top) and None returned."""
    try:
        return act()
    except Unknown:
        raise
    except Refused as refusal:
        put_refusal(form, refusal)
        return None


def refusal_of(act: Callable[[], object]) -> str:
    """Do what a lone button asks; the sentence of its refusal, nothing when it is done. What one may not know of or may
    not do at all is raised: the middleware shows a page of its own."""
    try:
        act()
    except Refused as refusal:
        if refusal.status in {403, 404}:
            raise
        return refusal.sentence
    return ""


def put_refusal(form: forms.Form, refusal: Refused) -> None:
    """Show the sentence beside each field at fault that the form has, else on top of it."""
    if isinstance(refusal, Stale) and refusal.version and "version" in form.fields:
        # Shown again with what changed, the form may now be sent: it has been read.
        sent = QueryDict("", mutable=True)
        sent.update(form.data)
        sent[form.add_prefix("version")] = str(refusal.version)
        form.data = sent
    placed = False
    for name, sentence in refusal.fields.items():
        if name in form.fields:
            form.add_error(name, sentence)
            placed = True
    if not placed:
        form.add_error(None, refusal.sentence)
