"""The printed card: a number and a code that open a trainee's space without a mail address."""

import pytest

import factories
from defi.kernel.access import TASK, Actor, Who, scope
from defi.kernel.models import JournalEntry
from defi.kernel.numbers import ALPHABET
from defi.kernel.refusals import Invalid, NotAllowed, Refused
from defi.people.actions import CARD_TRIES, NewCard, issue_card, open_card
from defi.people.models import Card, Person

WRONG = "22222222"


@pytest.fixture
def trainee(db) -> Person:
    with scope(TASK):
        yield factories.a_person("Leïla")


@pytest.fixture
def card(trainee) -> NewCard:
    return issue_card(TASK, trainee)


def miss(card: NewCard) -> None:
    with pytest.raises(Invalid) as refused:
        open_card(card.number, WRONG)
    assert "code" in refused.value.fields


def test_a_card_opens_the_space_of_its_person(card, trainee):
    assert open_card(card.number, card.code) == trainee


def test_a_card_is_read_however_it_is_typed(card, trainee):
    number, code = card.number.lower(), f" {card.code[:4]}-{card.code[4:].lower()} "
    assert open_card(f"{number[:3]} {number[3:]}", code) == trainee


def test_number_and_code_can_be_read_aloud(card):
    assert (len(card.number), len(card.code)) == (6, 8)
    assert set(card.number + card.code) <= set(ALPHABET)


def test_only_the_hash_of_the_code_is_kept(card):
    assert card.code not in str(Card.objects.values().get())
    assert card.code not in str(list(JournalEntry.objects.values()))


def test_the_journal_knows_for_whom_and_by_whom_a_card_was_made(trainee):
    operation = factories.an_operation()
    trainer = factories.actor(Who.TRAINER, operation.provider)
    made = issue_card(trainer, trainee).card
    (entry,) = JournalEntry.objects.filter(verb="card.issue")
    assert (entry.object_id, entry.actor_person_id) == (made.pk, trainer.person_id)
    assert entry.after == {"person": trainee.pk, "number": None, "code_hash": None, "issued_by": trainer.person_id}


def test_a_renewed_card_kills_the_former(card, trainee):
    renewed = issue_card(TASK, trainee)
    assert open_card(renewed.number, renewed.code) == trainee
    with pytest.raises(Invalid, match="nouvelle carte"):
        open_card(card.number, card.code)
    assert Card.objects.filter(person=trainee, revoked_at=None).count() == 1


def test_an_unknown_card_is_told_where_to_get_one(db):
    with pytest.raises(Invalid, match="référent"):
        open_card("AAAAAA", WRONG)


def test_a_wrong_code_is_said_and_counted(card):
    miss(card)
    assert Card.objects.get(number=card.number).failures == 1


def test_after_too_many_wrong_codes_the_card_is_blocked_even_for_the_right_one(card):
    for _ in range(CARD_TRIES):
        miss(card)
    with pytest.raises(Refused, match="bloquée"):
        open_card(card.number, card.code)


def test_the_right_code_in_time_forgets_the_wrong_ones(card, trainee):
    for _ in range(CARD_TRIES - 1):
        miss(card)
    assert open_card(card.number, card.code) == trainee
    assert Card.objects.get(number=card.number).failures == 0


def test_the_cards_of_others_do_not_help(card):
    other = issue_card(TASK, factories.a_person("Bruno"))
    with pytest.raises(Invalid):
        open_card(card.number, other.code)


@pytest.mark.parametrize("who", [Who.OFFICER, Who.ADVISER, Who.TUTOR, Who.TRAINEE, Who.PUBLIC])
def test_only_the_provider_hands_cards_out(trainee, who):
    with pytest.raises(NotAllowed):
        issue_card(Actor(who), trainee)


def test_one_sees_one_s_own_card_only(card, trainee):
    assert Card.objects.visible_to(Actor(Who.TRAINEE, person_id=trainee.pk)).get().number == card.number
    for other in (Actor(Who.TRAINEE, person_id=trainee.pk + 1), Actor(Who.COORDINATOR, organisation_id=1)):
        assert not Card.objects.visible_to(other).exists()
