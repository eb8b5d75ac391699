"""Of whom the lines of the journal speak. Names are read when the line is shown: the journal holds none."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.apps import apps
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from defi.kernel.access import TASK, Actor, Guarded, scope
from defi.kernel.models import JournalEntry

MOST_NAMES = 3
LONGEST = 100
"""How many signs of what was written are told on a line."""

# How the row of each type leads to the people and organisations that name it.
PATHS: dict[str, tuple[str, ...]] = {
    "sourcing.candidacy": ("person",),
    "sourcing.teammember": ("organisation",),
    "sourcing.aimsshared": ("organisation",),
    "pairing.promise": ("employer",),
    "pairing.encounter": ("candidacy__person", "promise__employer"),
    "pairing.pairing": ("candidacy__person", "post__promise__employer"),
    "convention.signatory": ("organisation",),
    "convention.inkmark": ("signatory__organisation",),
    "design.approval": ("organisation",),
    "design.mandate": ("organisation",),
    "design.remark": ("organisation",),
    "design.contribution": ("employer",),
    "needs.publicprofile": ("organisation",),
    "operations.partner": ("organisation",),
    "training.exchange": ("organisation",),
    "training.placement": ("candidacy__person", "employer"),
    "training.placementsignature": ("placement__candidacy__person", "placement__employer"),
    "training.reportpart": ("organisation",),
    "training.individualpath": ("candidacy__person",),
    "training.interview": ("candidacy__person",),
    "training.barrier": ("candidacy__person",),
    "training.suspension": ("candidacy__person",),
    "training.completion": ("candidacy__person",),
    "operations.meetingtask": ("owner",),
    "review.certificationresult": ("candidacy__person",),
    "review.employmentcontract": ("candidacy__person", "employer_name"),
    "review.nohire": ("candidacy__person",),
    "review.reviewpoint": ("text",),
    "followup.situation": ("candidacy__person",),
    "followup.attempt": ("candidacy__person",),
    "followup.statement": ("candidacy__person",),
}

Key = tuple[str, int]


def chosen(changes: Sequence[JournalEntry]) -> list[JournalEntry]:
    """Among the changes of one verb, those of the thing it is about: withdrawing a promise also ends pairings."""
    thing = changes[0].verb.partition(".")[0]
    about = [entry for entry in changes if entry.object_type.partition(".")[2] == thing]
    named = [entry for entry in about or changes if entry.object_type in PATHS]
    return [entry for entry in named if entry.object_type == named[0].object_type]


def names(entries: Iterable[JournalEntry], reader: Actor) -> dict[Key, str]:
    """The names of the rows that this reader may know of: one query per type of row."""
    wanted: dict[str, set[int]] = {}
    for entry in entries:
        wanted.setdefault(entry.object_type, set()).add(entry.object_id)
    found: dict[Key, str] = {}
    with scope(TASK):
        for kind, ids in wanted.items():
            model = apps.get_model(kind)
            assert issubclass(model, Guarded)
            related = [path for path in PATHS[kind] if model._meta.get_field(path.partition("__")[0]).is_relation]
            rows = model.objects.visible_to(reader).filter(pk__in=ids)
            for row in rows.select_related(*related) if related else rows:
                parts = [_walk(row, path) for path in PATHS[kind]]
                found[(kind, row.pk)] = ", ".join(part for part in parts if part)
    return found


def joined(parts: Sequence[str], total: int) -> str:
    """`Amina Quai, Bruno Quai et 10 autres`: the first names, and how many things there are besides."""
    shown = ", ".join(parts[:MOST_NAMES])
    more = total - min(len(parts), MOST_NAMES)
    if more <= 0:
        return shown
    return _("%(names)s et %(n)d de plus") % {"names": shown, "n": more}


def _walk(row: object, path: str) -> str:
    for step in path.split("__"):
        row = getattr(row, step, None)
    return Truncator(str(row or "")).chars(LONGEST)
