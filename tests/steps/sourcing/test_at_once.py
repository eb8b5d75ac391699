"""Two people act at the same moment: one is told that it is done or taken, and nothing is done twice."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest
from django.db import connection

from defi.kernel import clock
from defi.kernel.access import TASK, scope
from defi.kernel.refusals import Refused
from defi.steps.sourcing import actions
from defi.steps.sourcing.actions import PersonFacts
from defi.steps.sourcing.models import Candidacy
from factories import a_candidate, a_coordinator, a_session, an_operation

pytestmark = pytest.mark.django_db(transaction=True)

NOW = date(2025, 10, 1)


def at_once(*acts: Callable[[], object]) -> list[str]:
    """What each was told when all started together: nothing, or the sentence of its refusal."""
    start = Barrier(len(acts))

    def run(act: Callable[[], object]) -> str:
        try:
            with clock.at(NOW):
                start.wait(10)
                act()
        except Refused as refusal:
            return refusal.sentence
        finally:
            connection.close()
        return ""

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_the_last_seat_goes_to_one_person() -> None:
    with clock.at(NOW):
        session = a_session(an_operation(), date(2025, 11, 3), seats=1)
        lead, other = a_coordinator(session.operation), a_coordinator(session.operation)
        first, second = (a_candidate(session, name, state="selected") for name in ("Amina", "Bruno"))
    told = at_once(
        lambda: actions.confirm_candidate(lead, first.pk), lambda: actions.confirm_candidate(other, second.pk)
    )
    assert sorted(map(bool, told)) == [False, True]
    assert "place Région est déjà prise" in "".join(told)
    with scope(TASK):
        assert Candidacy.objects.filter(state="confirmed").count() == 1


def test_the_same_person_oriented_twice_at_once_is_there_once() -> None:
    with clock.at(NOW):
        session = a_session(an_operation(), date(2025, 11, 3))
        lead, other = a_coordinator(session.operation), a_coordinator(session.operation)
    facts = PersonFacts("Amina", "Rossi")
    told = at_once(
        lambda: actions.orient_person(lead, session.pk, facts), lambda: actions.orient_person(other, session.pk, facts)
    )
    assert sorted(map(bool, told)) == [False, True]
    assert "déjà dans cette session" in "".join(told)
    with scope(TASK):
        assert Candidacy.objects.count() == 1
