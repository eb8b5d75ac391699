"""What is added to a need, and a need that repeats another: who may, when, and what the journal keeps of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from defi.kernel import clock, links
from defi.kernel.access import PUBLIC, TASK, Actor, Who, scope
from defi.kernel.models import JournalEntry
from defi.kernel.refusals import Invalid, NotAllowed, Stale, Unknown, WrongState
from defi.people.actions import OrganisationFacts
from defi.people.models import OrganisationKind
from defi.steps.needs import actions, completing, drafts
from defi.steps.needs.actions import Asked, ContactFacts, NeedFacts
from defi.steps.needs.models import Need
from defi.steps.needs.rules import Search, ranking_fault, said, same_search
from factories import a_basin, a_job, a_need, a_prescriber, a_provider, a_region, actor, an_employer, an_officer

DAY = date(2025, 5, 14)
FACTS = NeedFacts(
    "aide à domicile", 2, contract="cdd", months=8, comment="Horaires coupés", competences=(Asked("Lire"),)
)


@pytest.fixture
def spring(db: None) -> Iterator[None]:
    with clock.at(DAY):
        a_region()
        yield


def by_link(need: Need) -> Actor:
    address = links.issue(need, "need.confirm", address="ada@tilleuls.example", organisation_id=need.employer_id)
    return links.bearer(links.find(address.rstrip("/").rpartition("/")[2]))


def sent_from(mailbox: str = "ada@tilleuls.example") -> Need:
    firm = OrganisationFacts(OrganisationKind.EMPLOYER, "Les Tilleuls", region=a_region())
    facts = NeedFacts("aide à domicile", 2, job=a_job(), basin=a_basin())
    return actions.submit_need(PUBLIC, firm, facts, contact=ContactFacts(email=mailbox))


# --- completing --------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("spring")
@pytest.mark.parametrize("role", [Who.OFFICER, Who.ADVISER, Who.RECRUITER, Who.LINK])
def test_whoever_typed_it_the_employer_and_the_officer_complete_a_need(role: Who) -> None:
    employer, adviser = an_employer(), actor(Who.ADVISER, a_prescriber())
    facts = NeedFacts("aide", 2, job=a_job(), basin=a_basin())
    need = actions.submit_need(adviser, employer, facts)
    who = {
        Who.OFFICER: an_officer(),
        Who.ADVISER: adviser,
        Who.RECRUITER: actor(Who.RECRUITER, employer),
        Who.LINK: by_link(need),
    }[role]
    done = completing.complete_need(who, need.pk, FACTS, contact_name="Ada Exemple")
    assert (done.contract, done.months, done.wording, done.posts) == ("cdd", 8, "aide", 2)
    assert str(done.contact) == "Ada Exemple"
    entry = JournalEntry.objects.get(verb="need.complete", object_type="needs.need")
    assert entry.after["contract"] == "cdd"
    assert "Horaires" not in str(entry.after) + str(entry.before)


@pytest.mark.usefixtures("spring")
def test_nobody_else_completes_a_need() -> None:
    need = a_need()
    with pytest.raises(Unknown):
        completing.complete_need(actor(Who.COORDINATOR, a_provider()), need.pk, FACTS)
    with pytest.raises(NotAllowed):
        completing.complete_need(an_officer(basins=[a_basin("Dreux")]), need.pk, FACTS)
    with pytest.raises(NotAllowed):
        completing.complete_need(PUBLIC, need.pk, FACTS)
    with pytest.raises(Unknown):
        completing.complete_need(by_link(a_need(an_employer("Aide & Cie"))), need.pk, FACTS)


@pytest.mark.usefixtures("spring")
def test_a_need_that_is_answered_is_no_longer_completed() -> None:
    officer, need = an_officer(), a_need()
    actions.answer_need(officer, need.pk, reason="Une POE répond mieux.")
    with pytest.raises(WrongState, match="ne se modifie plus"):
        completing.complete_need(officer, need.pk, FACTS)


@pytest.mark.usefixtures("spring")
def test_what_cannot_be_is_refused_beside_its_field() -> None:
    officer, need = an_officer(), a_need()
    with pytest.raises(Stale):
        completing.complete_need(officer, need.pk, FACTS, version=need.version + 1)
    wrong = replace(FACTS, contract="cdi", months=3, requirements_asked="2 85 05 78 006 084 36")
    with pytest.raises(Invalid) as refusal:
        completing.complete_need(officer, need.pk, wrong)
    assert set(refusal.value.fields) == {"months", "requirements_asked"}
    with pytest.raises(Invalid) as refusal:
        completing.complete_need(officer, need.pk, replace(FACTS, expectations=("image", "image")))
    assert "deux places" in refusal.value.fields["expectations"]


@pytest.mark.usefixtures("spring")
def test_a_competence_no_longer_asked_is_struck() -> None:
    need = a_need(competences=("Conduire", "Lire"))
    completing.complete_need(an_officer(), need.pk, FACTS)
    assert [row.label for row in need.competences.all()] == ["Lire"]


# --- the same need twice -----------------------------------------------------------------------------------------


@pytest.mark.usefixtures("spring")
def test_what_only_the_second_sheet_says_completes_the_first() -> None:
    officer, employer = an_officer(), an_employer()
    first, second = a_need(employer, competences=("Lire",)), a_need(employer, competences=("lire", "Conduire"))
    completing.complete_need(officer, second.pk, replace(FACTS, competences=(Asked("lire"), Asked("Conduire"))))
    kept = completing.merge_need(officer, second.pk, first.pk)
    assert (kept.pk, kept.contract, kept.months) == (first.pk, "cdd", 8)
    assert [row.label for row in kept.competences.all()] == ["Lire", "Conduire"]


@pytest.mark.usefixtures("spring")
def test_sheets_of_two_employers_or_of_a_need_that_is_over_stay_two() -> None:
    officer, employer = an_officer(), an_employer()
    one, another = a_need(employer), a_need(an_employer("Aide & Cie"))
    with pytest.raises(Invalid, match="même employeur"):
        completing.merge_need(officer, one.pk, another.pk)
    with pytest.raises(Invalid):
        completing.merge_need(officer, one.pk, one.pk)
    over = a_need(employer)
    actions.withdraw_need(officer, over.pk, reason="pourvu")
    with pytest.raises(WrongState, match="gardez celle-ci"):
        completing.merge_need(officer, one.pk, over.pk)
    with pytest.raises(NotAllowed):
        completing.merge_need(actor(Who.RECRUITER, employer), one.pk, another.pk)
    with pytest.raises(NotAllowed):
        completing.merge_need(an_officer(basins=[a_basin("Dreux")]), one.pk, another.pk)


@pytest.mark.usefixtures("spring")
def test_a_link_joins_only_needs_of_its_own_mailbox() -> None:
    mine, theirs, second = sent_from(), sent_from("loup@tilleuls.example"), sent_from()
    bearer = by_link(second)
    with pytest.raises(Unknown):
        completing.merge_need(bearer, second.pk, theirs.pk)
    assert completing.merge_need(bearer, second.pk, mine.pk).pk == mine.pk
    with pytest.raises(WrongState):
        completing.merge_need(bearer, second.pk, mine.pk)


@pytest.mark.usefixtures("spring")
def test_a_need_already_known_to_the_actor_is_refused_once() -> None:
    officer, employer = an_officer(), an_employer()
    facts = NeedFacts("aides à domiciles", 1, basin=a_basin())
    first = a_need(employer)
    with pytest.raises(actions.SameSearch, match="cherche déjà") as same:
        actions.submit_need(officer, employer, facts, another=False)
    assert same.value.need.pk == first.pk
    stranger = actor(Who.ADVISER, a_prescriber())
    assert actions.submit_need(stranger, employer, facts, another=False).pk != first.pk


def search(wording: str = "aide à domicile", job_id: int = 0, day: date = DAY, employer_id: int = 1) -> Search:
    return Search(employer_id, wording, day, job_id)


@pytest.mark.parametrize(
    ("other", "same"),
    [
        (search("Aides à domicile"), True),
        (search("auxiliaire de vie", job_id=7), False),
        (search("soudeuse"), False),
        (search(employer_id=2), False),
        (search(day=date(2025, 9, 1)), False),
    ],
)
def test_the_same_words_or_the_same_job_within_three_months_are_one_search(other: Search, same: bool) -> None:
    assert same_search(search(), other) is same


def test_the_same_job_in_other_words_is_one_search() -> None:
    assert same_search(search("auxiliaire de vie", job_id=7), search("aide à domicile", job_id=7))


@given(st.lists(st.sampled_from(["soudeur", "tig", "inox", "lecture", "plan"]), min_size=1))
def test_the_order_of_words_does_not_matter(words: list[str]) -> None:
    assert said(" ".join(words)) == said(" ".join(reversed(words)))


@given(st.lists(st.sampled_from(["", "image", "basics", "support"]), max_size=5))
def test_a_ranking_holds_each_expectation_once(ranks: list[str]) -> None:
    chosen = [code for code in ranks if code]
    assert bool(ranking_fault(ranks)) is (len(chosen) > len(set(chosen)))


# --- drafts, resending -------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("spring")
def test_the_journal_knows_that_a_draft_was_begun_and_nothing_of_its_words() -> None:
    for text in ("soudeur", "soudeur TIG"):
        drafts.keep_draft(PUBLIC, "k" * 30, {"wording": text, "reach": "ada@tilleuls.example"})
    (entry,) = JournalEntry.objects.filter(verb="need.keep_draft")
    assert "soudeur" not in str(entry.after)
    assert "ada" not in str(entry.after)
    found = drafts.find_draft(PUBLIC, "k" * 30)
    assert found is not None
    assert found.typed["wording"] == "soudeur TIG"
    with pytest.raises(Unknown):
        drafts.send_draft(PUBLIC, "other", "ada@tilleuls.example")


@pytest.mark.usefixtures("spring")
def test_a_link_that_confirms_leaves_again_until_the_need_is_confirmed() -> None:
    need = sent_from()
    actions.resend_link(an_officer(), need.pk)
    with pytest.raises(NotAllowed):
        actions.resend_link(PUBLIC, need.pk)
    with pytest.raises(NotAllowed):
        actions.resend_link(an_officer(basins=[a_basin("Dreux")]), need.pk)
    for _time in range(actions.MOST_LINKS - 2):
        actions.resend_link(TASK, need.pk)
    with pytest.raises(WrongState, match="indésirables"):
        actions.resend_link(TASK, need.pk)
    actions.confirm_need(an_officer(), need.pk)
    with pytest.raises(WrongState, match="déjà confirmée"):
        actions.resend_link(TASK, need.pk)
    with scope(TASK):
        assert Need.objects.get().state == "received"
