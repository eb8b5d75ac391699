"""Periods of the figures: from a day to a day, and the one before it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from defi.kernel.documents.french import long_date
from defi.schemes.months import add_months

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Period:
    """Both days belong to it."""

    first: date
    last: date

    @property
    def words(self) -> str:
        """`2025`, or `du 1er mars 2025 au 30 avril 2025`."""
        if self == year(self.first.year):
            return str(self.first.year)
        return f"du {long_date(self.first)} au {long_date(self.last)}"

    @property
    def before(self) -> Period:
        """The period just before: as many whole months when this one is made of whole months, else as many days."""
        after = self.last + ONE_DAY
        if self.first.day == after.day == 1:
            months = (after.year - self.first.year) * 12 + after.month - self.first.month
            return Period(add_months(self.first, -months), self.first - ONE_DAY)
        return Period(self.first - (after - self.first), self.first - ONE_DAY)


def year(number: int) -> Period:
    """A civil year."""
    return Period(date(number, 1, 1), date(number, 12, 31))
