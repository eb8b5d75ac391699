"""The hours of somebody are the same in the ledger, in the monthly statements and on the certificate."""

from collections import defaultdict
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from defi.kernel import clock
from defi.steps.sourcing.actions import leave_training
from defi.steps.training import actions
from defi.steps.training.half_days import Line, Period, ledger
from defi.steps.training.models import Completion, PresenceStatement
from defi.steps.training.monthly import Kept, month_account
from defi.steps.training.queries import ledger_page
from defi.steps.training.queries.presence import month_page, months_of
from training.conftest import afternoon_of, lock_after, note

FIRST, LATER = date(2025, 11, 4), date(2025, 12, 2)
states = st.sampled_from(["present", "absent", "excused"])
half_days = st.builds(
    Kept,
    st.dates(date(2025, 1, 1), date(2026, 12, 31)),
    st.sampled_from(["morning", "afternoon"]),
    st.integers(30, 330),
    states,
)


@given(
    st.lists(half_days, max_size=30),
    st.lists(st.builds(Period, st.just("done"), st.integers(0, 99), st.integers(0, 99))),
)
def test_the_months_added_up_are_the_ledger(kept, periods):
    months = defaultdict(list)
    for line in kept:
        months[line.on.replace(day=1)].append(line)
    accounts = [month_account(lines) for lines in months.values()]
    whole = ledger([Line(line.state, line.minutes) for line in kept], periods)
    assert sum(account.planned for account in accounts) == whole.centre.planned
    assert sum(account.present for account in accounts) == whole.centre.done
    assert sum(account.excused + account.absent for account in accounts) == whole.centre.missed
    assert whole.centre.waiting == 0


def a_locked_sheet(stage, on, half, states):
    with clock.at(afternoon_of(on)):
        sheet = stage.sheet(on=on, half=half)
        there = set(sheet.lines.values_list("candidacy_id", flat=True))
        said = {pk: state for pk, state in zip(stage.ids, states, strict=True) if pk in there}
        note(stage, sheet, said)
        actions.sign_as_trainer(stage.trainer, sheet.pk)
        lock_after(stage.trainer, sheet.pk)
    return sheet


def test_statement_certificate_and_ledger_say_the_same_after_corrections_and_a_leaving_told_late(running):
    first = a_locked_sheet(running, FIRST, "morning", ["present", "present", "absent"])
    a_locked_sheet(running, FIRST, "afternoon", ["present", "excused", "present"])
    last = a_locked_sheet(running, LATER, "morning", ["present", "present", "present"])
    with clock.at(LATER + timedelta(days=1)):
        running.sheet(on=LATER + timedelta(days=1))  # not locked: it counts nowhere
        actions.correct_attendance(
            running.coordinator,
            first.pk,
            running.ids[2],
            state="present",
            reason="Elle était là, la feuille papier le dit.",
        )
        # Said to have left before the last half-day: the sheet that says present is corrected first.
        actions.correct_attendance(
            running.coordinator, last.pk, running.ids[0], state="absent", reason="Notée par erreur."
        )
        leave_training(running.coordinator, running.ids[0], code="found_job", on=date(2025, 11, 28))
        months = months_of(running.session)
        for month in months:
            actions.establish_presence(running.coordinator, running.session.pk, month)
        signed = {"signed_name": "Nadia Exemple", "signed_as": "directrice"}
        actions.certify_completion(running.coordinator, running.ids[0], **signed)
        rows = {row.candidacy.pk: row for row in ledger_page(running.officer, running.operation).rows}
        for pk in running.ids:
            figures = [s.figures[str(pk)] for s in PresenceStatement.objects.all() if str(pk) in s.figures]
            shown = [row.account for m in months for row in month_page(running.officer, running.session, m).rows]
            assert [row.figures for row in shown]
            centre = rows[pk].ledger.centre
            assert sum(figure[1] for figure in figures) == centre.done
            assert sum(figure[2] + figure[3] for figure in figures) == centre.missed
        completion = Completion.objects.get()
        mine = rows[running.ids[0]].ledger
        assert (completion.minutes_centre, completion.minutes_company) == (mine.centre.done, mine.company.done)
        assert mine.centre.done == 2 * 210
