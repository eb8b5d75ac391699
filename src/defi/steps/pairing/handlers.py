"""A candidacy that ends breaks its pairing, and everybody concerned is told."""

from __future__ import annotations

from defi.kernel.access import TASK, scope
from defi.kernel.journal import Action, acting, on
from defi.kernel.models import JournalEntry
from defi.steps.pairing import mails
from defi.steps.pairing.actions import end_pairing
from defi.steps.pairing.models import Pairing


@on("candidacy.leave")
@on("candidacy.withdraw")
@on("candidacy.decline")
@on("candidacy.no_show")
def person_gone(outer: Action, entries: list[JournalEntry]) -> None:
    """The post becomes free again the day the person is gone."""
    gone = [entry for entry in entries if entry.object_type == "sourcing.candidacy"]
    with scope(TASK):
        living = list(
            Pairing.objects.filter(candidacy__in=[entry.object_id for entry in gone], state="active").select_related(
                "candidacy__person", "post__promise__employer", "post__promise__operation"
            )
        )
    for pairing in living:
        with acting(TASK, "pairing.end") as act:
            left = pairing.candidacy.left_on or outer.today
            end_pairing(act, act.lock(Pairing, pairing.pk), Pairing.Ending.PERSON_LEFT, left)
            pairing.refresh_from_db(fields=["ending"])
            mails.pairing_ended(act, pairing)
