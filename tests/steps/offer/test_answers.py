"""Every need has an answer owed to its employer: by which day, told how, gone through every fortnight."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from browsing import browser
from defi.kernel import clock
from defi.kernel.access import TASK, Actor, Who, scope
from defi.kernel.models import JournalEntry, Mail
from defi.kernel.refusals import Invalid, NotAllowed, Stale, WrongState
from defi.steps.needs import grouping
from defi.steps.needs.actions import answer_need
from defi.steps.needs.models import Need
from defi.steps.offer import actions, answers
from defi.steps.offer.models import AnswerDigest, NeedReview, Tender
from defi.steps.offer.owing import Delays, Standing, owed
from factories import (
    a_basin,
    a_lot,
    a_need,
    a_person,
    a_prescriber,
    a_provider,
    a_region,
    actor,
    an_employer,
    an_officer,
)

pytestmark = pytest.mark.django_db

DAY = date(2025, 5, 14)
DELAYS = Delays(answer=15, review=14, expires=180)


@pytest.fixture(autouse=True)
def _spring() -> Iterator[None]:
    with clock.at(DAY):
        a_region()
        yield


@pytest.fixture
def officer() -> Actor:
    return an_officer(a_person("Claire", "Modèle", "claire@region.example"))


def days_later(days: int) -> date:
    return DAY + timedelta(days=days)


def reread(need: Need) -> Need:
    with scope(TASK):
        return Need.objects.get(pk=need.pk)


def due(reader: Actor) -> list[int]:
    with scope(reader):
        return [need.pk for need in answers.unanswered(reader)]


def mails(template: str) -> list[Mail]:
    return list(Mail.objects.filter(purpose=f"offer/mail/{template}").order_by("pk"))


# --- the rule ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("age", "reviewed", "standing"),
    [
        (0, None, Standing.WAITING),
        (13, None, Standing.WAITING),
        (14, None, Standing.TO_REVIEW),
        (15, 14, Standing.WAITING),
        (16, 14, Standing.LATE),
        (180, 170, Standing.LATE),
        (181, None, Standing.EXPIRED),
        (181, 20, Standing.LATE),
        (201, 20, Standing.EXPIRED),
    ],
)
def test_where_an_answer_stands(age: int, reviewed: int | None, standing: Standing) -> None:
    seen = None if reviewed is None else days_later(reviewed)
    assert owed(DAY, seen, DELAYS, days_later(age)).standing is standing


@given(st.integers(0, 400), st.integers(0, 400))
def test_a_review_never_puts_off_the_day_the_employer_was_told(age: int, reviewed: int) -> None:
    today = days_later(age)
    facts = owed(DAY, days_later(min(reviewed, age)), DELAYS, today)
    assert facts.due_on == days_later(15)
    assert facts.age == age
    assert facts.next_review_on <= today + timedelta(days=14)


# --- told --------------------------------------------------------------------------------------------------------


def test_a_need_is_owed_an_answer_until_it_has_one(officer: Actor) -> None:
    need, answered = a_need(), a_need(an_employer("Service Plus"))
    answer_need(officer, answered.pk, reason="Voyez la mission locale.")
    assert due(officer) == [need.pk]


def test_the_decision_on_the_operation_is_mailed_to_each_employer_and_stays_on_its_need(officer: Actor) -> None:
    first = a_need(an_employer("Les Tilleuls", "rh@tilleuls.example"))
    second = a_need(an_employer("Service Plus", "rh@plus.example"))
    collective = grouping.create_collective(officer, [first.pk, second.pk], title="AVF")
    operation = grouping.open_operation(officer, collective.pk)
    assert due(officer) == [first.pk, second.pk]
    actions.decide_route(officer, operation.pk, route="covered", lot_id=a_lot().pk, reason="Lot 3.")
    assert [mail.address for mail in mails("need_told")] == ["rh@tilleuls.example", "rh@plus.example"]
    assert "Atelier du Loir va construire la formation « AVF »" in reread(first).answer
    assert due(officer) == []
    with scope(officer):
        page = browser(officer).get(f"/besoins/{first.pk}/").content.decode()
    assert "Atelier du Loir va construire" in page
    assert not JournalEntry.objects.filter(verb="answer.tell", after__icontains="Atelier").exists()


def test_a_need_that_joins_an_answered_operation_is_told_at_once(officer: Actor) -> None:
    collective = grouping.create_collective(officer, [a_need().pk], title="AVF")
    operation = grouping.open_operation(officer, collective.pk)
    actions.decide_route(officer, operation.pk, route="covered", lot_id=a_lot().pk, reason="Lot 3.")
    late = a_need(an_employer("Service Plus", "rh@plus.example"))
    grouping.group_needs(officer, collective.pk, [late.pk])
    assert [mail.address for mail in mails("need_told")] == ["rh@plus.example"]
    assert due(officer) == []


def test_a_tender_that_fails_owes_the_answer_again_and_its_award_tells_it(officer: Actor) -> None:
    need = a_need(an_employer("Les Tilleuls", "rh@tilleuls.example"))
    collective = grouping.create_collective(officer, [need.pk], title="AVF")
    operation = grouping.open_operation(officer, collective.pk)
    decide = {"route": "tender", "tender_kind": "fref"}
    actions.decide_route(officer, operation.pk, **decide, reason="Rien ne couvre.")
    assert "lance une consultation" in reread(need).answer
    with scope(TASK):
        tender = Tender.objects.get()
    actions.give_up_tender(officer, tender.pk, reason="Aucune offre.")
    assert due(officer) == [need.pk]
    actions.decide_route(officer, operation.pk, **decide, reason="Nouvelle consultation.")
    with scope(TASK):
        again = Tender.objects.exclude(pk=tender.pk).get()
    actions.launch_tender(officer, again.pk, deadline_on=days_later(20))
    with clock.at(days_later(30)):
        actions.award_tender(officer, again.pk, a_provider())
    assert "Atelier du Loir va construire" in reread(need).answer
    assert len(mails("need_told")) == 3


# --- gone through ------------------------------------------------------------------------------------------------


def test_an_officer_notes_where_a_need_stands(officer: Actor) -> None:
    need = a_need()
    with clock.at(days_later(14)):
        answers.review_need(officer, need.pk, note="Appelés : ils cherchent toujours.", version=need.version)
        with scope(officer):
            [line] = answers.lines(answers.unanswered(officer))
        assert line.standing is Standing.WAITING
    with clock.at(days_later(28)), scope(officer):
        [line] = answers.lines(answers.unanswered(officer))
        assert line.standing is Standing.LATE
    assert JournalEntry.objects.filter(verb="answer.review").count() == 1


def test_a_review_is_refused_to_others_without_a_word_and_once_answered(officer: Actor) -> None:
    need = a_need()
    with pytest.raises(Invalid, match="quelques mots"):
        answers.review_need(officer, need.pk, note=" ")
    with pytest.raises(Invalid, match="sécurité sociale"):
        answers.review_need(officer, need.pk, note="1 84 12 76 451 089 46")
    with pytest.raises(Stale):
        answers.review_need(officer, need.pk, note="Oui.", version=need.version + 1)
    with pytest.raises(NotAllowed, match="hors de votre territoire"):
        answers.review_need(an_officer(basins=[a_basin("Dreux")]), need.pk, note="Oui.")
    with pytest.raises(NotAllowed):
        answers.review_need(actor(Who.ADVISER, a_prescriber()), need.pk, note="Oui.")
    answer_need(officer, need.pk, reason="Voyez la mission locale.")
    with pytest.raises(WrongState, match="déjà sa réponse"):
        answers.review_need(officer, need.pk, note="Oui.")


def test_each_officer_is_mailed_the_answers_of_their_territory_once_a_fortnight(officer: Actor) -> None:
    elsewhere = an_officer(a_person("Marc", "Ailleurs", "marc@region.example"), [a_basin("Dreux")])
    a_need()
    assert answers.send_digests() == 0, "nothing to go through yet"
    with clock.at(days_later(20)):
        assert answers.send_digests() == 1
        assert answers.send_digests() == 0, "run twice, mailed once"
    with clock.at(days_later(33)):
        assert answers.send_digests() == 0
    with clock.at(days_later(34)):
        assert answers.send_digests() == 1
    first, _second = mails("answers_owed")
    assert (first.address, first.person_id) == ("claire@region.example", officer.person_id)
    assert "Les Tilleuls" in first.body
    assert "a dépassé la date promise" in first.body
    with scope(TASK):
        assert not AnswerDigest.objects.filter(officer=elsewhere.person_id).exists()


# --- the pages ---------------------------------------------------------------------------------------------------


def test_the_list_is_filtered_in_the_address_and_exported_as_shown(officer: Actor) -> None:
    a_need()
    a_need(an_employer("Service Plus"), basin=a_basin("Dreux"))
    client = browser(officer)
    with clock.at(days_later(16)):
        for query, names in {
            "": ["Les Tilleuls", "Service Plus"],
            f"basin={a_basin('Dreux').pk}": ["Service Plus"],
            "standing=late": ["Les Tilleuls", "Service Plus"],
            "standing=expired": [],
        }.items():
            content = client.get(f"/reponses-dues/?{query}&export=csv").content.decode("utf-8-sig")
            assert [line.split(";")[0] for line in content.splitlines()[1:]] == names
            page = client.get(f"/reponses-dues/?{query}").content.decode()
            assert all(name in page for name in names)
        assert "dont 2 en retard" in client.get("/reponses-dues/").content.decode()


def test_an_officer_sees_their_own_basins_first(officer: Actor) -> None:
    a_need()
    client = browser(an_officer(basins=[a_basin("Dreux")]))
    assert "Les Tilleuls" not in client.get("/reponses-dues/").content.decode()
    assert "Les Tilleuls" in client.get("/reponses-dues/?basin=all").content.decode()


def test_a_review_is_noted_by_a_page_that_keeps_what_was_typed(officer: Actor) -> None:
    need = a_need()
    client = browser(officer)
    address = f"/reponses-dues/{need.pk}/revue/"
    assert client.get(address).status_code == 200
    wrong = client.post(address, {"note": "1 84 12 76 451 089 46", "version": need.version})
    assert wrong.status_code == 422
    assert "1 84 12 76 451 089 46" in wrong.content.decode()
    assert client.post(address, {"note": "Ils cherchent toujours.", "version": need.version}).status_code == 302
    with scope(TASK):
        assert NeedReview.objects.get().note == "Ils cherchent toujours."
    assert "Ils cherchent toujours." in client.get(address).content.decode()


def test_the_answers_owed_are_the_regions_business() -> None:
    a_need()
    for somebody in (actor(Who.COORDINATOR, a_provider()), actor(Who.RECRUITER, an_employer())):
        assert browser(somebody).get("/reponses-dues/").status_code == 403


def test_the_list_asks_the_same_number_of_queries_whatever_its_length(
    officer: Actor, django_assert_max_num_queries: object
) -> None:
    client = browser(officer)
    for number in range(5):
        a_need(an_employer(f"Maison {number}"))
    client.get("/reponses-dues/")
    with django_assert_max_num_queries(22):  # type: ignore[operator]
        client.get("/reponses-dues/")
