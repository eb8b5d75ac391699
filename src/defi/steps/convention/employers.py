"""What the convention says when two records become one: a firm signs once, and what was signed is never altered."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from defi.kernel.access import Actor
from defi.operations.employers import of_own_operations
from defi.people.employers.merging import Melding, Undoing, rule, undo_refusal
from defi.people.employers.reach import meets
from defi.steps.convention.issuing import complete_if_all_signed
from defi.steps.convention.models import Signatory
from defi.steps.convention.states import SIGNED

SIGNING = ("signatory.sign", "signatory.record_ink", "signatory.record_outside")


@meets
def signatories(actor: Actor) -> QuerySet[Any, Any]:
    """Who signs for a firm."""
    return Signatory._base_manager.filter(of_own_operations(actor), person__isnull=False).values("person_id")


@rule("convention.signatory")
def same_signatory(melding: Melding, kept: Signatory, other: Signatory) -> None:
    """The line that was signed stays on the list; a second signature stays with the record that gave it."""
    if other.state not in SIGNED:
        melding.change(other, state="removed")
    elif kept.state not in SIGNED:
        melding.change(kept, state="removed")
    complete_if_all_signed(melding.act, kept.text)


@undo_refusal
def signed_as_one(undoing: Undoing) -> str:
    """A line taken off the list would come back « à signer » on a convention that is signed by all; and a firm that
    signed since has signed for what the other had promised."""
    touched = undoing.touched("convention.signatory")
    lines = Signatory._base_manager.filter(pk__in=touched)
    twins = Signatory._base_manager.filter(convention__in=lines.values("convention"), organisation=undoing.kept)
    taken_off = undoing.touched("convention.signatory", column="state")
    complete = lines.filter(
        Q(amendment=None, convention__state="signed") | Q(amendment__state="signed"), pk__in=taken_off
    )
    signers = touched | set(twins.values_list("pk", flat=True))
    if complete.exists() or undoing.happened("convention.signatory", signers, *SIGNING):
        return _(
            "Une convention a été signée depuis que ces fiches sont réunies : les séparer rouvrirait une signature. "
            "Elles restent réunies. Si ce sont deux entreprises, créez une nouvelle fiche pour l'autre."
        )
    return ""
