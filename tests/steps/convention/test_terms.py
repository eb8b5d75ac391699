"""What an amendment has to say, and whom it touches: pure rules."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from defi.steps.convention.terms import (
    FOR_ALL,
    Cause,
    Change,
    PartyFacts,
    Terms,
    changes,
    sentences,
    terms,
    touched,
)

AGREED = Terms(hours=(420, 140), starts_on=date(2025, 11, 3), ends_on=date(2026, 3, 13), seats=8, posts={1: 4, 2: 4})
NAMES = {1: "Les Tilleuls", 2: "Aide & Cie", 3: "Service Plus"}
OF, REGION, ML = 10, 11, 12
PARTIES = [
    PartyFacts(1),
    PartyFacts(2),
    PartyFacts(OF, leads=True),
    PartyFacts(REGION, funds=True),
    PartyFacts(ML),
]

DAYS = st.dates(date(2025, 1, 1), date(2027, 12, 31))
HOURS = st.tuples(st.integers(0, 900), st.integers(0, 900))
TERMS = st.builds(
    lambda hours, days, seats, posts: Terms(hours, *(sorted(days) if days else (None, None)), seats, posts),
    st.none() | HOURS,
    st.none() | st.tuples(DAYS, DAYS),
    st.none() | st.integers(1, 30),
    st.none() | st.dictionaries(st.integers(1, 9), st.integers(1, 9), max_size=5),
)


def causes(now: Terms) -> list[Cause]:
    return [change.cause for change in changes(AGREED, now)]


def said(now: Terms) -> str:
    return " ".join(sentences(AGREED, now, NAMES)).replace("\xa0", " ")


def test_nothing_is_owed_while_all_is_as_agreed():
    assert changes(AGREED, AGREED) == ()
    assert touched((), PARTIES).signing == frozenset()


def test_each_cause_is_said_from_what_to_what():
    assert said(replace(AGREED, hours=(427, 133))) == (
        "Durée par stagiaire : 420 h en centre et 140 h en entreprise deviennent 427 h en centre et 133 h en "
        "entreprise."
    )
    assert said(replace(AGREED, ends_on=date(2026, 3, 27))) == (
        "Dates de la session : du 3 novembre 2025 au 13 mars 2026, elles passent du 3 novembre 2025 au 27 mars 2026."
    )
    assert said(replace(AGREED, seats=10)) == "Places financées par la Région : de 8 à 10."
    assert said(replace(AGREED, posts={1: 4, 2: 3})) == "Postes promis par Aide & Cie : de 4 à 3."
    assert said(replace(AGREED, posts={1: 4})) == "Aide & Cie se retire : les 4 postes promis ne le sont plus."
    assert (
        said(replace(AGREED, posts={1: 4, 2: 4, 3: 1})) == "Service Plus s'engage : 1 poste promis, aucun auparavant."
    )


def test_several_causes_go_into_one_amendment_in_the_order_of_the_convention():
    now = Terms((427, 140), AGREED.starts_on, date(2026, 4, 1), 10, {1: 2, 3: 2})
    assert causes(now) == [Cause.HOURS, Cause.DATES, Cause.SEATS, Cause.POSTS, Cause.WITHDREW, Cause.JOINED]


def test_hours_dates_and_places_touch_all_who_signed():
    for now in (
        replace(AGREED, hours=(1, 1)),
        replace(AGREED, ends_on=date(2026, 4, 1)),
        replace(AGREED, seats=9),
    ):
        assert touched(changes(AGREED, now), PARTIES).signing == {1, 2, OF, REGION, ML}


def test_a_change_of_posts_touches_its_employer_the_provider_and_the_region():
    assert touched(changes(AGREED, replace(AGREED, posts={1: 4, 2: 1})), PARTIES).signing == {2, OF, REGION}


def test_an_employer_that_joins_signs_with_the_provider_and_the_region():
    who = touched(changes(AGREED, replace(AGREED, posts={1: 4, 2: 4, 3: 2})), PARTIES)
    assert (who.signing, who.optional) == ({3, OF, REGION}, frozenset())


def test_an_employer_that_withdraws_is_asked_but_holds_nobody_back():
    who = touched(changes(AGREED, replace(AGREED, posts={1: 4})), PARTIES)
    assert (who.signing, who.optional) == ({2, OF, REGION}, {2})


def test_what_an_old_text_does_not_tell_is_not_compared():
    assert changes(Terms(hours=(420, 140)), AGREED) == ()
    assert causes(replace(AGREED, posts={})) == [Cause.WITHDREW, Cause.WITHDREW]


@given(TERMS)
def test_what_is_kept_is_read_again_as_it_was(told: Terms):
    assert terms(told.kept()) == told


@given(TERMS, TERMS)
def test_each_change_has_its_sentence_and_the_rest_its_silence(agreed: Terms, now: Terms):
    found = changes(agreed, now)
    told = sentences(agreed, now, {pk: f"firme {pk}" for pk in range(1, 10)})
    assert len(told) == len(found)
    assert all(told)
    assert len(set(found)) == len(found)


@given(st.lists(st.builds(Change, st.sampled_from(Cause), st.integers(1, 3)), max_size=4), st.permutations(PARTIES))
def test_whoever_signs_is_touched_and_the_provider_and_the_region_always_sign(found, parties):
    who = touched(found, parties)
    if not found:
        assert not who.signing
        return
    assert {OF, REGION} <= who.signing
    assert who.optional <= who.signing
    known = {party.organisation_id for party in parties}
    if not any(change.cause in FOR_ALL for change in found):
        assert who.signing - {OF, REGION} <= {change.organisation_id for change in found}
    assert who.signing <= known | {change.organisation_id for change in found}
