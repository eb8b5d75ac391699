"""What each party sees of the plan, what a change touches, how it is told: pure."""

from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from defi.steps.design.content import (
    CompetenceContent,
    Content,
    ContributionContent,
    ModuleContent,
    TailoringContent,
    as_json,
    differences,
    from_json,
)
from defi.steps.design.seeing import modules_of, seen_by, touched

TILLEULS, AIDE, REGION, PROVIDER = 1, 2, 8, 9
PARTIES = [(PROVIDER, "provider"), (TILLEULS, "employer"), (AIDE, "employer"), (REGION, "region")]
NAMES = {TILLEULS: "Les Tilleuls", AIDE: "Aide & Cie"}

PLAN = Content(
    rhythm="3 semaines en centre, 1 en entreprise",
    modules=(
        ModuleContent(11, "Hygiène", "adapted", centre=14),
        ModuleContent(12, "Repas", "kept", centre=35),
        ModuleContent(13, "Stage", "kept", company=140),
        ModuleContent(14, "Premiers secours", "added", centre=14, for_employers=(AIDE,)),
    ),
    competences=(
        CompetenceContent(21, "Aider au lever", asked_by=(TILLEULS,), modules=(11,)),
        CompetenceContent(22, "Préparer un repas", asked_by=(AIDE,), modules=(12,)),
    ),
    contributions=(ContributionContent(31, AIDE, "visit"),),
    tailorings=(TailoringContent(41, "Travail de nuit", TILLEULS),),
)


def module(pk, **changes):
    return replace(PLAN, modules=tuple(replace(m, **changes) if m.pk == pk else m for m in PLAN.modules))


def touches(after):
    return touched(PLAN, after, PARTIES)


def test_hours_that_leave_the_totals_alone_touch_who_asked_for_what_they_teach():
    assert touches(module(11, centre=7, remote=7)) == {PROVIDER, TILLEULS, REGION}


@pytest.mark.parametrize("more", [{"centre": 269}, {"remote": 269}, {"company": 7}, {"situation": 7}])
def test_a_module_that_nobody_asked_for_touches_everybody_by_the_totals(more):
    after = replace(PLAN, modules=(*PLAN.modules, ModuleContent(15, "En plus", "added", **more)))
    assert touches(after) == {PROVIDER, TILLEULS, AIDE, REGION}


def test_hours_moved_between_modules_of_others_do_not_touch_who_reads_them_for_information_only():
    after = replace(PLAN, modules=tuple(replace(m, centre={11: 7, 14: 21}.get(m.pk, m.centre)) for m in PLAN.modules))
    assert touches(after) == {PROVIDER, TILLEULS, AIDE, REGION}
    between_two_of_aide = replace(
        PLAN, modules=tuple(replace(m, centre={12: 28, 14: 21}.get(m.pk, m.centre)) for m in PLAN.modules)
    )
    assert touches(between_two_of_aide) == {PROVIDER, AIDE, REGION}
    assert [m.pk for m in modules_of(PLAN, TILLEULS)] == [11]
    assert [m.pk for m in modules_of(PLAN, AIDE)] == [12, 14]


def test_a_module_made_for_an_employer_touches_it():
    assert touches(module(14, title="Sauveteur secouriste")) == {PROVIDER, AIDE, REGION}


def test_hours_in_company_touch_every_employer():
    assert touches(module(13, company=154)) == {PROVIDER, TILLEULS, AIDE, REGION}


def test_the_rhythm_touches_everybody():
    assert touches(replace(PLAN, rhythm="2 et 2")) == {PROVIDER, TILLEULS, AIDE, REGION}


def test_what_a_firm_brings_touches_neither_the_others_nor_the_region():
    more = (*PLAN.contributions, ContributionContent(32, TILLEULS, "jury"))
    assert touches(replace(PLAN, contributions=more)) == {PROVIDER, TILLEULS}


def test_the_cost_touches_the_region_only():
    assert touches(replace(PLAN, cost="5448.60")) == {PROVIDER, REGION}


def test_what_differs_for_one_does_not_touch_the_other():
    more = (*PLAN.tailorings, TailoringContent(42, "Cuisine du soir", AIDE))
    assert touches(replace(PLAN, tailorings=more)) == {PROVIDER, AIDE, REGION}


def test_a_competence_asked_by_one_more_employer_touches_only_that_one():
    both = tuple(replace(c, asked_by=(TILLEULS, AIDE)) if c.pk == 21 else c for c in PLAN.competences)
    assert touches(replace(PLAN, competences=both)) == {PROVIDER, AIDE, REGION}


def test_nothing_changed_touches_nobody():
    assert touches(PLAN) == set()


def test_differences_are_said_in_words():
    told = [d.sentence for d in differences(PLAN, module(11, centre=21), NAMES)]
    assert told == [
        "Total en centre : 63\u00a0h → 70\u00a0h",
        "Hygiène : 14\u00a0h en centre → 21\u00a0h en centre",
    ]


def test_what_comes_and_goes_is_said():
    after = replace(PLAN, modules=PLAN.modules[1:], tailorings=(), contributions=())
    told = {(d.what, d.now) for d in differences(PLAN, after, NAMES)}
    assert ("Hygiène", "retiré") in told
    assert ("Ce qui diffère, pour Les Tilleuls", "retiré") in told
    assert ("Apport de Aide & Cie", "retiré") in told


hours = st.integers(0, 400)
firms = st.lists(st.sampled_from([TILLEULS, AIDE]), unique=True).map(lambda found: tuple(sorted(found)))
words = st.sampled_from(["", "un", "deux"])


def modules():
    return st.builds(
        ModuleContent,
        pk=st.sampled_from([11, 12, 13]),
        title=words,
        kind=st.sampled_from(["kept", "adapted"]),
        centre=hours,
        company=hours,
        remote=hours,
        situation=hours,
        place=words,
        lender=st.sampled_from([None, TILLEULS]),
        for_employers=firms,
    )


def competences():
    taught = st.lists(st.sampled_from([11, 12, 13]), unique=True).map(lambda found: tuple(sorted(found)))
    return st.builds(CompetenceContent, st.sampled_from([21, 22]), words, firms, taught, words, st.booleans())


contents = st.builds(
    Content,
    rhythm=words,
    cost=words,
    specific=words,
    modules=st.lists(modules(), unique_by=lambda m: m.pk).map(tuple),
    competences=st.lists(competences(), unique_by=lambda c: c.pk).map(tuple),
    contributions=st.lists(
        st.builds(ContributionContent, st.integers(1, 3), st.sampled_from([TILLEULS, AIDE]), st.just("visit")),
        unique_by=lambda c: c.pk,
    ).map(tuple),
    tailorings=st.lists(
        st.builds(TailoringContent, st.integers(1, 3), words, st.sampled_from([None, TILLEULS, AIDE])),
        unique_by=lambda t: t.pk,
    ).map(tuple),
)


@given(contents)
def test_an_edition_is_read_back_as_it_was_kept(content):
    assert from_json(as_json(content)) == content


@given(contents, contents)
def test_a_change_touches_exactly_those_who_see_it(before, after):
    for pk, quality in PARTIES:
        sees = seen_by(before, quality, pk) != seen_by(after, quality, pk)
        assert (pk in touched(before, after, PARTIES)) == sees


@given(contents, contents)
def test_approvals_never_survive_a_change_of_the_totals_their_party_reads(before, after):
    if (before.hours_centre, before.hours_company) != (after.hours_centre, after.hours_company):
        assert touched(before, after, PARTIES) == {pk for pk, _quality in PARTIES}


@given(contents, contents)
def test_whatever_an_employer_no_longer_sees_alike_is_told(before, after):
    """Nobody's approval falls without a sentence that says why."""
    if touched(before, after, PARTIES):
        assert differences(before, after, NAMES)


@given(contents, contents)
def test_what_touches_an_employer_touches_the_provider(before, after):
    found = touched(before, after, PARTIES)
    assert not found or PROVIDER in found


def test_every_field_of_the_content_is_compared():
    """A field added to the content is seen by the provider, so that it cancels its approval at least."""
    assert {f.name for f in fields(Content)} <= set(seen_by(PLAN, "provider", PROVIDER))
