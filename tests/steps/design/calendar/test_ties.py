"""An employer follows some groups of the calendar: its pages, its link and its papers show these and no other."""

import re
from dataclasses import replace

import pytest
from django.test import Client
from icalendar import Calendar

import factories as make
from defi.journey.telling import tell
from defi.kernel import clock, links
from defi.kernel.access import TASK, Who, scope
from defi.kernel.documents.french import NO_BREAK
from defi.kernel.models import JournalEntry, Link, Mail, Reason
from defi.kernel.refusals import Invalid, NotAllowed, Stale, WrongState
from defi.operations.actions import add_partner, partner_leaves
from defi.operations.models import Partner, Session
from defi.people.models import Account
from defi.steps.design import turns
from defi.steps.design.actions import Description, add_competence, cover_competence, describe_plan
from defi.steps.design.calendar import actions, queries, ties
from defi.steps.design.calendar.comparing import GroupDays
from defi.steps.design.calendar.printing import calendar_data
from defi.steps.design.calendar_models import CalendarGroup, GroupEmployer
from defi.steps.design.changing import content_of, would_fall
from defi.steps.design.content import Content, as_json, differences, from_json
from defi.steps.design.models import Module
from defi.steps.design.parties import standing
from defi.steps.design.seeing import own_calendar, read_by, touched

pytestmark = pytest.mark.django_db

A, B = "Tout le groupe", "Groupe B"
FIRM, OTHER = 1, 2
GROUPS = (
    GroupDays(11, "A", ("2025-11-03 mc0900-210",), words="A, en novembre"),
    GroupDays(12, "B", ("2025-12-01 mc0900-210",), words="B, en décembre"),
)
CONTENT = Content(calendar="Rythme. A, en novembre. B, en décembre", calendar_rhythm="Rythme", calendar_groups=GROUPS)
PARTIES = [(9, "provider"), (FIRM, "employer"), (OTHER, "employer"), (8, "region")]
NAMES = {FIRM: "Les Tilleuls", OTHER: "Aide & Cie"}


def tied(content, pk, *employers):
    groups = (replace(g, employers=employers) if g.pk == pk else g for g in content.calendar_groups)
    return replace(content, calendar_groups=tuple(groups))


def later(content, pk, words):
    """The days of a group changed, and with them what is said of it."""
    groups = tuple(
        replace(g, days=("2026-01-05 mc0900-210",), words=words) if g.pk == pk else g for g in content.calendar_groups
    )
    return replace(content, calendar=". ".join(["Rythme", *(g.words for g in groups)]), calendar_groups=groups)


def test_a_change_to_a_group_touches_only_the_employers_that_follow_it():
    before = tied(CONTENT, 12, FIRM)
    assert touched(before, later(before, 11, "A, en janvier"), PARTIES) == {9, 8, OTHER}
    assert touched(before, later(before, 12, "B, en janvier"), PARTIES) == {9, 8, FIRM, OTHER}
    assert touched(before, replace(before, calendar=f"Autre {before.calendar}"), PARTIES) == {9, 8, FIRM, OTHER}


def test_a_tie_touches_its_employer_and_neither_the_others_nor_the_region():
    after = tied(CONTENT, 12, FIRM)
    assert touched(CONTENT, after, PARTIES) == {9, FIRM}
    assert [d.sentence for d in differences(CONTENT, after, NAMES)] == [
        "Calendrier, B, suivi par : rien → Les Tilleuls"
    ]


def test_an_employer_compares_nothing_of_the_groups_it_does_not_follow():
    before, after = tied(CONTENT, 12, FIRM, OTHER), later(tied(CONTENT, 12, FIRM), 11, "A, en janvier")
    assert differences(*read_by(before, after, FIRM), NAMES) == []
    assert "A" in differences(*read_by(before, after, OTHER), NAMES)[0].what
    assert [d.sentence for d in own_calendar(before, after, OTHER)] == ["Votre calendrier : B → tous les groupes"]
    assert own_calendar(before, after, FIRM) == []


def test_an_edition_kept_before_there_were_ties_is_no_other_edition():
    kept = as_json(CONTENT)
    for group in kept["calendar_groups"]:
        del group["words"], group["employers"]
    assert from_json(kept) == CONTENT


@pytest.fixture
def firm(operation):
    employer = make.an_employer("Les Tilleuls", email="contact@tilleuls.exemple.invalid")
    add_partner(make.an_officer(), operation.pk, employer)
    return employer


@pytest.fixture
def other(operation):
    employer = make.an_employer("Aide & Cie")
    add_partner(make.an_officer(), operation.pk, employer)
    return employer


@pytest.fixture
def second(coordinator, calendar, group):
    return actions.add_group(coordinator, calendar.pk, B, 3)


def tie(who, second, firm, *groups, **more):
    return ties.tie_employer(who, second.calendar_id, firm, [group.pk for group in groups], **more)


def as_member(role, organisation):
    person = make.a_person("Alex", email=f"{role}-{organisation.pk}@exemple.invalid")
    return make.actor(role, organisation, person), person


def signed_in(person):
    client = Client()
    client.force_login(Account.objects.get(person=person))
    return client


def text(response):
    return re.sub(r"\s+", " ", response.content.decode().replace(NO_BREAK, " ")).replace("&#x27;", "'")


def groups_of(actor, plan):
    with scope(actor):
        return [row.group.name for row in queries.calendar_of(actor, plan).groups]


def test_a_tied_employer_knows_of_its_group_only_and_the_others_of_all(plan, coordinator, firm, other, second):
    assert tie(coordinator, second, firm, second) == [B]
    mine, theirs = as_member(Who.SIGNATORY, firm)[0], as_member(Who.SIGNATORY, other)[0]
    assert groups_of(mine, plan) == [B]
    assert groups_of(theirs, plan) == groups_of(coordinator, plan) == [A, B]
    with scope(theirs):
        assert not GroupEmployer.objects.visible_to(theirs).exists()
    tie(coordinator, second, firm)
    assert groups_of(mine, plan) == [A, B]


def test_the_history_says_which_employer_was_tied(plan, coordinator, firm, second):
    tie(coordinator, second, firm, second)
    told = tell(JournalEntry.objects.filter(verb="calendar.tie_employer").order_by("pk"))
    assert [line.reason for line in told] == ["Les Tilleuls : Groupe B"]
    tie(coordinator, second, firm)
    assert Reason.objects.latest("pk").text == "Les Tilleuls : tous les groupes"


def test_what_cannot_be_tied_is_refused(plan, coordinator, firm, calendar, group):
    with pytest.raises(WrongState, match="n'a qu'un groupe"):
        ties.tie_employer(coordinator, calendar.pk, firm, [group.pk])
    second = actions.add_group(coordinator, calendar.pk, B, 3)
    with pytest.raises(Invalid, match="n'est plus au calendrier"):
        ties.tie_employer(coordinator, calendar.pk, firm, [second.pk + 1000])
    with pytest.raises(Invalid, match="n'est pas un employeur"):
        tie(coordinator, second, make.an_employer("Ailleurs"), second)
    with pytest.raises(NotAllowed):
        tie(as_member(Who.SIGNATORY, firm)[0], second, firm, second)
    tie(coordinator, second, firm, second)
    with pytest.raises(WrongState, match="rien n'a changé"):
        tie(coordinator, second, firm, second)
    with pytest.raises(Stale):
        tie(coordinator, second, firm, version=0)


def test_a_group_that_an_employer_follows_stays_until_it_follows_another(
    plan, coordinator, firm, second, group, operation
):
    tie(coordinator, second, firm, second)
    with pytest.raises(WrongState, match="est celui de Les Tilleuls"):
        actions.remove_group(coordinator, second.pk)
    with scope(TASK):
        partner = Partner.objects.get(operation=operation, organisation=firm)
    partner_leaves(make.an_officer(), partner.pk, reason="Plus de poste")
    actions.remove_group(coordinator, second.pk)
    with scope(TASK):
        assert list(CalendarGroup.objects.values_list("name", flat=True)) == [A]
        assert not GroupEmployer.objects.exists()


@pytest.fixture
def submitted(plan, coordinator, firm, other, second):
    competence = add_competence(coordinator, plan.pk, "Aider au lever", asked_by=[firm, other])
    with scope(TASK):
        module = Module.objects.get(plan=plan)
    cover_competence(coordinator, competence.pk, [module.pk])
    describe_plan(coordinator, plan.pk, Description(specific="Nuits", public_need="profils à venir"))
    return turns.submit_plan(coordinator, plan.pk)


def approved(plan, firm, other):
    for party in (firm, other):
        turns.approve_plan(as_member(Who.SIGNATORY, party)[0], plan.pk)
    turns.approve_plan(make.an_officer(), plan.pk)
    plan.refresh_from_db()
    assert plan.state == "approved"


def test_a_tie_waits_for_the_plan_then_cancels_the_approval_of_its_employer_alone(
    submitted, coordinator, firm, other, second
):
    approved(submitted, firm, other)
    with pytest.raises(WrongState, match="reprenez-le d'abord"):
        tie(coordinator, second, firm, second)
    turns.reopen_plan(coordinator, submitted.pk, reason="Les groupes")
    with scope(TASK):
        fallen = would_fall(submitted, lambda: tie(coordinator, second, firm, second))
    assert fallen == [firm]
    tie(coordinator, second, firm, second)
    assert set(standing(submitted)) == {other.pk, submitted.operation.region_id}
    actions.change_group(coordinator, second.pk, "Groupe du soir", 3)
    assert set(standing(submitted)) == set()


def test_while_the_training_runs_the_employer_is_asked_again_by_a_link(submitted, coordinator, firm, other, second):
    approved(submitted, firm, other)
    with scope(TASK):
        Session.objects.filter(operation=submitted.operation).update(started_on=clock.today())
    tie(coordinator, second, firm, second)
    assert set(standing(submitted)) >= {other.pk, submitted.operation.region_id}
    assert firm.pk not in standing(submitted)
    mail = Mail.objects.get(purpose="design/mail/calendar_changed")
    assert mail.address == f"signatory-{firm.pk}@exemple.invalid"
    page = text(Client().get("/lien/" + re.search(r"/lien/(\S+)", mail.body)[1]))
    assert "Vous lisez le calendrier du groupe fait pour vous : Groupe B." in page
    assert "votre accord est redemandé" in page


def test_the_link_of_an_employer_shows_its_own_dates_and_prints_them(submitted, coordinator, firm, second, group):
    address = links.issue(submitted, "plan.approve", address="x@y.invalid", organisation_id=firm.pk, days=3)
    link = address[address.index("/lien/") :]
    before = text(Client().get(link))
    assert "Le calendrier a 2 groupes et l'organisme n'a pas encore dit lequel" in before
    turns.reopen_plan(coordinator, submitted.pk, reason="Les groupes")
    tie(coordinator, second, firm, second)
    after = text(Client().get(link))
    assert A not in after
    assert "Votre calendrier" in after
    assert f'name="print_calendar" value="{second.pk}"' in after
    answer = Client().post(link, {"print_calendar": group.pk})
    assert answer.headers["Content-Type"] == "application/pdf"
    assert groups_of(links.bearer(Link.objects.get(address="x@y.invalid")), submitted) == [B]


def test_the_pages_of_its_members_show_its_group_whatever_group_they_ask(plan, coordinator, firm, second, group):
    tie(coordinator, second, firm, second)
    client = signed_in(as_member(Who.SIGNATORY, firm)[1])
    for address in (
        f"/operations/{plan.operation_id}/ingenierie/",
        f"/plans/{plan.pk}/calendrier/?groupe={group.pk}",
        f"/plans/{plan.pk}/calendrier/semaine/2025-11-10/?groupe={group.pk}",
    ):
        page = text(client.get(address))
        assert B in page
        assert A not in page
    file = Calendar.from_ical(client.get(f"/plans/{plan.pk}/calendrier/agenda.ics?groupe={group.pk}").content)
    with scope(TASK):
        wanted = {half.on for half in queries.group_half_days(second.pk)}
    assert {event["DTSTART"].dt.date() for event in file.walk("VEVENT")} == wanted


def test_a_secret_address_of_another_group_dies_with_the_tie(plan, coordinator, firm, second, group):
    mine = as_member(Who.SIGNATORY, firm)[0]
    address = actions.follow_calendar(mine, group.pk)
    path = address[address.index("/lien/") :]
    assert Client().get(path).status_code == 200
    tie(coordinator, second, firm, second)
    assert Client().get(path).status_code == 404


def test_the_provider_ties_by_a_click_and_reads_who_follows_what(plan, coordinator, firm, other, second, operation):
    lead = signed_in(as_member(Who.COORDINATOR, operation.provider)[1])
    address = f"/plans/{plan.pk}/calendrier/"
    page = text(lead.get(address))
    assert f"{address}entreprises/{firm.pk}/" in page
    assert "Les Tilleuls</strong> tous les groupes" in page
    form = lead.get(f"{address}entreprises/{firm.pk}/")
    assert "Le calendrier de Les Tilleuls" in text(form)
    version = re.search(r'name="version" value="(\d+)"', form.content.decode())[1]
    typed = {"groups": [second.pk], "version": version}
    assert lead.post(f"{address}entreprises/{firm.pk}/", typed).status_code == 303
    page = text(lead.get(address))
    assert "Les Tilleuls</strong> Groupe B" in page
    stale = lead.post(f"{address}entreprises/{firm.pk}/", {"version": version})
    assert stale.status_code == 422
    assert lead.get(f"{address}entreprises/{make.an_employer('Ailleurs').pk}/").status_code == 404
    officer = signed_in(as_member(Who.OFFICER, operation.region)[1])
    page = text(officer.get(address))
    assert "Les Tilleuls</strong> Groupe B" in page
    assert f"{address}entreprises/" not in page
    assert officer.get(f"{address}entreprises/{firm.pk}/").status_code == 403


def test_the_printed_calendar_names_the_employers_of_its_group(plan, coordinator, firm, second):
    tie(coordinator, second, firm, second)
    with scope(coordinator):
        view = queries.calendar_of(coordinator, plan)
        assert calendar_data(view, view.row(second.pk)).group == "Groupe B (Les Tilleuls)"
        assert calendar_data(view, view.groups[0]).group == A


def test_the_content_says_who_follows_what(plan, coordinator, firm, second):
    tie(coordinator, second, firm, second)
    with scope(TASK):
        content = content_of(plan)
    assert {group.name: group.employers for group in content.calendar_groups} == {A: (), B: (firm.pk,)}
    assert content.calendar.endswith(". ".join(group.words for group in content.calendar_groups))
