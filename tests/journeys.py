"""In tests, the rows of a journey are rewritten when somebody reads them, not after each action.

Filling a stage takes dozens of actions and rewriting costs more than all the rest of an action; the rows end the same,
as tests/journey, which rewrites at once as the product does, shows for every kind of action."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from defi.journey import handlers
from defi.journey.models import StepRow, TurnRow
from defi.journey.projection import rewrite
from defi.steering.models import FigureRow

ROWS = tuple(f'"{model._meta.db_table}"' for model in (StepRow, TurnRow, FigureRow))


class Awaited:
    """The operations whose rows nobody has read since they moved, and the day of their last move."""

    def __init__(self) -> None:
        self.days: dict[int, date] = {}
        self.home = threading.get_ident()

    def put_off(self, operation_ids: Iterable[int], today: date | None = None) -> None:
        """In place of `rewrite`. Another thread is a server or a second screen: it rewrites at once."""
        if today is None or threading.get_ident() != self.home:
            rewrite(operation_ids, today)
            return
        self.days |= dict.fromkeys(operation_ids, today)

    def settle(self) -> None:
        days, self.days = self.days, {}
        for day in sorted(set(days.values())):
            rewrite([operation for operation, last in days.items() if last == day], day)

    def before_reading(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        """Around each query: who asks for the rows finds them true."""
        if self.days and any(table in sql for table in ROWS):
            self.settle()
        return execute(sql, params, many, context)


@contextmanager
def rewritten_when_read(patch: pytest.MonkeyPatch) -> Iterator[None]:
    """`patch`: the one of the test, which may take the rewriting away too; what was put in is taken out backwards."""
    awaited = Awaited()
    enter = CaptureQueriesContext.__enter__

    def counting(capture: CaptureQueriesContext) -> CaptureQueriesContext:
        awaited.settle()
        return enter(capture)

    patch.setattr(handlers, "rewrite", awaited.put_off)
    patch.setattr(CaptureQueriesContext, "__enter__", counting)
    with connection.execute_wrapper(awaited.before_reading):
        yield
