"""What a request does, with nothing but values: totals, what stays, what comes back, the half-days laid again."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from defi.steps.design.calendar.rules import HalfDay, Place, lay_out
from defi.steps.design.changes import effects, lines
from defi.steps.design.changes.effects import Ground, Hours, Taught, effect
from defi.steps.design.changes.lines import (
    CalendarLine,
    Change,
    ModuleLine,
    ModuleState,
    RhythmLine,
    applied,
    inverse,
    kinds,
    module_state,
    stale_lines,
    with_line,
)
from defi.steps.design.changes.relaying import GroupLaid, laid_again, weeks_gone
from defi.steps.design.content import CompetenceContent, Content, ModuleContent
from design.calendar.stage import RHYTHM

START, DAY = date(2025, 11, 3), date(2026, 1, 12)
ONE = RHYTHM
SAID = lines.calendar_said(ONE)

hours = st.integers(0, 60)


@st.composite
def states(draw, number=0):
    return ModuleState(
        title=f"Module {number} {draw(st.sampled_from('abc'))}",
        kind=draw(st.sampled_from(["kept", "adapted", "added"])),
        centre=draw(hours),
        company=draw(hours),
        remote=draw(hours),
        situation=draw(hours),
        reason=draw(st.sampled_from(["", "Contrôle"])),
        competences=tuple(sorted(draw(st.sets(st.integers(1, 4))))),
    )


@st.composite
def plans(draw):
    """Up to six modules, four competences taught by some of them: none carries a reason why it is not taught."""
    modules = tuple(
        ModuleContent(n, f"Module {n}", "kept", draw(hours), draw(hours), draw(hours), draw(hours))
        for n in range(1, draw(st.integers(1, 6)) + 1)
    )
    numbers = [module.pk for module in modules]
    competences = tuple(
        CompetenceContent(n, f"Compétence {n}", (100,), tuple(sorted(draw(st.sets(st.sampled_from(numbers))))))
        for n in range(1, 5)
    )
    return Content(rhythm="3 puis 1", calendar=SAID, modules=modules, competences=competences)


@st.composite
def requests(draw):
    """A plan, and a request about some of its modules and about new ones."""
    content = draw(plans())
    change = Change()
    for row in content.modules:
        what = draw(st.sampled_from(["leave", "change", "remove"]))
        if what != "leave":
            now = draw(states(row.pk)) if what == "change" else None
            change = with_line(change, ModuleLine(row.pk, module_state(content, row.pk), now))
    for number in range(1, draw(st.integers(0, 2)) + 1):
        change = with_line(change, ModuleLine(-number, None, draw(states(-number))))
    if draw(st.booleans()):
        change = replace(change, rhythm=RhythmLine(content.rhythm, "2 puis 2"))
    if draw(st.booleans()):
        change = replace(change, calendar=CalendarLine(ONE, replace(ONE, cycle="ce")))
    return content, change


def by_number(content):
    return replace(content, modules=tuple(sorted(content.modules, key=lambda m: m.pk)))


@given(requests())
def test_hours_after_are_the_sum_of_the_modules_after(given_):
    content, change = given_
    after = applied(content, change)
    expected = effects.counted(content).total
    for line in change.modules:
        expected += (sum(line.now.hours) if line.now else 0) - (sum(line.was.hours) if line.was else 0)
    assert (
        effects.counted(after).total
        == expected
        == sum(m.centre + m.remote + m.company + m.situation for m in after.modules)
    )


@given(requests())
def test_a_module_that_no_line_names_stays_as_it_was(given_):
    content, change = given_
    named = {line.module for line in change.modules}
    after = {m.pk: m for m in applied(content, change).modules}
    for module in content.modules:
        if module.pk not in named:
            assert after[module.pk] == module
            kept = module_state(applied(content, change), module.pk)
            assert kept == module_state(content, module.pk)


@given(requests())
def test_a_request_and_its_inverse_give_the_plan_back(given_):
    content, change = given_
    assert by_number(applied(applied(content, change), inverse(change))) == by_number(content)


@given(requests())
def test_a_request_is_read_back_as_it_was_kept(given_):
    _content, change = given_
    assert lines.from_json(lines.as_json(change)) == change


@given(requests())
def test_a_request_fits_the_plan_it_was_written_on_and_is_stale_on_the_plan_it_gave(given_):
    content, change = given_
    assert stale_lines(content, change, ONE) == []
    lived = [line for line in change.modules if line.was is not None]
    assert len(stale_lines(applied(content, change), change, ONE)) >= len(lived)


@given(requests())
def test_what_a_request_is_about_is_derived_from_its_lines(given_):
    _content, change = given_
    found = kinds(change)
    assert ("rhythm" in found) == bool(change.rhythm or change.calendar)
    assert bool(found) == (not change.is_empty)
    moved = [line for line in change.modules if not (line.was and line.now and line.was.hours == line.now.hours)]
    assert ("hours" in found) == bool(moved)


def hygiene(**changes):
    was = ModuleState("Hygiène", centre=14, competences=(1,))
    return ModuleLine(1, was, replace(was, **changes) if changes else None)


PLAN = Content(
    modules=(ModuleContent(1, "Hygiène", "kept", 14), ModuleContent(2, "Cuisine", "kept", 60)),
    competences=(CompetenceContent(1, "Nettoyer", (100,), (1,)), CompetenceContent(2, "Cuire", (200,), (2,))),
)
GROUND = Ground(
    today=date(2026, 1, 5),
    effective_on=DAY,
    starts_on=START,
    ends_on=date(2026, 4, 10),
    session=Hours(74, 0),
    parties=((100, "employer"), (200, "employer"), (9, "region"), (8, "provider")),
    approved=frozenset({100, 9, 8}),
    names={100: "Les Tilleuls", 200: "Bel-Air"},
)


def test_hours_of_one_module_are_about_hours_only():
    assert kinds(Change((hygiene(centre=21),))) == ("hours",)
    assert kinds(Change((hygiene(title="Hygiène et sécurité"),))) == ("content",)
    assert kinds(Change((hygiene(),))) == ("content", "hours")


def test_the_effect_names_those_it_touches_and_the_approvals_that_fall():
    found = effect(PLAN, Change((hygiene(centre=7, remote=7),)), GROUND)
    assert [(told.name, told.about) for told in found.employers] == [("Les Tilleuls", ("« Nettoyer »", "Hygiène"))]
    assert found.approvals == ("Les Tilleuls",)


def test_the_effect_of_another_total_is_told_to_every_employer():
    found = effect(PLAN, Change((hygiene(centre=21),)), GROUND)
    assert {told.name: told.about[-1] for told in found.employers} == dict.fromkeys(
        ("Les Tilleuls", "Bel-Air"), "le total d'heures"
    )
    assert found.approvals == ("Les Tilleuls",)
    assert found.session_sentence == "7\u00a0h de plus en centre que la session (bon de commande et EOS)."


def test_who_has_not_approved_is_told_and_loses_no_approval():
    line = ModuleLine(
        2,
        ModuleState("Cuisine", centre=60, competences=(2,)),
        ModuleState("Cuisine", centre=53, remote=7, competences=(2,)),
    )
    found = effect(PLAN, Change((line,)), GROUND)
    assert [told.name for told in found.employers] == ["Bel-Air"]
    assert found.approvals == ()


def test_a_competence_without_module_keeps_the_request_from_being_sent():
    found = effect(PLAN, Change((hygiene(),)), GROUND)
    assert found.faults == (
        "« Nettoyer » n'aurait plus aucun module : reliez-la à un autre module dans la même demande.",
    )


@pytest.mark.parametrize(
    ("line", "taught", "words"),
    [
        (hygiene(), Taught(420, 0), "a déjà été enseigné (7\u00a0h)"),
        (hygiene(), Taught(0, 2), "à venir nomment « Hygiène »"),
        (hygiene(centre=6), Taught(420, 0), "a déjà 7\u00a0h d'émargement : il ne peut pas compter 6\u00a0h"),
        (hygiene(centre=7), Taught(420, 3), ""),
    ],
)
def test_what_was_taught_is_not_undone(line, taught, words):
    faults = effects.taught_faults(Change((line,)), {1: taught})
    assert bool(faults) == bool(words)
    assert words in "".join(faults)


def test_two_modules_never_bear_the_same_name():
    assert effect(PLAN, Change((hygiene(title="cuisine "),)), GROUND).faults
    added = ModuleLine(-1, None, ModuleState("Service", centre=7))
    twice = ModuleLine(-2, None, ModuleState("Service", centre=7))
    assert len(effect(PLAN, Change((added, twice)), GROUND).faults) == 1


def test_an_effect_is_read_back_as_it_was_kept():
    found = effect(PLAN, Change((hygiene(centre=21),)), GROUND)
    assert effects.from_json(effects.as_json(found)) == found
    assert effects.from_json({}) is None


# Half-days laid again

LAID = lay_out(RHYTHM, START, 420, 140).half_days
GROUP = GroupLaid("Tout le groupe", 0, LAID)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 120), st.integers(-28, 60), st.integers(-28, 60), st.sampled_from(["ccce", "ce", "cce", "ecc"]))
def test_half_days_laid_again_make_exactly_the_hours_of_the_plan_and_leave_what_is_past(days, centre, company, cycle):
    from_on = START + timedelta(days=days)
    wanted = (420 + centre, 140 + company)
    layout = laid_again(GROUP, RHYTHM, replace(RHYTHM, cycle=cycle), wanted, START, from_on)
    if layout.faults:
        done = [GROUP.minutes(place, before=from_on) for place in Place]
        assert done[0] > wanted[0] * 60 or done[1] > wanted[1] * 60
        return
    after = GroupLaid("", 0, layout.half_days)
    assert [h for h in layout.half_days if h.on < from_on] == [h for h in LAID if h.on < from_on]
    short = [abs(after.minutes(place) - n * 60) for place, n in zip(Place, wanted, strict=True)]
    assert max(short) == 0
    slots = [half.slot for half in layout.half_days]
    assert len(slots) == len(set(slots))


@given(st.integers(0, 150))
def test_laid_again_for_the_same_hours_the_calendar_is_what_it_was(days):
    layout = laid_again(GROUP, RHYTHM, RHYTHM, (420, 140), START, START + timedelta(days=days))
    assert layout.half_days == LAID


def test_the_cycle_goes_on_where_it_was():
    assert weeks_gone(RHYTHM, START, START) == 0
    assert weeks_gone(RHYTHM, START, START + timedelta(days=10)) == 1
    closed = replace(RHYTHM, closed=())
    assert weeks_gone(closed, START, START + timedelta(weeks=3)) == 3


def test_what_was_set_by_hand_stays_where_it_is():
    by_hand = HalfDay(date(2026, 2, 7), RHYTHM.morning_at, "morning", 120, Place.CENTRE)
    group = replace(GROUP, half_days=(*LAID, by_hand), by_hand=frozenset({by_hand.slot}))
    layout = laid_again(group, RHYTHM, RHYTHM, (420, 140), START, DAY)
    assert by_hand in layout.half_days
    assert sum(half.minutes for half in layout.half_days) == 560 * 60


def test_a_calendar_left_as_it_is_says_what_it_lacks_or_has_too_much():
    ground = replace(GROUND, groups=(GROUP,))
    said, faults = effects.calendar_effect(Change((hygiene(centre=21),)), ground, Hours(413, 147))
    assert faults == []
    assert said == [
        "Au calendrier, 7\u00a0h de trop en centre à partir du 12 janvier 2026.",
        "Au calendrier, 7\u00a0h à ajouter en entreprise à partir du 12 janvier 2026.",
    ]
    said, _faults = effects.calendar_effect(Change((hygiene(centre=21),)), ground, Hours(420, 140))
    assert said == ["Le calendrier tombe toujours juste : aucune demi-journée n'est à changer."]
