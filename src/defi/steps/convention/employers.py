"""What the convention says when two records become one: a firm signs once, and what was signed is never altered."""

from __future__ import annotations

from defi.people.employers.merging import Melding, rule
from defi.steps.convention.drafting import SIGNED, complete_if_all_signed
from defi.steps.convention.models import Signatory


@rule("convention.signatory")
def same_signatory(melding: Melding, kept: Signatory, other: Signatory) -> None:
    """The line that was signed stays on the list; a second signature stays with the record that gave it."""
    if other.state not in SIGNED:
        melding.change(other, state="removed")
    elif kept.state not in SIGNED:
        melding.change(kept, state="removed")
    complete_if_all_signed(melding.act, kept.convention)
