"""What an employer is owed: an answer, by a day; when its need must be gone through again. Pure: the day is given.

Source: « nobody waits without knowing » (process.md, principle 2); the days are in the rulebook."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from django.utils.translation import gettext_lazy


class Standing(StrEnum):
    """Where an answer owed stands; the worst is said."""

    EXPIRED = "expired"
    LATE = "late"
    TO_REVIEW = "to_review"
    WAITING = "waiting"


STANDING_WORDS = {
    Standing.EXPIRED: gettext_lazy("à reconfirmer avec l'entreprise"),
    Standing.LATE: gettext_lazy("en retard"),
    Standing.TO_REVIEW: gettext_lazy("à passer en revue"),
    Standing.WAITING: gettext_lazy("dans les délais"),
}


@dataclass(frozen=True, slots=True)
class Delays:
    """Days of the rulebook: to answer, between two reviews, until a need is asked again."""

    answer: int
    review: int
    expires: int


@dataclass(frozen=True, slots=True)
class Owed:
    """The dates of an answer owed; `age` in days since the need was received."""

    received_on: date
    due_on: date
    next_review_on: date
    expires_on: date
    today: date

    @property
    def age(self) -> int:
        return (self.today - self.received_on).days

    @property
    def is_late(self) -> bool:
        return self.due_on < self.today

    @property
    def has_expired(self) -> bool:
        return self.expires_on < self.today

    @property
    def to_review(self) -> bool:
        return self.next_review_on <= self.today

    @property
    def standing(self) -> Standing:
        if self.has_expired:
            return Standing.EXPIRED
        if self.is_late:
            return Standing.LATE
        return Standing.TO_REVIEW if self.to_review else Standing.WAITING


def owed(received_on: date, reviewed_on: date | None, delays: Delays, today: date) -> Owed:
    """A review says that the need is still true: it is gone through again later, and expires later; the answer stays
    due on the day the employer was told."""
    seen = max(received_on, reviewed_on or received_on)
    return Owed(
        received_on=received_on,
        due_on=received_on + timedelta(days=delays.answer),
        next_review_on=seen + timedelta(days=delays.review),
        expires_on=seen + timedelta(days=delays.expires),
        today=today,
    )
