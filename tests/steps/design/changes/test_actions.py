"""A change is asked, decided and applied; everything else is refused with a sentence."""

from dataclasses import replace
from datetime import date, time

import pytest

import factories as make
from defi.journey.models import TurnRow
from defi.kernel import clock
from defi.kernel.access import TASK, Who, scope
from defi.kernel.models import Document, JournalEntry, Mail
from defi.kernel.refusals import Invalid, NotAllowed, Stale, Unknown, WrongState
from defi.operations.models import Session
from defi.steps.design import actions, editions, turns
from defi.steps.design.calendar import actions as calendar_actions
from defi.steps.design.calendar_models import CalendarGroup, CalendarHalfDay, PlanCalendar
from defi.steps.design.change_models import ChangeRequest
from defi.steps.design.changes import asking, deciding
from defi.steps.design.changes.asking import Motive
from defi.steps.design.changes.effects import from_json
from defi.steps.design.changes.lines import ModuleState
from defi.steps.design.changes.reading import session_of, study
from defi.steps.design.models import Approval, Contribution, Edition, Module
from defi.steps.design.parties import standing
from defi.steps.training.models import AttendanceSheet
from design.calendar.stage import RHYTHM
from design.changes.stage import DAY, LATER, START

pytestmark = pytest.mark.django_db


def given_by(stage):
    with scope(TASK):
        return {a.organisation.name: a.edition for a in standing(stage.fresh()).values()}


def effect(stage):
    with scope(TASK):
        request = stage.request()
        return study(request, session_of(request.plan), DAY).effect


# The way to a request


def test_once_the_session_runs_an_approved_plan_is_neither_taken_back_nor_edited(stage):
    with pytest.raises(WrongState, match="Demandez une modification"):
        turns.reopen_plan(stage.lead, stage.plan.pk, reason="Plus d'hygiène")
    with pytest.raises(WrongState, match="Demandez une modification"):
        actions.add_module(stage.lead, stage.plan.pk, actions.ModuleFacts("Autre", "kept", 7))


def test_before_the_start_the_plan_is_taken_back_and_no_request_is_made(eve):
    stage = eve
    with pytest.raises(WrongState, match="n'a pas démarré"):
        stage.prepare()
    turns.reopen_plan(stage.lead, stage.plan.pk, reason="Plus d'hygiène")
    with scope(TASK):
        Session.objects.update(started_on=START)
    actions.add_module(stage.lead, stage.plan.pk, actions.ModuleFacts("Autre", "kept", 7))
    with pytest.raises(WrongState, match="n'est pas approuvé"):
        stage.prepare()


def test_after_the_end_nothing_is_asked(stage):
    with clock.at(date(2026, 5, 4)), pytest.raises(WrongState, match="terminée"):
        stage.prepare(on=date(2026, 5, 4))


@pytest.mark.parametrize(
    ("on", "sentence"), [(date(2026, 1, 4), "est passé"), (date(2026, 9, 1), "hors de la session")]
)
def test_a_change_takes_effect_from_today_on_within_the_session(stage, on, sentence):
    with pytest.raises(Invalid, match=sentence):
        stage.prepare(on=on)


def test_one_request_at_a_time(stage):
    stage.prepare()
    with pytest.raises(WrongState, match="déjà en cours"):
        stage.prepare()


def test_a_reason_is_asked_and_names_no_number_of_a_person(stage):
    with pytest.raises(Invalid):
        stage.prepare(reason=" ")
    with pytest.raises(Invalid):
        stage.prepare(reason="Pour 1 85 05 78 006 084 36")


def test_only_the_lead_of_its_provider_asks(stage):
    stranger = make.actor(Who.COORDINATOR, make.a_provider("Autre"))
    trainer = make.actor(Who.TRAINER, stage.operation.provider)
    signatory = make.actor(Who.SIGNATORY, stage.firms[0])
    for actor, refusal in (
        (stranger, Unknown),
        (trainer, NotAllowed),
        (signatory, NotAllowed),
        (stage.officer, NotAllowed),
    ):
        with pytest.raises(refusal):
            asking.prepare_change(actor, stage.plan.pk, Motive("Pour voir", LATER))


def test_while_it_is_written_only_its_provider_sees_it(stage):
    request = stage.prepare()
    with scope(stage.officer):
        assert not ChangeRequest.objects.visible_to(stage.officer).exists()
    with scope(stage.lead):
        assert ChangeRequest.objects.visible_to(stage.lead).get().pk == request.pk


# What it says


def test_the_effect_is_said_before_it_is_sent(stage):
    request = stage.prepare()
    stage.write(request, "Hygiène", centre=21)
    stage.write(request, "Cuisine", centre=53, company=14)
    found = effect(stage)
    assert found.rows == [("En centre", 420, 420, 420), ("En entreprise", 140, 154, 140), ("En tout", 560, 574, 560)]
    assert found.session_sentence == "14\u00a0h de plus en entreprise que la session (bon de commande et EOS)."
    assert [(told.name, told.about) for told in found.employers] == [
        ("Les Tilleuls", ("« Nettoyer »", "Hygiène", "le total d'heures")),
        ("Bel-Air", ("« Préparer un repas »", "Cuisine", "le total d'heures")),
    ]
    assert found.approvals == ("Les Tilleuls", "Bel-Air")
    assert found.faults == ()
    assert stage.module("Hygiène").hours_centre == 14


def test_a_module_written_back_as_it_was_leaves_the_request(stage):
    request = stage.prepare()
    stage.write(request, "Hygiène", centre=21)
    stage.write(request, "Hygiène")
    with pytest.raises(Invalid, match="ne change encore rien"):
        asking.ask_change(stage.lead, request.pk)


def test_a_competence_does_not_lose_its_only_module_unseen(stage):
    request = stage.prepare()
    asking.write_module(stage.lead, request.pk, stage.module("Cuisine").pk, None)
    with pytest.raises(Invalid, match="« Préparer un repas » n'aurait plus aucun module"):
        asking.ask_change(stage.lead, request.pk)
    meal = stage.competence("Préparer un repas").pk
    asking.write_module(stage.lead, request.pk, 0, ModuleState("Repas", "kept", 60, competences=(meal,)))
    assert asking.ask_change(stage.lead, request.pk).state == "asked"


def test_an_added_module_is_changed_and_taken_out_before_it_is_sent(stage):
    request = stage.prepare()
    asking.write_module(stage.lead, request.pk, 0, ModuleState("Repas", "kept", 7))
    asking.write_module(stage.lead, request.pk, -1, ModuleState("Repas du soir", "kept", 14))
    assert effect(stage).after.centre == 434
    asking.leave_module(stage.lead, request.pk, -1)
    assert effect(stage).after.centre == 420
    with pytest.raises(Unknown):
        asking.write_module(stage.lead, request.pk, -7, ModuleState("Repas", "kept", 7))


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"centre": 0}, "Un module a des heures"),
        ({"kind": "adapted"}, "Dites pourquoi"),
        ({"title": "Cuisine"}, "porte déjà ce nom"),
        ({"competences": (0,)}, "n'est pas dans ce plan"),
    ],
)
def test_a_line_that_cannot_be_is_refused_as_in_the_plan(stage, changes, sentence):
    request = stage.prepare()
    with pytest.raises(Invalid, match=sentence):
        stage.write(request, "Hygiène", **changes)


def test_a_request_that_was_sent_is_no_longer_written(stage):
    request = stage.asked()
    with pytest.raises(WrongState):
        stage.write(request, "Hygiène", centre=28)
    with pytest.raises(WrongState):
        asking.ask_change(stage.lead, request.pk)


# Decided


def test_an_approved_request_is_the_plan_and_the_plan_stays_approved(stage):
    request = stage.prepare()
    stage.write(request, "Hygiène", centre=21)
    meal = stage.competence("Préparer un repas").pk
    asking.write_module(
        stage.lead, request.pk, 0, ModuleState("Goûters", "added", 7, reason="Demandé", competences=(meal,))
    )
    asking.write_module(stage.lead, request.pk, stage.module("Accueil").pk, None)
    asking.write_rhythm(stage.lead, request.pk, "2 semaines, puis 2")
    asking.ask_change(stage.lead, request.pk)
    done = deciding.approve_change(stage.officer, request.pk)
    plan = stage.fresh()
    assert (done.state, done.edition, plan.state, plan.edition) == ("approved", 2, "approved", 2)
    assert plan.rhythm == "2 semaines, puis 2"
    with scope(TASK):
        hours = dict(Module.objects.filter(plan=plan).values_list("title", "hours_centre"))
        taught = set(stage.competence("Préparer un repas").modules.values_list("title", flat=True))
        assert Edition.objects.get(number=2).content["rhythm"] == "2 semaines, puis 2"
        assert Document.objects.filter(kind="plan").count() == 2
    assert hours == {"Hygiène": 21, "Cuisine": 60, "Goûters": 7, "Stage": 0}
    assert taught == {"Cuisine", "Goûters"}
    with scope(TASK):
        told = {t.difference.sentence: t.asked_by for t in editions.compare(plan, 1, 2).told}
    provider = stage.operation.provider.name
    assert told["Hygiène : 14\u00a0h en centre → 21\u00a0h en centre"] == (provider,)
    assert told["Accueil : repris tel quel, 346\u00a0h en centre → retiré"] == (provider,)
    assert told["Rythme : 3 semaines, puis 1 → 2 semaines, puis 2"] == (provider,)


def test_only_whom_the_change_touches_is_told_and_asked_again(stage):
    request = stage.asked(centre=7, remote=7)
    deciding.approve_change(stage.officer, request.pk)
    region, provider = stage.operation.region.name, stage.operation.provider.name
    assert given_by(stage) == {"Bel-Air": 1, region: 2, provider: 2}
    mail = Mail.objects.get(purpose="design/mail/plan_changed")
    assert mail.address == "les@exemple.invalid"
    assert "« Nettoyer », Hygiène" in mail.body
    turns.approve_plan(make.actor(Who.SIGNATORY, stage.firms[0]), stage.plan.pk, edition=2)
    assert given_by(stage)["Les Tilleuls"] == 2
    assert stage.fresh().state == "approved"
    with pytest.raises(WrongState):
        turns.approve_plan(make.actor(Who.SIGNATORY, stage.firms[0]), stage.plan.pk, edition=2)


def test_the_approvals_said_to_fall_are_those_that_fall(stage):
    request = stage.asked(centre=7, remote=7, kind="adapted", reason="Contrôle")
    foreseen = set(effect(stage).approvals)
    before = set(given_by(stage))
    deciding.approve_change(stage.officer, request.pk)
    assert before - set(given_by(stage)) == foreseen == {"Les Tilleuls"}


def test_nothing_of_a_person_is_in_the_journal_of_a_request(stage):
    request = stage.asked()
    deciding.refuse_change(stage.officer, request.pk, reason="Madame Durand n'est pas d'accord")
    rows = JournalEntry.objects.filter(object_type="design.changerequest")
    assert "hygiène" not in str(list(rows.values_list("before", "after")))
    assert "Durand" not in str(list(rows.values_list("before", "after")))


def test_refused_or_sent_back_the_plan_stays_and_the_provider_reads_why(stage):
    request = stage.asked()
    deciding.mend_change(stage.officer, request.pk, reason="Dites d'où viennent les heures")
    assert stage.request().state == "to_mend"
    assert "Dites d'où viennent" in Mail.objects.get(purpose="design/mail/change_answered").body
    stage.write(request, "Cuisine", centre=53)
    asking.ask_change(stage.lead, request.pk)
    deciding.refuse_change(stage.officer, request.pk, reason="Le bon de commande ne le permet pas")
    assert (stage.request().state, stage.fresh().edition) == ("refused", 1)
    assert stage.module("Hygiène").hours_centre == 14
    assert stage.prepare().state == "draft"


def test_a_request_is_decided_once(stage):
    request = stage.asked()
    deciding.approve_change(stage.officer, request.pk)
    for decide in (deciding.refuse_change, deciding.mend_change):
        with pytest.raises(WrongState):
            decide(stage.officer, request.pk, reason="Trop tard")
    with pytest.raises(WrongState):
        deciding.approve_change(stage.officer, request.pk)
    with pytest.raises(WrongState):
        asking.withdraw_change(stage.lead, request.pk)


def test_only_an_officer_of_the_territory_decides(stage):
    request = stage.asked()
    elsewhere = make.an_officer(make.a_person("Hélène"), [make.a_basin("Bourges")])
    cabinet = make.actor(Who.CABINET, make.a_region())
    for actor in (elsewhere, cabinet, stage.lead, make.actor(Who.SIGNATORY, stage.firms[0])):
        with pytest.raises(NotAllowed):
            deciding.approve_change(actor, request.pk)


def test_a_request_taken_back_is_decided_by_nobody(stage):
    request = stage.asked()
    asking.withdraw_change(stage.lead, request.pk)
    assert Mail.objects.filter(purpose="design/mail/change_withdrawn").count() == 1
    with pytest.raises(WrongState):
        deciding.approve_change(stage.officer, request.pk)


# What changed meanwhile


def test_a_page_drawn_before_the_last_change_decides_nothing(stage):
    request = stage.asked()
    plan = stage.fresh()
    with pytest.raises(Stale):
        deciding.approve_change(stage.officer, request.pk, version=request.version - 1)
    with pytest.raises(Stale):
        deciding.approve_change(stage.officer, request.pk, plan_version=plan.version - 1)
    deciding.approve_change(stage.officer, request.pk, version=request.version, plan_version=plan.version)


def test_a_module_changed_or_gone_since_is_said_and_the_request_is_mended(stage):
    request = stage.prepare()
    stage.write(request, "Hygiène", centre=21)
    stage.write(request, "Accueil", centre=339)
    gone = stage.module("Accueil").pk
    asking.ask_change(stage.lead, request.pk)
    with scope(TASK):
        Module.objects.filter(title="Hygiène").update(hours_centre=15)
        Module.objects.filter(title="Accueil").delete()
    with pytest.raises(WrongState, match=r"« Hygiène » a changé.*« Accueil » n'est plus.*à corriger"):
        deciding.approve_change(stage.officer, request.pk)
    deciding.mend_change(stage.officer, request.pk, reason="Le plan a changé")
    with pytest.raises(WrongState, match="Reprenez ces lignes"):
        asking.ask_change(stage.lead, request.pk)
    asking.leave_module(stage.lead, request.pk, gone)
    stage.write(request, "Hygiène", centre=21)
    asking.ask_change(stage.lead, request.pk)
    deciding.approve_change(stage.officer, request.pk)
    assert stage.module("Hygiène").hours_centre == 21


def test_a_contribution_outlives_the_module_it_was_for(stage):
    with scope(TASK):
        Contribution.objects.create(
            operation=stage.operation,
            plan=stage.plan,
            employer=stage.firms[0],
            kind="visit",
            module=stage.module("Accueil"),
        )
    request = stage.prepare()
    asking.write_module(stage.lead, request.pk, stage.module("Accueil").pk, None)
    asking.ask_change(stage.lead, request.pk)
    deciding.approve_change(stage.officer, request.pk)
    with scope(TASK):
        assert Contribution.objects.get().module is None


# The calendar


def half_days():
    with scope(TASK):
        rows = CalendarHalfDay.objects.order_by("on", "starts_at")
        return [(row.on, row.half, row.minutes, row.place) for row in rows]


def test_a_change_of_hours_leaves_the_calendar_and_says_what_it_lacks(laid):
    stage = laid
    before = half_days()
    request = stage.asked()
    assert effect(stage).calendar == ("Au calendrier, 7\u00a0h à ajouter en centre à partir du 12 janvier 2026.",)
    deciding.approve_change(stage.officer, request.pk)
    assert half_days() == before


def test_laid_again_from_its_day_on_the_calendar_has_the_hours_of_the_plan_and_keeps_what_is_past(laid):
    stage = laid
    before = half_days()
    request = stage.prepare()
    stage.write(request, "Hygiène", centre=21)
    asking.write_rhythm(stage.lead, request.pk, stage.plan.rhythm, replace(RHYTHM, cycle="ccee", closed=()))
    asking.ask_change(stage.lead, request.pk)
    assert "posé de nouveau à partir du 12 janvier 2026" in effect(stage).calendar[0]
    deciding.approve_change(stage.officer, request.pk)
    after = half_days()
    assert [row for row in after if row[0] < LATER] == [row for row in before if row[0] < LATER]
    assert sum(row[2] for row in after if row[3] == "centre") == 427 * 60
    with scope(TASK):
        assert PlanCalendar.objects.get().cycle == "ccee"
        found = from_json(stage.request().effect)
    assert found is not None
    assert found.after.centre == 427


def test_decided_after_its_day_of_effect_a_change_leaves_the_days_gone_by(laid):
    stage = laid
    before = half_days()
    request = stage.prepare()
    stage.write(request, "Hygiène", centre=21)
    asking.write_rhythm(stage.lead, request.pk, "Autre", replace(RHYTHM, cycle="e" * 2 + "c" * 6, closed=()))
    asking.ask_change(stage.lead, request.pk)
    decided = date(2026, 1, 20)
    with clock.at(decided):
        deciding.approve_change(stage.officer, request.pk)
    assert [row for row in half_days() if row[0] < decided] == [row for row in before if row[0] < decided]


def test_a_half_day_set_by_hand_stays(laid):
    stage = laid
    with scope(TASK):
        row = CalendarHalfDay.objects.filter(on__gt=LATER).order_by("on")[0]
        CalendarHalfDay.objects.filter(pk=row.pk).update(origin="hand", minutes=120)
    request = stage.prepare()
    asking.write_rhythm(stage.lead, request.pk, "Autre", replace(RHYTHM, closed=()))
    asking.ask_change(stage.lead, request.pk)
    deciding.approve_change(stage.officer, request.pk)
    assert (row.on, row.half, 120, row.place) in half_days()
    assert sum(row[2] for row in half_days()) == 560 * 60


def test_hours_already_laid_before_its_day_are_not_taken_back(laid):
    stage = laid
    request = stage.prepare()
    stage.write(request, "Accueil", centre=7)
    asking.write_rhythm(stage.lead, request.pk, "Autre", replace(RHYTHM, closed=()))
    with pytest.raises(Invalid, match=r"déjà .* en centre avant le 12 janvier"):
        asking.ask_change(stage.lead, request.pk)


def test_a_plan_without_calendar_has_no_half_days_to_lay_again(stage):
    request = stage.prepare()
    with pytest.raises(WrongState, match="n'a pas de calendrier"):
        asking.write_rhythm(stage.lead, request.pk, "Autre", RHYTHM)


def test_the_calendar_itself_is_no_longer_laid_by_hand_once_the_session_runs(laid):
    stage = laid
    with scope(TASK):
        group, calendar = CalendarGroup.objects.get(), PlanCalendar.objects.get()
    with pytest.raises(WrongState, match="Demandez une modification"):
        calendar_actions.lay_calendar(stage.lead, calendar.pk)
    with pytest.raises(WrongState, match="Demandez une modification"):
        calendar_actions.place_period(stage.lead, group.pk, LATER, LATER, "company")


def test_an_employer_who_never_approved_is_not_asked_for_what_does_not_touch_it(stage):
    request = stage.asked(centre=7, remote=7)
    deciding.approve_change(stage.officer, request.pk)
    with scope(TASK):
        assert not Approval.objects.filter(organisation=stage.firms[1]).exclude(cancelled_on=None).exists()


# What others see of it


def turns_of(stage):
    with scope(TASK):
        rows = TurnRow.objects.filter(operation=stage.operation, step="design").order_by("pk")
        return [(row.key, row.party, row.organisation.name) for row in rows.select_related("organisation")]


def test_whose_turn_it_is_follows_the_request(stage):
    region, provider = stage.operation.region.name, stage.operation.provider.name
    request = stage.prepare()
    stage.write(request, "Hygiène", centre=21)
    assert turns_of(stage) == []
    asking.ask_change(stage.lead, request.pk)
    assert turns_of(stage) == [("plan.approve_change", "officer", region)]
    deciding.mend_change(stage.officer, request.pk, reason="Expliquez")
    assert turns_of(stage) == [("plan.ask_change", "provider", provider)]
    asking.ask_change(stage.lead, request.pk)
    deciding.approve_change(stage.officer, request.pk)
    # The plan is seven hours longer in centre: both firms read that total, and both are asked again.
    assert sorted(turns_of(stage)) == [("plan.approve", "employer", firm) for firm in ("Bel-Air", "Les Tilleuls")]
    for firm in stage.firms:
        turns.approve_plan(make.actor(Who.SIGNATORY, firm), stage.plan.pk)
    assert turns_of(stage) == []


def test_a_module_that_sheets_name_is_not_removed(stage):
    sheets = {"half": "morning", "starts_at": time(9), "minutes": 210, "module_label": "Accueil", "state": "open"}
    with scope(TASK):
        for on in (date(2025, 12, 1), date(2026, 2, 2)):
            AttendanceSheet.objects.create(
                operation=stage.operation, session=stage.session, module=stage.module("Accueil"), on=on, **sheets
            )
    request = stage.prepare()
    asking.write_module(stage.lead, request.pk, stage.module("Accueil").pk, None)
    with pytest.raises(Invalid, match="déjà été enseigné"):
        asking.ask_change(stage.lead, request.pk)
    stage.write(request, "Accueil", centre=3)
    with pytest.raises(Invalid, match="ne peut pas compter"):
        asking.ask_change(stage.lead, request.pk)
    with scope(TASK):
        AttendanceSheet.objects.filter(on__lt=DAY).delete()
    asking.write_module(stage.lead, request.pk, stage.module("Accueil").pk, None)
    with pytest.raises(Invalid, match="à venir nomment"):
        asking.ask_change(stage.lead, request.pk)
