"""What several rooms must agree on before something is done: nothing is decided here, one of them objects."""

from __future__ import annotations

from django.utils.translation import gettext as _

from defi.kernel.access import TASK, scope
from defi.kernel.journal import Action, on
from defi.kernel.models import JournalEntry
from defi.kernel.refusals import WrongState
from defi.steps.pairing.models import Pairing


@on("person.merge")
def keep_who_is_paired(outer: Action, entries: list[JournalEntry]) -> None:
    """A candidacy that gives way to another takes no pairing with it. Raises `WrongState`, saying which to keep."""
    gone = [
        entry.object_id
        for entry in entries
        if entry.object_type == "sourcing.candidacy" and entry.after.get("state") == "merged"
    ]
    with scope(TASK):
        held = Pairing.objects.filter(candidacy__in=gone, state="active").select_related("candidacy__person")
        pairing = held.order_by("pk").first()
        if pairing is None:
            return
        raise WrongState(
            _(
                "La candidature de %(name)s que vous ne gardez pas est appairée à un poste : gardez plutôt cette "
                "fiche-là, ou rompez d'abord l'appairage."
            )
            % {"name": pairing.candidacy.person}
        )
