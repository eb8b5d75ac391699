"""A need that joins an operation whose answer is decided is answered by it: its employer is told at once."""

from __future__ import annotations

from defi.kernel.access import TASK, scope
from defi.kernel.journal import Action, on
from defi.kernel.models import JournalEntry
from defi.steps.needs.models import Need
from defi.steps.offer import bought  # noqa: F401  (registers what the offer tells the diagnosis)
from defi.steps.offer.answers import tell, words_of
from defi.steps.offer.models import RouteDecision
from defi.steps.offer.rules import WITHOUT_TRAINING


@on("need.group")
def need_joined(act: Action, entries: list[JournalEntry]) -> None:
    """Told once: the answer stays on the need."""
    ids = [entry.object_id for entry in entries if entry.object_type == "needs.need"]
    with scope(TASK):
        needs = list(
            Need.objects.filter(pk__in=ids, state="grouped", answer="", collective__operation__isnull=False)
            .select_related("employer", "contact", "collective")
            .order_by("pk")
        )
        decided = RouteDecision.objects.filter(
            operation__in=[need.file_id for need in needs], superseded_on=None
        ).exclude(route__in=WITHOUT_TRAINING)
        decision_of = {row.operation_id: row for row in decided.select_related("operation__provider")}
    for need in needs:
        decision = decision_of.get(need.file_id or 0)
        if decision:
            tell(act, [need], words_of(decision))
