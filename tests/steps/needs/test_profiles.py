"""The need of the public: asked of prescribers, told from a link or an account, typed for them, or absent and why."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django.test import Client

from browsing import browser, page, post
from defi.kernel import clock
from defi.kernel.access import TASK, Who, scope
from defi.kernel.models import JournalEntry, Mail
from defi.kernel.refusals import Invalid, NotAllowed, Unknown, WrongState
from defi.operations.models import Part, Partner
from defi.people.models import Network, Organisation
from defi.steps.design.actions import Description, describe_plan, start_plan
from defi.steps.design.models import PlanTurn
from defi.steps.design.turns import approve_plan
from defi.steps.needs import grouping, profiles, publics
from defi.steps.needs.counts import PublicCounts
from defi.steps.needs.models import CollectiveNeed, PublicProfile
from factories import (
    a_basin,
    a_coordinator,
    a_need,
    a_prescriber,
    a_provider,
    a_region,
    actor,
    an_employer,
    an_officer,
    an_operation,
)

pytestmark = pytest.mark.django_db

DAY = date(2025, 5, 14)


@pytest.fixture(autouse=True)
def _spring() -> Iterator[None]:
    with clock.at(DAY):
        a_region()
        yield


@pytest.fixture
def group() -> CollectiveNeed:
    needs = [a_need(an_employer("Les Tilleuls")), a_need(an_employer("Aide & Cie"))]
    return grouping.create_collective(an_officer(), [need.pk for need in needs])


def mission() -> Organisation:
    return a_prescriber(email="accueil@ml.example")


def agency() -> Organisation:
    return a_prescriber("France Travail Châteaudun", Network.FRANCE_TRAVAIL, "agence@ft.example")


def asked(group: CollectiveNeed, *who: Organisation) -> list[PublicProfile]:
    return profiles.ask_profiles(an_officer(), who or [mission()], collective_id=group.pk)


def fresh(profile: PublicProfile) -> PublicProfile:
    with scope(TASK):
        return PublicProfile.objects.get(pk=profile.pk)


def link_of(address: str) -> str:
    found = re.search(r"/lien/\S+", Mail.objects.filter(address=address).order_by("-pk")[0].body)
    assert found
    return found[0]


def test_each_prescriber_asked_gets_a_link_and_no_account_is_needed(group: CollectiveNeed):
    rows = asked(group, mission(), agency())
    assert [row.state for row in rows] == ["asked", "asked"]
    client = Client()
    opened = client.get(link_of("accueil@ml.example"))
    text = opened.content.decode()
    assert "Mission locale du Dunois" in text
    assert "Les Tilleuls" not in text
    assert fresh(rows[0]).state == "asked"
    done = client.post(link_of("accueil@ml.example"), {"could_enter": "14", "without_vehicle": "6", "version": "1"})
    assert "Merci" in done.content.decode()
    told = fresh(rows[0])
    assert (told.state, told.could_enter, told.recorded_as, told.typed_by_another) == ("given", 14, mission(), False)
    assert Mail.objects.filter(purpose="needs/mail/profile_told").exists() is False  # no officer has an address here


def test_the_same_link_corrects_what_it_told(group: CollectiveNeed):
    (row,) = asked(group)
    client, link = Client(), link_of("accueil@ml.example")
    client.post(link, {"could_enter": "14", "version": "1"})
    assert 'value="14"' in client.get(link).content.decode()
    client.post(link, {"could_enter": "16", "version": str(fresh(row).version)})
    assert fresh(row).could_enter == 16


def test_counts_that_do_not_add_up_are_explained_and_what_was_typed_is_kept(group: CollectiveNeed):
    asked(group)
    refused = Client().post(link_of("accueil@ml.example"), {"could_enter": "4", "without_vehicle": "6", "version": "1"})
    text = refused.content.decode()
    assert refused.status_code == 422
    assert "ne peut pas dépasser les 4 personnes" in text
    assert 'value="6"' in text


def test_a_prescriber_may_say_why_it_cannot_tell(group: CollectiveNeed):
    (row,) = asked(group)
    link = link_of("accueil@ml.example")
    empty = Client().post(link, {"decline": "1", "absence-reason": "", "absence-version": "1"})
    assert empty.status_code == 422
    Client().post(link, {"decline": "1", "absence-reason": "Personne vers ce métier.", "absence-version": "1"})
    told = fresh(row)
    assert (told.state, told.absence, told.could_enter) == ("declined", "Personne vers ce métier.", None)


def test_a_link_opens_the_profile_it_was_made_for_and_no_other(group: CollectiveNeed):
    first, second = asked(group, mission(), agency())
    link = Client().get(link_of("accueil@ml.example"))
    assert link.status_code == 200
    from defi.kernel.links import bearer
    from defi.kernel.models import Link

    hand = bearer(Link.objects.get(object_id=first.pk, verb="public_profile.record"))
    with pytest.raises(Unknown):
        profiles.tell_profile(hand, second.pk, PublicCounts(3))


def test_a_dead_link_is_sent_again_as_long_as_the_answer_is_awaited(group: CollectiveNeed):
    (row,) = asked(group)
    link = link_of("accueil@ml.example")
    with clock.at(DAY + timedelta(days=90)):
        dead = Client().get(link)
        assert dead.status_code == 410
        Client().post(link, {"renew": "1"})
        assert Client().get(link_of("accueil@ml.example")).status_code == 200
    grouping.close_collective(an_officer(), group.pk, reason="Volume trop faible.")
    with pytest.raises(WrongState, match="plus rien à dire"):
        profiles.resend_link(row.pk)


def test_an_adviser_finds_the_question_in_its_list_and_answers_from_its_account(group: CollectiveNeed):
    (row,) = asked(group)
    client = browser(actor(Who.ADVISER, mission()))
    assert "Dire qui pourrait entrer en formation" in page(client, "todo")
    assert "Les Tilleuls" not in page(client, "needs:tell", row.pk)
    post(client, "needs:tell", row.pk, answered=302, could_enter="12", version="1")
    assert (fresh(row).could_enter, fresh(row).recorded_by_id is None) == (12, False)
    assert "Dire qui pourrait entrer en formation" not in page(client, "todo")


def test_another_prescriber_or_a_provider_knows_nothing_of_the_question(group: CollectiveNeed):
    (row,) = asked(group)
    for stranger in (actor(Who.ADVISER, agency()), actor(Who.COORDINATOR, a_provider())):
        page(browser(stranger), "needs:tell", row.pk, status=404)
        with pytest.raises((Unknown, NotAllowed)):
            profiles.tell_profile(stranger, row.pk, PublicCounts(4))


def test_who_typed_for_a_prescriber_stays_visible(group: CollectiveNeed):
    officer = an_officer()
    row = profiles.record_profile(officer, mission(), PublicCounts(9), collective_id=group.pk)
    assert (row.typed_by_another, row.recorded_by_id, row.recorded_as) == (True, officer.person_id, a_region())
    text = page(browser(officer), "needs:collective", group.pk)
    assert "noté par Alex" in text


def test_asking_again_sends_a_new_link_but_not_once_it_was_told(group: CollectiveNeed):
    asked(group)
    asked(group)
    assert Mail.objects.filter(purpose="needs/mail/profile_asked").count() == 2
    profiles.record_profile(an_officer(), mission(), PublicCounts(9), collective_id=group.pk)
    with pytest.raises(WrongState, match="a déjà donné son profil"):
        asked(group)


def test_one_asks_somebody_and_prescribers_only(group: CollectiveNeed):
    with pytest.raises(Invalid, match="Cochez au moins un prescripteur"):
        profiles.ask_profiles(an_officer(), [], collective_id=group.pk)
    with pytest.raises(Invalid, match="vient d'un prescripteur"):
        asked(group, an_employer("Les Tilleuls"))
    with pytest.raises(NotAllowed, match="hors de votre territoire"):
        profiles.ask_profiles(an_officer(basins=[a_basin("Dreux")]), [mission()], collective_id=group.pk)
    with pytest.raises(NotAllowed):
        profiles.ask_profiles(actor(Who.ADVISER, mission()), [mission()], collective_id=group.pk)


def test_an_officer_asks_from_the_page(group: CollectiveNeed):
    mission()
    client = browser(an_officer())
    assert "Mission locale du Dunois" in page(client, "needs:ask_collective", group.pk)
    post(client, "needs:ask_collective", group.pk, answered=422)
    post(client, "needs:ask_collective", group.pk, answered=302, organisations=str(mission().pk))
    assert "demandé" in page(client, "needs:collective", group.pk)


def test_the_journal_tells_that_it_was_told_and_never_how_many(group: CollectiveNeed):
    profiles.record_profile(
        an_officer(), mission(), PublicCounts(9, french_to_learn=1), collective_id=group.pk, adaptations="Bus"
    )
    entry = JournalEntry.objects.get(verb="public_profile.record")
    assert entry.after["could_enter"] is None
    assert not {9, 1, "Bus"} & {value for value in entry.after.values() if not isinstance(value, bool)}


def test_small_counts_are_exact_for_their_prescriber_only(group: CollectiveNeed):
    adviser = actor(Who.ADVISER, mission())
    (row,) = asked(group)
    profiles.tell_profile(adviser, row.pk, PublicCounts(12, french_to_learn=2))
    for who, words in ((an_officer(), "moins de 5"), (adviser, "2")):
        with scope(who):
            seen = publics.of_collective(who, group)
        assert seen.given[0].counts["french_to_learn"] == words
    text = page(browser(an_officer()), "needs:collective", group.pk)
    assert "moins de 5" in text
    assert "Les plus petits ne sont exacts que" in text


def test_opening_the_operation_brings_the_prescribers_who_told_and_keeps_what_is_awaited(group: CollectiveNeed):
    asked(group, mission(), agency())
    profiles.record_profile(an_officer(), mission(), PublicCounts(9), collective_id=group.pk)
    operation = grouping.open_operation(an_officer(), group.pk)
    with scope(TASK):
        names = Partner.objects.filter(operation=operation, part=Part.PRESCRIBER)
        assert [partner.organisation for partner in names] == [mission()]
        assert PublicProfile.objects.filter(operation=operation, state="asked").count() == 1
    Client().post(link_of("agence@ft.example"), {"could_enter": "21"})
    assert publics.answered(operation.pk) == 2


def test_a_plan_is_not_approved_without_the_profile_or_the_reason_of_its_absence():
    operation = an_operation()
    leader = a_coordinator(operation)
    plan = start_plan(leader, operation.pk)
    describe_plan(leader, plan.pk, Description(specific="Pratique sur site"))
    with scope(TASK):
        type(plan).objects.filter(pk=plan.pk).update(state="submitted", edition=1)
        PlanTurn.objects.filter(plan=plan).update(to=None, asks_approval=True)
    with pytest.raises(WrongState, match="ni pourquoi il manque"):
        approve_plan(an_officer(), plan.pk)
    (row,) = profiles.ask_profiles(an_officer(), [mission()], operation_id=operation.pk)
    with pytest.raises(WrongState, match="ni pourquoi il manque"):
        approve_plan(an_officer(), plan.pk)
    profiles.decline_profile(an_officer(), row.pk, reason="La Mission locale n'accompagne personne vers ce métier.")
    assert approve_plan(an_officer(), plan.pk).edition == 1


@pytest.mark.parametrize(
    "text", ["Jean a besoin de 06 01 02 03 04", "voir jean.dupont@exemple.fr", "+33 6 01 02 03 04"]
)
def test_where_counts_are_told_nobody_is_to_be_found_again(text):
    operation = an_operation()
    with pytest.raises(Invalid, match="sans désigner personne"):
        profiles.record_profile(
            an_officer(), mission(), PublicCounts(could_enter=8), operation_id=operation.pk, adaptations=text
        )
