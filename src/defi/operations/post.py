"""What the post needs to know of operations (kernel.mail.directory): their titles."""

from __future__ import annotations

from collections.abc import Collection

from defi.kernel.access import TASK, scope
from defi.kernel.mail.directory import directory
from defi.operations.models import Operation


def introduce() -> None:
    """Put this room's answers at the disposal of the post."""
    directory.titles = titles


def titles(file_ids: Collection[int]) -> dict[int, str]:
    """The titles of these operations. One query."""
    if not file_ids:
        return {}
    with scope(TASK):
        return dict(Operation.objects.filter(pk__in=file_ids).values_list("pk", "title"))
