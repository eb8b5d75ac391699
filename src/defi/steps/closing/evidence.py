"""What the file holds on a day, as the certificate's lines look at it: counts and dates, never names. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from defi.schemes.conformity import Conformity


class Group(StrEnum):
    """Where a line stands on the page."""

    TRAINING = "training"
    COMMITMENT = "commitment"
    BALANCE = "balance"


class Lack(StrEnum):
    """Why a line is not shown: no fact, one that came too late, that comes from who does not count, or that another
    contradicts."""

    NOTHING = "nothing"
    LATE = "late"
    ASIDE = "aside"
    DIFFERS = "differs"


@dataclass(frozen=True, slots=True)
class Facts:
    """What the file holds on a day: counts and dates, never names. Absent dates are None.

    A plain count holds what came in time and from the right party; `*_late` what came too late, `*_aside` what comes
    from who does not count (a firm that promised and signed nothing, the provider itself). People counted in `hires_*`
    are those who entered and were paired; `trainees` those who did not leave before the end. `hours_centre` and
    `hours_company` are planned (the latter for each), `hours_in_company` done by all. `employers` are those whose
    dialogue is owed: signatories of the convention, else employers whose promise holds."""

    today: date
    starts_on: date | None = None
    ends_on: date | None = None
    started_on: date | None = None
    ended_on: date | None = None
    needs: int = 0
    needs_late: int = 0
    needs_aside: int = 0
    public_known: bool = False
    public_late: bool = False
    diagnosis_known: bool = False
    diagnosis_late: bool = False
    told_on: date | None = None
    plan_approved_on: date | None = None
    approved_by_region: bool = False
    approved_by_employers: int = 0
    approvals_late: int = 0
    approvals_aside: int = 0
    competences: int = 0
    competences_taught: int = 0
    competences_explained: int = 0
    competences_aside: int = 0
    modules: int = 0
    modules_specific: int = 0
    modules_aside: int = 0
    modules_on_platform: int = 0
    platform_aside: int = 0
    rhythm_known: bool = False
    specific_told: bool = False
    specific_aside: bool = False
    aims_shared: int = 0
    aims_shared_on: date | None = None
    aims_late: int = 0
    aims_aside: int = 0
    announcements_with_firms: int = 0
    announcements_aside: int = 0
    sourcing_done: int = 0
    campaign_late: int = 0
    conformity: Conformity | None = None
    found_on: date | None = None
    paired_late: int = 0
    convention_signed_on: date | None = None
    signatures: int = 0
    signatures_due: int = 0
    amendments_waiting: int = 0
    hires_expected: int = 0
    hires_signed: int = 0
    hires_explained: int = 0
    hires_late: int = 0
    sheets_locked: int = 0
    sheets_open: int = 0
    minutes_locked: int = 0
    hours_centre: int = 0
    hours_company: int = 0
    hours_in_company: int = 0
    trainees: int = 0
    trainees_in_company: int = 0
    periods: int = 0
    periods_prepared: int = 0
    periods_visited: int = 0
    periods_over: int = 0
    periods_debriefed: int = 0
    periods_outside: int = 0
    periods_late: int = 0
    reports: int = 0
    reports_late: int = 0
    employers: int = 0
    employers_before: int = 0
    employers_during: int = 0
    employers_after: int = 0
    exchanges_aside: int = 0
    review_held_on: date | None = None
    employers_at_review: int = 0
    review_aside: int = 0
    lessons: int = 0
    lessons_late: int = 0
    committees: int = 0
    committees_attended: int = 0
    committees_late: int = 0
    last_exit_on: date | None = None
    still_in_training: int = 0
    reported_moments: frozenset[str] = frozenset()
    late_moments: frozenset[str] = frozenset()

    @property
    def session_over(self) -> bool:
        return self.ended_on is not None

    @property
    def start(self) -> date | None:
        """The first day: as it was, else as it is planned."""
        return self.started_on or self.starts_on

    @property
    def end(self) -> date | None:
        """The last day: as it was, else as it is planned."""
        return self.ended_on or self.ends_on


@dataclass(frozen=True, slots=True)
class Shown:
    """What the facts say of one line. `later`: not found because it is not time yet; `lack`: else, why."""

    found: bool
    facts: str
    later: bool = False
    lack: Lack = Lack.NOTHING
