"""Reads the versions of a text: which one holds on a day, what it says."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from defi.kernel.access import TASK, Actor, scope
from defi.kernel.documents import Template
from defi.schemes.models import DocumentText
from defi.schemes.text_rules import in_force


def versions(actor: Actor, kinds: Iterable[str]) -> dict[str, list[DocumentText]]:
    """The versions of each kind that this actor may read, the last first."""
    found: dict[str, list[DocumentText]] = {kind: [] for kind in kinds}
    rows = DocumentText.objects.visible_to(actor).filter(kind__in=found).exclude(state="dropped")
    for row in rows.select_related("written_by").order_by("kind", "-number"):
        found[row.kind].append(row)
    return found


def holding(region_id: int, kind: str, day: date) -> DocumentText | None:
    """The version of a Region that holds on `day`; None is the text that comes with the product."""
    with scope(TASK):
        return in_force(DocumentText.objects.filter(region_id=region_id, kind=kind, state="adopted"), day)


def body(template: Template, version: DocumentText | None) -> str:  # type: ignore[type-arg]  # whatever its data
    """What a version says: the words shipped with the product when there is none."""
    return template.shipped_text if version is None else version.body


def number(version: DocumentText | None) -> int:
    """The number of a version as it is shown: the one shipped with the product is the first."""
    return 1 if version is None else version.number
