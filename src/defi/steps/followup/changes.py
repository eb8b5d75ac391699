"""What changed of a moment since its report left for the Region: the paper and the page never disagree in silence.

The journal of the report says which situations it told, each in which version (`told`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from defi.kernel.journal import type_of
from defi.kernel.models import JournalEntry
from defi.steps.followup.models import FollowUpReport, Situation


def told(situations: Iterable[Situation]) -> str:
    """The situations of a report as its journal keeps them: numbers only, « 12:1 13:2 »."""
    return " ".join(f"{row.pk}:{row.version}" for row in sorted(situations, key=lambda row: row.pk))


def changed_since(kept: str, situations: Mapping[int, Situation]) -> list[int]:
    """Of whom the situation is not the one the report told, by id of person; `situations`: those of the moment now."""
    known = set(kept.split())
    return [person for person, row in situations.items() if f"{row.pk}:{row.version}" not in known]


def told_by(reports: Iterable[FollowUpReport]) -> dict[int, str]:
    """What each of these reports told when it last left. One query; none when there is no report."""
    rows = list(reports)
    if not rows:
        return {}
    entries = JournalEntry.objects.filter(
        object_type=type_of(rows[0]), object_id__in=[row.pk for row in rows], after__has_key="told"
    )
    return dict(entries.order_by("pk").values_list("object_id", "after__told"))
