"""The board as each reads it: where its cells lead, what stands in its heads, what a click does."""

from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

import factories as make
from browsing import browser, page, post
from defi.kernel import clock
from defi.kernel.access import TASK, Who, scope
from defi.kernel.refusals import Invalid
from defi.schemes.conformity import Counts, Decision, conformity
from defi.schemes.rulebook import current
from defi.steps.pairing import actions, promising
from defi.steps.pairing.actions import Said, Terms, Travel
from defi.steps.pairing.board import board_of
from defi.steps.pairing.models import Pairing
from defi.steps.pairing.queries import standing_on
from defi.steps.pairing.rules import label_of, length_fault, out_of_step, say_past, travel_fault
from defi.steps.sourcing.actions import put_in_reserve

pytestmark = pytest.mark.django_db
RULES = current().conformity


@pytest.fixture
def stage():
    operation = make.an_operation()
    session = make.a_session(operation, seats=8)
    return operation, session, make.a_coordinator(operation)


def shown(actor, operation, more=""):
    address = reverse("pairing:board", args=[operation.pk]) + more
    return unescape(browser(actor).get(address).content.decode()).replace("\xa0", " ")


def test_a_cell_of_somebody_paired_or_of_a_full_firm_still_leads_to_their_meeting(stage):
    operation, session, lead = stage
    full, other = make.a_promise(operation, make.an_employer()), make.a_promise(operation, make.an_employer("Bel-Air"))
    paired, unmet = make.a_candidate(session, "Amina"), make.a_candidate(session, "Bruno")
    make.a_pairing(paired, full)
    read = shown(lead, operation)
    for promise, person in ((other, paired), (full, unmet)):
        assert reverse("pairing:encounter", args=[promise.pk, person.pk]) in read
        page(browser(lead), "pairing:encounter", promise.pk, person.pk)


def test_the_place_of_work_stands_in_the_head_beside_the_hours(stage):
    operation, session, lead = stage
    terms = Terms(posts=1, contract="cdi", weekly_hours=28, place="Bonneval")
    actions.make_promise(lead, operation.pk, make.an_employer(), terms)
    make.a_candidate(session)
    assert "28 h/sem. · Bonneval · 1 libre" in shown(lead, operation)


def test_however_many_have_met_the_board_takes_the_same_number_of_queries(stage):
    operation, session, lead = stage
    firms = [make.a_promise(operation, make.an_employer(f"Firme {n}")) for n in range(3)]
    client, address = browser(lead), reverse("pairing:board", args=[operation.pk])

    def with_more(*names):
        for name in names:
            person = make.a_candidate(session, name)
            for firm in firms:
                said = Said(met_on=clock.today(), employer="yes", person="yes", travel=Travel(25, "bus"))
                actions.record_encounter(lead, person.pk, firm.pk, said)
        with CaptureQueriesContext(connection) as taken:
            read = client.get(address).content.decode()
        return len(taken), read.count("25 min en bus")

    client.get(address)
    queries, cells = with_more("Amina")
    assert cells == 3
    assert with_more("Bruno", "Chloé", "Driss", "Elsa", "Farid") == (queries, 18)


def test_the_legend_says_what_a_click_does_for_the_one_who_reads(stage):
    operation, session, lead = stage
    firm = make.an_employer()
    make.a_pairing(make.a_candidate(session), make.a_promise(operation, firm))
    assert "un clic pour appairer" in shown(lead, operation)
    for reader in (make.actor(Who.SIGNATORY, firm), make.an_officer()):
        assert "un clic pour appairer" not in shown(reader, operation)


def test_somebody_of_the_reserve_is_not_paired_in_silence(stage):
    operation, session, lead = stage
    promise, person = make.a_promise(operation, make.an_employer()), make.a_candidate(session, state="met")
    put_in_reserve(lead, person.pk)
    said = Said(met_on=clock.today(), employer="yes", person="yes")
    actions.record_encounter(lead, person.pk, promise.pk, said)
    read = shown(lead, operation)
    assert "en réserve" in read
    assert "en réserve" not in shown(make.actor(Who.SIGNATORY, promise.employer), operation)
    assert reverse("pairing:pair", args=[promise.pk, person.pk]) not in read
    assert "prendra une place" in page(browser(lead), "pairing:encounter", promise.pk, person.pk)
    client = browser(lead)
    client.post(reverse("pairing:pair", args=[promise.pk, person.pk]))
    assert "prendra une place" in page(client, "pairing:board", operation.pk)


# The way to work


def test_a_way_to_work_is_said_whole_or_not_at_all():
    assert travel_fault(None, "") == {}
    assert travel_fault(25, "bus") == {}
    for minutes, means, field in ((25, "", "travel_by"), (None, "bus", "travel_minutes"), (0, "bus", "travel_minutes")):
        assert set(travel_fault(minutes, means)) == {field}


def test_the_way_to_work_is_read_on_the_board_and_never_by_the_firm(stage):
    operation, session, lead = stage
    firm = make.an_employer()
    promise, person = make.a_promise(operation, firm), make.a_candidate(session)
    actions.record_encounter(lead, person.pk, promise.pk, Said(met_on=clock.today(), employer="yes"))
    typed = {"employer": "yes", "person": "awaited", "travel_minutes": "25"}
    refused = post(browser(lead), "pairing:encounter", promise.pk, person.pk, answered=422, **typed)
    assert "par quel moyen" in refused
    post(browser(lead), "pairing:encounter", promise.pk, person.pk, answered=302, **typed, travel_by="bus")
    assert "25 min en bus" in shown(lead, operation)
    assert "25 min en bus" in page(browser(lead), "pairing:encounter", promise.pk, person.pk)
    assert "25 min" not in shown(make.actor(Who.SIGNATORY, firm), operation)
    said = actions.record_encounter(lead, person.pk, promise.pk, Said(travel=Travel()))
    assert said.travel_minutes is None


# The gauge


def test_the_label_says_why_it_is_not_defi_and_agrees_with_the_counts():
    assert label_of(conformity(RULES, Counts(12, 12, 7)), is_finding=False) == "sous le minimum à ce jour"
    assert "moins de 6" in label_of(conformity(RULES, Counts(12, 4, 4)), is_finding=False)
    broken = conformity(RULES, Counts(12, 12, 12, apart=1))
    assert label_of(broken, is_finding=False) == "une place d'un autre financement à revoir"
    assert label_of(broken, is_finding=True) == "pas DEFI"


def test_the_gauge_of_a_past_day_is_told_in_the_past():
    below = say_past(conformity(RULES, Counts(12, 12, 7)), 0)
    assert below.endswith("sous le minimum de 9, il manquait 2 appairages.")
    early = say_past(conformity(RULES, Counts(12, 0, 0)), 12)
    assert "12 appairages attendaient que la personne confirme" in early
    for counts, decision in (((12, 12, 12), None), ((12, 12, 10), None), ((12, 12, 10), Decision(True, 10, 12))):
        assert "était" in say_past(conformity(RULES, Counts(*counts), decision=decision), 0)


def test_pairs_of_a_past_day_whose_people_had_not_confirmed_are_counted_apart(stage):
    operation, session, lead = stage
    make.a_pairing(make.a_candidate(session, state="selected"), make.a_promise(operation, make.an_employer()))
    with clock.at(clock.today() + timedelta(days=1)):
        with scope(TASK):
            assert standing_on(session, clock.today()).to_confirm == 1
            assert standing_on(session, clock.today() - timedelta(days=5)).to_confirm == 0
        read = shown(lead, operation, f"?au={clock.today().isoformat()}").split('id="passe"')[1]
    assert "1 appairage attendait que la personne confirme sa venue" in read
    assert "à ce jour" not in read


# Bad input


def test_a_length_and_two_dates_that_disagree_are_refused_and_say_which_end_was_meant(stage):
    operation, _session, lead = stage
    first = clock.today()
    from defi.schemes.months import last_day_of

    last = last_day_of(first, 6)
    assert length_fault(6, None, first, last) == {}
    assert length_fault(6, 1, first, last + timedelta(days=1)) == {}
    assert length_fault(None, None, first, last) == length_fault(6, None, first, None) == {}
    terms = Terms(1, "cdd", months=6, starts_on=first, ends_on=last + timedelta(days=30))
    with pytest.raises(Invalid, match="effacez la durée") as refused:
        actions.make_promise(lead, operation.pk, make.an_employer(), terms)
    assert set(refused.value.fields) == {"ends_on"}


def test_a_reason_says_nothing_of_somebody_s_health(stage):
    operation, session, lead = stage
    promise = make.a_promise(operation, make.an_employer())
    pairing = make.a_pairing(make.a_candidate(session), promise)
    word = "longue maladie, a-t-elle dit"
    for act in (
        lambda: actions.unpair(lead, pairing.pk, ending="person_left", reason=word),
        lambda: actions.withdraw_promise(lead, promise.pk, reason=word),
        lambda: promising.suspend_promise(lead, promise.pk, reason=word),
    ):
        with pytest.raises(Invalid, match="santé") as refused:
            act()
        assert set(refused.value.fields) == {"reason"}
    with scope(TASK):
        assert Pairing.objects.get().state == "active"


def test_promises_are_missing_for_who_has_a_seat_and_free_posts_that_do_not_count_say_so(stage):
    operation, session, lead = stage
    short = actions.make_promise(
        lead, operation.pk, make.an_employer("Bref"), actions.Terms(posts=3, contract="cdd", months=2)
    )
    make.a_candidate(session, "Amina", state="met")
    make.a_candidate(session, "Bruno", state="selected")
    with scope(lead):
        told = board_of(lead, operation).blocks
    assert not short.counts
    assert "Il manque 1 promesse qui compte pour les personnes retenues sans appairage." in told
    assert told[0].endswith("Postes libres : Bref 3 (ne compte pas).")


def test_two_who_said_yes_are_paired_once_the_day_they_met_is_noted(stage):
    operation, session, lead = stage
    promise, person = make.a_promise(operation, make.an_employer()), make.a_candidate(session)
    actions.record_encounter(lead, person.pk, promise.pk, Said(employer="yes", person="yes"))
    pairs = reverse("pairing:pair", args=[promise.pk, person.pk])
    read = unescape(page(browser(lead), "pairing:encounter", promise.pk, person.pk))
    assert "Le jour de leur rencontre n'est pas noté" in read
    assert pairs not in read
    assert pairs not in shown(lead, operation)
    actions.record_encounter(lead, person.pk, promise.pk, Said(met_on=clock.today()))
    assert pairs in page(browser(lead), "pairing:encounter", promise.pk, person.pk)
    other = make.a_candidate(session, "Bruno")
    make.a_pairing(other, promise)
    read = unescape(page(browser(lead), "pairing:encounter", promise.pk, person.pk))
    assert "Tous les postes de cette promesse sont pris" in read
    assert pairs not in read
    actions.withdraw_promise(lead, promise.pk, reason="perte du marché")
    assert "promesse retirée" in shown(lead, operation)
    read = unescape(page(browser(lead), "pairing:encounter", promise.pk, person.pk))
    assert "Cette promesse est retirée" in read
    assert ">Noter<" not in read


def test_a_contract_out_of_step_with_the_training_is_kept_with_a_warning_wherever_it_is_read(stage):
    operation, session, lead = stage
    ends = session.ends_on
    before = Terms(posts=1, contract="cdd", starts_on=ends - timedelta(days=240), ends_on=ends - timedelta(days=30))
    early = actions.make_promise(lead, operation.pk, make.an_employer(), before)
    assert early.conforms
    for read in (shown(lead, operation), unescape(page(browser(lead), "pairing:promise", early.pk))):
        assert "recruter à l'issue de la formation. Vérifiez ses dates." in read
    assert out_of_step("cdi", None, None, ends) == ""
    assert "avant la fin" in out_of_step("cdi", ends - timedelta(days=1), None, ends)
    assert out_of_step("cdi", ends, None, ends) == ""
    assert out_of_step("apprenticeship", ends - timedelta(days=90), ends, ends) == ""


def test_no_more_promises_are_missing_than_there_are_seats(stage):
    operation, session, lead = stage
    make.a_pairing(make.a_candidate(session, "Amina"), make.a_promise(operation, make.an_employer()))
    for n in range(12):
        make.a_candidate(session, f"Personne {n}", state="selected")
    told = shown(lead, operation)
    assert "Il manque 7 promesses qui comptent pour les personnes retenues sans appairage." in told


def test_who_has_just_paired_somebody_reads_it_in_the_gauge(stage):
    operation, session, lead = stage
    promise = make.a_promise(operation, make.an_employer(), posts=2)
    make.a_pairing(make.a_candidate(session, "Amina", state="selected"), promise)
    assert "1 appairage mais aucun ne compte encore, 0 confirmé, 8 places Région" in shown(lead, operation)
    make.a_pairing(make.a_candidate(session, "Bruno"), promise)
    assert "2 appairages dont 1 qui compte, 1 confirmé" in shown(lead, operation)


def test_the_page_of_the_admission_offers_no_decision_when_there_is_none(stage):
    operation, session, _lead = stage
    officer = browser(make.an_officer())
    assert "Refuser" not in page(officer, "pairing:admission", session.pk)
    promise = make.a_promise(operation, make.an_employer(), posts=8)
    for n in range(8):
        make.a_pairing(make.a_candidate(session, f"Personne {n}"), promise)
    read = page(officer, "pairing:admission", session.pk)
    assert "Toutes les places sont appairées" in read
    assert "Refuser" not in read
