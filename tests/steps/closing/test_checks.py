"""The lines of the certificate: a fact shows each, the rulebook says which of them block."""

from dataclasses import fields, replace
from datetime import date

import pytest

from defi.schemes.conformity import Counts, Decision, conformity
from defi.schemes.rulebook import current
from defi.steps.closing.checks import checks
from defi.steps.closing.evidence import Facts, Group, Lack
from defi.steps.closing.lines import LINES

BOOK = current()
S, E = date(2025, 11, 3), date(2026, 4, 10)
FULL = Facts(
    today=date(2026, 11, 1),
    starts_on=S,
    ends_on=E,
    started_on=S,
    ended_on=E,
    needs=5,
    public_known=True,
    diagnosis_known=True,
    told_on=date(2025, 5, 14),
    plan_approved_on=date(2025, 9, 2),
    approved_by_region=True,
    approved_by_employers=5,
    competences=7,
    competences_taught=6,
    competences_explained=1,
    modules=6,
    modules_specific=3,
    modules_on_platform=1,
    rhythm_known=True,
    specific_told=True,
    aims_shared=4,
    aims_shared_on=date(2025, 9, 9),
    announcements_with_firms=1,
    sourcing_done=3,
    conformity=conformity(BOOK.conformity, Counts(seats=10, people=10, paired=10)),
    found_on=S,
    convention_signed_on=date(2025, 11, 20),
    hires_expected=10,
    hires_signed=9,
    hires_explained=1,
    sheets_locked=120,
    minutes_locked=420 * 60,
    hours_centre=420,
    hours_company=140,
    hours_in_company=1400,
    trainees=10,
    trainees_in_company=10,
    periods=20,
    periods_prepared=20,
    periods_visited=20,
    periods_over=20,
    periods_debriefed=20,
    reports=5,
    employers=5,
    employers_before=5,
    employers_during=5,
    employers_after=5,
    review_held_on=date(2026, 4, 8),
    employers_at_review=4,
    lessons=2,
    committees=2,
    committees_attended=2,
    last_exit_on=E,
    reported_moments=frozenset({"exit", "m3", "m6"}),
)


def judge(seats, people, paired):
    return conformity(BOOK.conformity, Counts(seats, people, paired))


NOTHING = Facts(today=date(2025, 5, 1))


def line(key, facts=FULL, book=BOOK):
    return next(check for check in checks(book, facts) if check.key == key)


def but(**changes):
    return replace(FULL, **changes)


def test_a_full_file_shows_every_line():
    assert [check.key for check in checks(BOOK, FULL) if not check.found] == []


def test_an_empty_file_shows_none_and_says_so_in_a_sentence_each():
    found = checks(BOOK, NOTHING)
    assert not any(check.found for check in found)
    assert all(check.facts.endswith(".") and check.source and check.label for check in found)


def test_eleven_lines_eight_commitments_and_what_a_balance_asks():
    groups = [check.group for check in checks(BOOK, FULL)]
    assert groups.count(Group.TRAINING) == 11
    assert groups.count(Group.COMMITMENT) == len(BOOK.commitments) == 8
    assert groups.count(Group.BALANCE) == 2


def test_by_default_conformity_and_convention_block_the_certificate():
    blocking = {check.key: check.blocks for check in checks(BOOK, FULL) if check.blocks}
    assert blocking == {
        "conformity": "certificate",
        "convention_signed": "certificate",
        "session_held": "balance",
        "review_held": "balance",
    }


def test_every_key_that_the_rulebook_blocks_is_a_line():
    assert {line.key for line in LINES} >= BOOK.certificate_blocks | BOOK.balance_blocks


def test_what_blocks_is_the_rulebook_s_choice():
    stricter = replace(BOOK, certificate_blocks=frozenset({"matrix"}), balance_blocks=frozenset({"platform"}))
    assert line("matrix", book=stricter).blocks == "certificate"
    assert line("platform", book=stricter).blocks == "balance"
    assert line("conformity", book=stricter).blocks == ""


@pytest.mark.parametrize(
    ("key", "changes", "word"),
    [
        ("needs", {"needs": 0}, "fiche d'intérêt"),
        ("needs", {"public_known": False}, "public"),
        ("needs", {"diagnosis_known": False}, "diagnostic"),
        ("region_told", {"told_on": None}, "Aucun écrit"),
        ("co_design", {"plan_approved_on": None, "approved_by_region": False}, "Région"),
        ("co_design", {"approved_by_employers": 0}, "non approuvé"),
        ("partners_won", {"aims_shared": 0}, "Aucune présentation"),
        ("firms_hire", {"hires_signed": 8}, "à suivre : 1"),
        ("content", {"modules_specific": 0}, "adaptés"),
        ("content", {"rhythm_known": False}, "non défini"),
        ("platform", {"modules_on_platform": 0}, "plateau"),
        ("carried_out", {"sheets_locked": 0, "minutes_locked": 0}, "émargées : 0 h sur 420 h"),
        ("carried_out", {"sheets_locked": 1, "minutes_locked": 210}, "3 h 30 sur 420 h"),
        ("carried_out", {"minutes_locked": 209 * 60 + 59}, "moins de 50 %"),
        ("carried_out", {"reports": 0}, "points envoyés : 0"),
        ("carried_out", {"trainees_in_company": 0, "hours_in_company": 0}, "entreprise : 0 sur 10"),
        ("carried_out", {"trainees_in_company": 1, "hours_in_company": 60}, "1 sur 10 (60 h faites, 140 h prévues"),
        ("evaluated", {"review_held_on": None}, "Bilan à tenir"),
        ("evaluated", {"lessons": 0}, "notés : 0"),
        ("innovative", {"specific_told": False}, "n'est pas écrit"),
        ("innovative", {"modules_specific": 0}, "aucun module"),
        ("campaign", {"announcements_with_firms": 0, "sourcing_done": 0}, "Aucune annonce"),
        ("matrix", {"competences_taught": 5}, "sans réponse : 1"),
        ("matrix", {"competences": 0}, "Aucune compétence"),
        ("dialogue", {"employers_before": 4}, "avant 4"),
        ("dialogue", {"employers_after": 0}, "après 0"),
        ("periods", {"periods_visited": 19}, "accompagnées : 19"),
        ("periods", {"periods_debriefed": 0}, "débriefées : 0"),
        ("at_review", {"employers_at_review": 0}, "bilan : 0"),
        ("follow_up", {"reported_moments": frozenset({"exit"})}, "à 3 mois, à 6 mois"),
        ("committee", {"committees_attended": 0}, "Aucune présence"),
        ("convention_signed", {"convention_signed_on": None}, "pas encore signée"),
        ("session_held", {"ended_on": None}, "pas constatée"),
        ("review_held", {"review_held_on": None}, "pas encore tenu"),
    ],
)
def test_a_missing_fact_leaves_its_line_open(key, changes, word):
    check = line(key, but(**changes))
    assert not check.found
    assert word in check.facts


@pytest.mark.parametrize(
    ("key", "changes", "word"),
    [
        ("needs", {"public_known": False, "public_late": True}, "après le démarrage"),
        ("needs", {"needs": 0, "needs_late": 2}, "après le démarrage"),
        ("region_told", {"told_on": date(2025, 9, 2)}, "au plus tard"),
        ("co_design", {"approved_by_region": False, "approvals_late": 1}, "après le démarrage : 1"),
        ("partners_won", {"aims_shared": 0, "aims_late": 4}, "une fois la convention signée"),
        ("conformity", {"paired_late": 1, "conformity": judge(6, 6, 5)}, "après le constat"),
        ("firms_hire", {"hires_signed": 8, "hires_late": 1}, "dernier moment du suivi"),
        ("carried_out", {"reports": 0, "reports_late": 1}, "après la fin : 1"),
        ("evaluated", {"lessons": 0, "lessons_late": 1}, "dernier moment du suivi : 1"),
        ("campaign", {"announcements_with_firms": 0, "sourcing_done": 0, "campaign_late": 1}, "après le démarrage"),
        ("dialogue", {"employers_before": 4}, "avant 4"),
        ("periods", {"periods_visited": 19, "periods_late": 1}, "après sa fin"),
        ("follow_up", {"reported_moments": frozenset({"exit", "m3"}), "late_moments": frozenset({"m6"})}, "trop tard"),
        ("committee", {"committees_attended": 0, "committees_late": 1}, "après la fin"),
        ("convention_signed", {"convention_signed_on": date(2026, 4, 11)}, "au plus tard"),
    ],
)
def test_a_fact_that_comes_too_late_does_not_show_its_line_and_is_said(key, changes, word):
    check = line(key, but(**changes))
    assert (check.found, check.lack) == (False, Lack.LATE)
    assert word in check.facts


@pytest.mark.parametrize(
    ("key", "changes", "word"),
    [
        ("needs", {"needs": 0, "needs_aside": 1}, "confirme"),
        ("co_design", {"approved_by_employers": 0, "approvals_aside": 1}, "ni promis ni signé : 1"),
        ("partners_won", {"aims_shared": 0, "aims_aside": 1}, "aux partenaires ?"),
        ("content", {"modules_specific": 0, "modules_aside": 1}, "ni promis ni signé : 1"),
        ("platform", {"modules_on_platform": 0, "platform_aside": 1}, "ni promis ni signé"),
        ("innovative", {"specific_told": False, "specific_aside": True}, "ni promis ni signé"),
        (
            "campaign",
            {"announcements_with_firms": 0, "sourcing_done": 0, "announcements_aside": 1},
            "aucune entreprise engagée",
        ),
        ("matrix", {"competences": 0, "competences_aside": 3}, "aucune entreprise engagée"),
        ("dialogue", {"employers_after": 0, "exchanges_aside": 1}, "ne sont pas signataires : 1"),
        ("at_review", {"employers_at_review": 0, "review_aside": 1}, "ni promis ni signé : 1"),
        ("committee", {"committees_attended": 0}, "sans lui"),
        ("convention_signed", {"convention_signed_on": None, "signatures": 5, "signatures_due": 6}, "5 sur 6"),
    ],
)
def test_a_fact_that_comes_from_who_does_not_count_does_not_show_its_line_and_is_said(key, changes, word):
    check = line(key, but(**changes))
    assert (check.found, check.lack) == (False, Lack.ASIDE)
    assert word in check.facts


def test_a_convention_being_amended_shows_nothing_until_those_it_touches_have_signed():
    check = line("convention_signed", but(amendments_waiting=1))
    assert (check.found, check.lack) == (False, Lack.NOTHING)
    assert "avenant" in check.facts


def test_a_sheet_left_open_after_the_end_is_said():
    assert "2 feuilles passées ne sont pas verrouillées" in line("carried_out", but(sheets_open=2)).facts
    assert not line("carried_out", but(sheets_open=2)).found


def test_periods_in_firms_that_did_not_sign_are_flagged():
    assert "n'ont pas signé" in line("periods", but(periods_outside=2)).facts


def test_the_project_is_judged_at_the_end_on_its_figures():
    running = but(ended_on=None, minutes_locked=210, trainees_in_company=0)
    assert line("carried_out", running).later
    assert "3 h 30 sur 420 h prévues" in line("carried_out", running).facts
    assert "moins de" not in line("carried_out", running).facts
    half = but(minutes_locked=210 * 60, trainees_in_company=5)
    assert line("carried_out", half).found
    assert "5 sur 10" in line("carried_out", half).facts


def test_the_least_share_is_the_rulebook_s():
    strict = replace(BOOK, carried_out_share=90)
    [check] = [one for one in checks(strict, but(minutes_locked=300 * 60)) if one.key == "carried_out"]
    assert not check.found
    assert "moins de 90 %" in check.facts


def test_a_training_without_hours_in_company_owes_no_period():
    facts = but(hours_company=0, periods=0, periods_prepared=0, periods_visited=0, periods_over=0, periods_debriefed=0)
    assert line("periods", facts).found
    assert line("carried_out", facts).found


class TestConformity:
    def judged(self, paired, seats=12, decision=None, found_on=S):
        found = conformity(BOOK.conformity, Counts(seats, seats, paired), decision=decision)
        return line("conformity", but(conformity=found, found_on=found_on))

    def test_a_forecast_is_not_a_finding(self):
        check = self.judged(12, found_on=None)
        assert (check.found, check.later) == (False, True)
        assert "Prévision" in check.facts

    def test_the_target_shows_it(self):
        assert self.judged(12).found

    def test_between_minimum_and_target_the_officer_decides(self):
        assert not self.judged(10).found
        assert self.judged(10, decision=Decision(admitted=True, paired=10, counted=12)).found

    def test_below_the_minimum_the_number_missing_is_said(self):
        check = self.judged(8, seats=13)
        assert not check.found
        assert "il manque 1 personne" in check.facts


class TestWhatIsToCome:
    def test_before_the_end_the_outcome_is_to_come_not_missing(self):
        running = but(ended_on=None, hires_signed=0, hires_explained=0, review_held_on=None, last_exit_on=None)
        assert line("firms_hire", running).later
        assert line("review_held", running).later

    def test_the_follow_up_is_to_come_until_its_date(self):
        facts = but(reported_moments=frozenset({"exit"}), today=date(2026, 7, 10))
        assert line("follow_up", facts).later
        facts = but(reported_moments=frozenset({"exit"}), today=date(2026, 7, 11))
        assert not line("follow_up", facts).later

    def test_a_found_line_is_never_to_come(self):
        assert not any(check.later for check in checks(BOOK, FULL))

    def test_an_exchange_missed_before_the_start_is_not_to_come(self):
        running = but(ended_on=None, employers_after=0)
        assert line("dialogue", running).later
        assert not line("dialogue", replace(running, employers_before=2)).later


def test_no_name_can_enter_the_facts():
    assert {field.type for field in fields(Facts)} <= {
        "date",
        "date | None",
        "int",
        "bool",
        "Conformity | None",
        "frozenset[str]",
    }
