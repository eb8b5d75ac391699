"""What an earlier room learns from a later one, which it does not read: an objection, a promise taken back."""

from __future__ import annotations

from collections import defaultdict

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from defi.kernel.access import TASK, scope
from defi.kernel.journal import Action, on
from defi.kernel.models import JournalEntry
from defi.kernel.refusals import WrongState
from defi.steps.pairing.models import Pairing, Promise
from defi.steps.pairing.wording import promised_words
from defi.steps.sourcing.notice_firms import Promised, promises, takes_back


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


@takes_back
def promising_no_longer(operation_id: int) -> set[int]:
    """The employers that promised posts to this operation, and none of whose promises stands today."""
    rows = Promise._base_manager.filter(operation_id=operation_id).order_by()
    promised = set(rows.values_list("employer_id", flat=True))
    return promised - set(rows.filter(state="made").values_list("employer_id", flat=True))


@promises
def promised_posts(operation_id: int) -> dict[int, Promised]:
    """The posts that each employer promises to this operation today, in words anybody may read: no pay, no name."""
    rows = Promise._base_manager.filter(operation_id=operation_id, state="made").select_related("operation__job")
    counted = rows.annotate(n=Count("posts", filter=Q(posts__withdrawn_on=None))).order_by("pk")
    theirs: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for promise in counted:
        if promise.n:
            theirs[promise.employer_id].append((promise.n, promised_words(promise)))
    return {
        employer: Promised(sum(n for n, _words in said), " ; ".join(dict.fromkeys(words for _n, words in said))[:200])
        for employer, said in theirs.items()
    }
