"""The Cabinet invites to the signing: it reads counts, and the names of those who attend."""

from __future__ import annotations

from datetime import date

import pytest

from browsing import browser
from defi.kernel import clock
from defi.kernel.access import TASK, Who, scope
from defi.operations.models import Session
from defi.steps.sourcing.models import Booking, Candidacy
from factories import a_candidate, a_session, actor, an_operation
from steps.sourcing.test_pages import text_of

pytestmark = pytest.mark.django_db


def test_the_cabinet_names_who_attends_the_signing_and_counts_the_others() -> None:
    with clock.at(date(2025, 10, 1)):
        session = a_session(an_operation(), date(2025, 11, 3))
        coming = a_candidate(session, "Amina")
        met = a_candidate(session, "Bruno", state="met")
        cabinet = actor(Who.CABINET, session.operation.region)
        client = browser(cabinet)
        page = text_of(client.get(f"/operations/{session.operation_id}/candidatures/"))
        assert str(coming.person) in page
        assert "Bruno" not in page
        assert "Rencontré : 1" in page
        for person in (coming, met):
            assert client.get(f"/candidatures/{person.pk}/").status_code == 403
        with scope(cabinet):
            assert [row.pk for row in Candidacy.objects.visible_to(cabinet)] == [coming.pk]
            assert not Booking.objects.visible_to(cabinet).exists()


def test_with_nobody_to_name_the_page_says_why() -> None:
    with clock.at(date(2025, 10, 1)):
        session = a_session(an_operation(), date(2025, 11, 3))
        a_candidate(session, "Bruno", state="met")
        client = browser(actor(Who.CABINET, session.operation.region))
        page = f"/operations/{session.operation_id}/candidatures/"
        assert "Personne n'a encore confirmé sa venue" in text_of(client.get(page))
        with scope(TASK):
            Session.objects.filter(pk=session.pk).update(started_on=session.starts_on, ended_on=session.ends_on)
        assert "plus personne n'est attendu à une signature" in text_of(client.get(page))
