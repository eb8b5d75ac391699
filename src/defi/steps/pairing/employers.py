"""What the promises say of employers: who signs and who tutors, what was promised and what is left of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Q, QuerySet

from defi.kernel.access import Actor
from defi.kernel.journal import Action, on
from defi.kernel.models import JournalEntry
from defi.operations.employers import of_own_operations
from defi.people.employers.actions import learn_contact
from defi.people.employers.models import Decision
from defi.people.employers.reach import engages, meets
from defi.steps.pairing.models import Promise

WITHDRAWALS = ("promise.withdraw", "promise.withdraw_all")


@engages
def promising(actor: Actor) -> QuerySet[Any, Any]:
    """The firms that promised in the operations of this provider."""
    return Promise._base_manager.filter(of_own_operations(actor)).values("employer_id")


@meets
def signing(actor: Actor) -> QuerySet[Any, Any]:
    """Who signed those promises."""
    return Promise._base_manager.filter(of_own_operations(actor), signatory__isnull=False).values("signatory_id")


@meets
def tutoring(actor: Actor) -> QuerySet[Any, Any]:
    """Who tutors what was promised."""
    return Promise._base_manager.filter(of_own_operations(actor), tutor__isnull=False).values("tutor_id")


@on("promise.make")
def contacts_told(outer: Action, entries: list[JournalEntry]) -> None:
    """Who signs a promise may hire and sign; who tutors, tutors."""
    ids = [entry.object_id for entry in entries if entry.object_type == "pairing.promise"]
    for promise in Promise._base_manager.filter(pk__in=ids).select_related("employer", "signatory", "tutor"):
        if promise.signatory is not None:
            learn_contact(promise.employer, promise.signatory, (Decision.HIRE, Decision.SIGN))
        if promise.tutor is not None:
            learn_contact(promise.employer, promise.tutor, (Decision.TUTOR,))


@dataclass(frozen=True, slots=True)
class Promised:
    """A promise and what is left of it: posts given, withdrawn (with the words said), taken by somebody today."""

    promise: Promise
    posts: int
    withdrawn: int
    paired: int
    reasons: list[str] = field(default_factory=list)


def promises_of(actor: Actor, firms: Collection[int]) -> list[Promised]:
    """The promises of an employer that this actor may see, the latest first. Two queries."""
    rows = (
        Promise.objects.visible_to(actor)
        .filter(employer_id__in=firms)
        .select_related("operation__basin")
        .annotate(
            all_posts=Count("posts", distinct=True),
            gone=Count("posts", filter=Q(posts__withdrawn_on__isnull=False), distinct=True),
            taken=Count("posts", filter=Q(posts__pairings__state="active"), distinct=True),
        )
        .order_by("-made_on", "-pk")
    )
    found = list(rows)
    words = _reasons([row.pk for row in found])
    return [Promised(row, row.all_posts, row.gone, row.taken, words[row.pk]) for row in found]


def _reasons(promises: Collection[int]) -> dict[int, list[str]]:
    """What was said when posts were withdrawn."""
    entries = JournalEntry.objects.filter(
        object_type="pairing.promise", object_id__in=promises, verb__in=WITHDRAWALS, reason__isnull=False
    )
    words: dict[int, list[str]] = defaultdict(list)
    for promise_id, text in entries.order_by("pk").values_list("object_id", "reason__text"):
        if text not in words[promise_id]:
            words[promise_id].append(text)
    return words
