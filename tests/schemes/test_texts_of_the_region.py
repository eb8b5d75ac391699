"""The versions of a text: written, tried, put in force from a day, withdrawn, and never changed once they apply."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import pytest

from defi.kernel import clock
from defi.kernel.access import TASK, Who, scope
from defi.kernel.models import JournalEntry
from defi.kernel.refusals import Invalid, NotAllowed, Stale, Unknown, WrongState
from defi.people.models import Organisation, OrganisationKind
from defi.schemes.models import DocumentText
from defi.schemes.text_actions import adopt_text, drop_text, try_text, withdraw_text, write_text
from defi.schemes.text_queries import body, holding, versions
from defi.schemes.text_rules import adoption_fault, in_force, standing
from defi.steps.convention.documents import INVITATION
from factories import a_coordinator, a_person, a_region, actor, an_officer, an_operation

DAY = date(2025, 10, 6)
WORDS = INVITATION.words
BODY = "Madame, Monsieur,\n\nVenez signer « {intitulé} »."


@dataclass(frozen=True)
class One:
    number: int
    state: str = "adopted"
    from_on: date | None = None


# Rules


def test_the_version_that_holds_is_the_last_that_began():
    old, new, later = One(2, from_on=DAY), One(3, from_on=DAY), One(4, from_on=DAY + timedelta(days=9))
    assert in_force([old, new, later, One(5, "draft")], DAY) is new
    assert in_force([old, new, later], DAY + timedelta(days=9)) is later
    assert in_force([later], DAY) is None


@pytest.mark.parametrize(
    ("version", "key"),
    [
        (One(3, "draft"), "draft"),
        (One(3, "dropped"), "dropped"),
        (One(3, from_on=DAY + timedelta(days=1)), "coming"),
        (One(3, from_on=DAY), "in_force"),
        (One(2, from_on=DAY), "replaced"),
    ],
)
def test_where_a_version_stands_follows_from_the_dates(version, key):
    assert standing(version, One(3, from_on=DAY), DAY).key == key


def test_a_text_is_tried_before_it_is_put_in_force_and_never_in_the_past():
    assert "Essayez d'abord" in adoption_fault(False, DAY, today=DAY, taken=())
    assert "passée" in adoption_fault(True, DAY - timedelta(days=1), today=DAY, taken=())
    later = DAY + timedelta(days=3)
    assert "déjà effet" in adoption_fault(True, later, today=DAY, taken=[later])
    assert adoption_fault(True, DAY, today=DAY, taken=[DAY]) == ""


# Actions


@pytest.fixture
def today(db):
    with clock.at(DAY):
        yield


def an_agent(who=Who.OFFICER):
    return actor(who, a_region(), a_person("Claire"))


def a_draft(who=None, text=BODY):
    return write_text(who or an_agent(), "invitation", WORDS, text)


def in_force_now(day=DAY):
    director = an_agent(Who.STEERING)
    draft = a_draft(director)
    try_text(director, draft.pk, WORDS, None)
    return adopt_text(director, draft.pk, WORDS, day)


def test_the_first_version_a_region_writes_is_the_second(today):
    first, second = a_draft(), a_draft()
    assert (first.number, second.number) == (2, 3)
    assert holding(a_region().pk, "invitation", DAY) is None
    assert body(INVITATION, None) == INVITATION.shipped_text


def test_a_version_put_in_force_holds_from_its_day(today):
    kept = in_force_now(DAY + timedelta(days=3))
    region = a_region().pk
    assert holding(region, "invitation", DAY) is None
    assert holding(region, "invitation", DAY + timedelta(days=3)) == kept
    assert body(INVITATION, kept).startswith("Madame")


def test_a_broken_text_is_refused_with_its_line_and_nothing_is_kept(today):
    with pytest.raises(Invalid, match=r"Ligne 3 : champ inconnu : « intitule de la formation »"):
        a_draft(text="Bonjour\n\n{intitule de la formation}")
    with scope(TASK):
        assert DocumentText.objects.count() == 0


def test_a_trial_falls_when_the_text_changes_and_only_then(today):
    officer = an_agent()
    draft = a_draft(officer)
    assert try_text(officer, draft.pk, WORDS, 12).tried_file == 12
    same = write_text(officer, "invitation", WORDS, BODY + "\n", draft_id=draft.pk, note="relu")
    assert same.tried_on == DAY
    other = write_text(officer, "invitation", WORDS, BODY + " Bis.", draft_id=draft.pk)
    assert other.tried_on is None


def test_officers_write_and_the_direction_puts_in_force(today):
    officer = an_agent()
    draft = a_draft(officer)
    try_text(officer, draft.pk, WORDS, None)
    with pytest.raises(NotAllowed, match="direction"):
        adopt_text(officer, draft.pk, WORDS, DAY)
    with pytest.raises(NotAllowed):
        a_draft(a_coordinator(an_operation()))


def test_a_text_never_tried_is_not_put_in_force(today):
    director = an_agent(Who.STEERING)
    with pytest.raises(Invalid, match="Essayez d'abord"):
        adopt_text(director, a_draft().pk, WORDS, DAY)


def test_a_version_in_force_never_changes(today):
    kept = in_force_now()
    director = an_agent(Who.STEERING)
    with pytest.raises(WrongState):
        write_text(director, "invitation", WORDS, "Autre", draft_id=kept.pk)
    with pytest.raises(WrongState):
        try_text(director, kept.pk, WORDS, None)
    with pytest.raises(WrongState, match="déjà"):
        withdraw_text(director, kept.pk, reason="erreur")
    with pytest.raises(WrongState):
        drop_text(director, kept.pk)


def test_a_version_that_does_not_apply_yet_can_be_withdrawn(today):
    kept = in_force_now(DAY + timedelta(days=3))
    draft = withdraw_text(an_agent(Who.STEERING), kept.pk, reason="à revoir")
    assert (draft.state, draft.from_on) == ("draft", None)


def test_two_at_once_on_one_draft_the_second_is_told(today):
    officer = an_agent()
    draft = a_draft(officer)
    write_text(officer, "invitation", WORDS, BODY + " Un.", draft_id=draft.pk, version=draft.version)
    with pytest.raises(Stale):
        write_text(officer, "invitation", WORDS, BODY + " Deux.", draft_id=draft.pk, version=draft.version)


def read_by(who):
    with scope(who):
        return versions(who, ["invitation"])["invitation"]


def test_others_than_the_region_do_not_know_of_them(today):
    draft = a_draft()
    other = Organisation.objects.create(kind=OrganisationKind.REGION, name="Autre Région")
    stranger = actor(Who.STEERING, other, a_person("Paul"))
    assert read_by(stranger) == []
    assert read_by(an_agent()) == [draft]
    assert read_by(a_coordinator(an_operation())) == []
    with pytest.raises(Unknown):
        drop_text(stranger, draft.pk)


def test_the_journal_says_what_was_done_and_not_the_words(today):
    kept = in_force_now()
    entries = JournalEntry.objects.filter(object_type="schemes.documenttext", object_id=kept.pk).order_by("pk")
    assert [entry.verb for entry in entries] == ["text.write", "text.try", "text.adopt"]
    assert entries[0].after["body"] is None
    assert entries[2].after == {"state": "adopted", "from_on": "2025-10-06"}


def test_a_draft_given_up_leaves_the_list_and_keeps_its_number(today):
    officer = an_officer()
    drop_text(officer, a_draft(officer).pk)
    assert read_by(officer) == []
    assert a_draft(officer).number == 3
