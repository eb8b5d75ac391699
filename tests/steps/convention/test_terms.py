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
    Promised,
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
PROMISED = st.builds(
    Promised,
    st.integers(1, 9),
    st.sampled_from(["Aide à domicile", "Cuisinier"]),
    st.sampled_from(["cdi", "cdd"]),
    months=st.none() | st.integers(1, 12),
    starts_on=st.none() | DAYS,
    place=st.sampled_from(["", "Bonneval"]),
)
LINES = st.dictionaries(st.integers(1, 9), st.lists(PROMISED, min_size=1, max_size=3).map(tuple), max_size=5)


def told_of(hours, days, seats, posts, lines):
    """Terms; with lines, the posts are theirs."""
    first, last = sorted(days) if days else (None, None)
    if lines is not None:
        posts = {pk: sum(line.posts for line in own) for pk, own in lines.items()}
    return Terms(hours, first, last, seats, posts, lines)


TERMS = st.builds(
    told_of,
    st.none() | HOURS,
    st.none() | st.tuples(DAYS, DAYS),
    st.none() | st.integers(1, 30),
    st.none() | st.dictionaries(st.integers(1, 9), st.integers(1, 9), max_size=5),
    st.none() | LINES,
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


CDI = Promised(4, "Aide à domicile", "cdi", starts_on=date(2026, 4, 1), place="Bonneval")


def with_lines(*lines: Promised) -> Terms:
    """Les Tilleuls promises these, Aide & Cie what it did."""
    return replace(
        AGREED, posts={1: sum(line.posts for line in lines), 2: 4}, lines={1: lines, 2: (replace(CDI, place=""),)}
    )


def of_lines(before: Terms, now: Terms) -> tuple[list[Cause], str]:
    told = [change.cause for change in changes(before, now)]
    return told, " ".join(sentences(before, now, NAMES)).replace("\xa0", " ")


def test_what_is_promised_on_other_conditions_is_said_whole_from_what_to_what():
    agreed, cdd = with_lines(CDI), replace(CDI, contract="cdd", months=7)
    told, said = of_lines(agreed, with_lines(cdd))
    assert told == [Cause.CONDITIONS]
    assert said == (
        "Ce que promet Les Tilleuls : 4 postes « Aide à domicile », CDI, Bonneval, à partir du 1er avril 2026 ; "
        "désormais : 4 postes « Aide à domicile », CDD de 7 mois, Bonneval, à partir du 1er avril 2026."
    )
    for other in ({"job": "Cuisinier"}, {"place": "Dreux"}, {"starts_on": date(2026, 5, 1)}, {"days": 1}):
        assert of_lines(agreed, with_lines(replace(CDI, **other)))[0] == [Cause.CONDITIONS]
    assert touched(changes(agreed, with_lines(cdd)), PARTIES).signing == {1, OF, REGION}


def test_fewer_posts_of_the_same_are_a_number_and_of_two_jobs_the_amendment_says_which():
    cook = replace(CDI, posts=2, job="Cuisinier")
    assert of_lines(with_lines(CDI), with_lines(replace(CDI, posts=3)))[0] == [Cause.POSTS]
    told, said = of_lines(with_lines(CDI, cook), with_lines(CDI, replace(cook, posts=1)))
    assert told == [Cause.POSTS, Cause.CONDITIONS]
    assert "1 poste « Cuisinier », CDI" in said
    two = replace(CDI, posts=2)
    assert of_lines(with_lines(CDI), with_lines(two, two))[0] == []


def test_a_firm_that_joins_or_a_place_that_changes_its_name_is_said_as_it_is():
    agreed = with_lines(CDI)
    joins = replace(agreed, posts={1: 4, 2: 4, 3: 1}, lines={**(agreed.lines or {}), 3: (replace(CDI, posts=1),)})
    told, said = of_lines(agreed, joins)
    assert told == [Cause.JOINED]
    assert said == (
        "Service Plus s'engage : 1 poste « Aide à domicile », CDI, Bonneval, à partir du 1er avril 2026 ; aucun poste "
        "promis auparavant."
    )
    at = replace(CDI, place="Maison Tilleul", work_at=5)
    assert of_lines(with_lines(at), with_lines(replace(at, place="Maison des Tilleuls")))[0] == []


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


def test_who_left_and_never_signed_is_not_asked_to_sign_that_it_leaves():
    parties = [party for party in PARTIES if party.organisation_id != 2]
    who = touched(changes(AGREED, replace(AGREED, posts={1: 4})), parties)
    assert (who.signing, who.optional) == ({OF, REGION}, frozenset())


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
