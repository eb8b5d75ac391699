"""A table says from where to where, who may, and whether a reason is asked; nothing else decides."""

import pytest

from defi.kernel.access import Actor, LinkScope, Who
from defi.kernel.refusals import Invalid, NotAllowed, Refused, Stale, Unknown, WrongState
from defi.kernel.transitions import NOTHING, TABLES, VERBS, Table, move, say_who, verb

OFFICER, TRAINER = Actor(Who.OFFICER), Actor(Who.TRAINER)


@pytest.fixture
def door(own_verbs: None) -> Table:
    """A door that anybody opens, that the officer shuts, and locks with a reason."""
    return Table(
        "door",
        {"open": "ouverte", "shut": "fermée", "locked": "verrouillée"},
        [
            move("door.build", "Construire", NOTHING, "open", {Who.TASK}),
            move("door.shut", "Fermer", "open", "shut", {Who.OFFICER, Who.LINK}),
            move("door.lock", "Verrouiller", ["open", "shut"], "locked", {Who.OFFICER}, reason=True, asks=("key",)),
            move("door.knock", "Frapper", "shut", "shut", {Who.OFFICER, Who.TRAINER}),
            move("door.knock", "Frapper", "locked", "locked", {Who.OFFICER, Who.TRAINER}),
        ],
    )


def test_it_gives_the_way_out_of_a_state(door):
    step = door.take("door.lock", OFFICER, "shut", "la nuit tombe")
    assert (step.name, step.label, step.target, step.asks) == ("door.lock", "Verrouiller", "locked", ("key",))


def test_a_verb_may_start_from_several_states_with_its_own_way_from_each(door):
    assert door.take("door.knock", TRAINER, "shut").target == "shut"
    assert door.take("door.knock", TRAINER, "locked").target == "locked"


def test_a_creation_starts_from_nothing(door):
    assert door.take("door.build", Actor(Who.TASK), NOTHING).target == "open"


def test_it_refuses_a_role_and_says_whose_it_is(door):
    with pytest.raises(NotAllowed) as refused:
        door.take("door.shut", TRAINER, "open")
    assert refused.value.sentence == "« Fermer » revient à : référent territorial de formation, porteur d'un lien."


def test_the_role_is_looked_at_before_the_state(door):
    with pytest.raises(NotAllowed):
        door.take("door.shut", TRAINER, "locked")


def test_it_asks_for_the_reason_beside_its_field(door):
    with pytest.raises(Invalid) as refused:
        door.take("door.lock", OFFICER, "open", "   ")
    assert "motif" in refused.value.fields["reason"]


def test_it_refuses_a_wrong_state_and_names_it_in_words(door):
    with pytest.raises(WrongState) as refused:
        door.take("door.shut", OFFICER, "locked")
    assert refused.value.sentence == "« Fermer » n'est pas possible dans l'état « verrouillée »."


def test_a_verb_of_another_thing_is_a_mistake_of_the_program(door):
    with pytest.raises(KeyError, match="not a verb of door"):
        door.take("promise.withdraw", OFFICER, "open")


def test_the_buttons_are_what_the_actor_may_start_from_here(door):
    assert [t.name for t in door.open_to(OFFICER, "open")] == ["door.shut", "door.lock"]
    assert [t.name for t in door.open_to(TRAINER, "locked")] == ["door.knock"]
    assert door.open_to(Actor(Who.PUBLIC), "open") == []


def test_the_choices_of_the_column_are_the_states(door):
    assert door.choices == [("open", "ouverte"), ("shut", "fermée"), ("locked", "verrouillée")]


@pytest.mark.parametrize(("source", "target"), [("open", "ajar"), ("ajar", "shut"), (["open", "ajar"], "shut")])
def test_a_table_with_an_unknown_state_cannot_be_imported(own_verbs, source, target):
    with pytest.raises(ValueError, match=r"table window: unknown states \['ajar'\]"):
        Table("window", {"open": "", "shut": ""}, [move("window.move", "Bouger", source, target, {Who.OFFICER})])
    assert "window" not in TABLES


def test_two_declarations_of_a_verb_must_agree(own_verbs):
    first = verb("door.paint", "Peindre", {Who.OFFICER})
    assert verb("door.paint", "Repeindre", {Who.OFFICER}) is first
    for others in ({"who": {Who.TRAINER}}, {"who": {Who.OFFICER}, "reason": True}):
        with pytest.raises(ValueError, match="declared twice"):
            verb("door.paint", "Peindre", **others)


def test_the_bearer_of_a_link_may_do_its_verb_and_no_other(door):
    bearer = Actor(Who.LINK, link=LinkScope(1, "door.shut", "house.door", 5))
    assert VERBS["door.shut"].allows(bearer)
    assert door.take("door.shut", bearer, "open").target == "shut"
    assert [t.name for t in door.open_to(bearer, "open")] == ["door.shut"]
    stranger = Actor(Who.LINK, link=LinkScope(1, "promise.withdraw", "pairing.promise", 5))
    for other in (stranger, Actor(Who.LINK)):
        with pytest.raises(NotAllowed):
            door.take("door.shut", other, "open")


def test_who_is_asked_by_a_link_may_refuse_by_it(own_verbs):
    refuse = verb("door.leave_open", "Laisser ouverte", {Who.LINK}, asked_by="door.shut")
    assert refuse.allows(Actor(Who.LINK, link=LinkScope(1, "door.shut", "house.door", 5)))
    assert not refuse.allows(Actor(Who.LINK, link=LinkScope(1, "door.lock", "house.door", 5)))


def test_a_link_gives_no_right_that_the_table_does_not_give(door):
    forged = Actor(Who.LINK, link=LinkScope(1, "door.lock", "house.door", 5))
    with pytest.raises(NotAllowed):
        VERBS["door.lock"].check(forged, "la nuit tombe")


def test_roles_are_said_in_a_stable_order():
    assert say_who({Who.TRAINER, Who.OFFICER}) == say_who([Who.OFFICER, Who.TRAINER])
    assert say_who([Who.OFFICER, Who.TRAINER]) == "référent territorial de formation, formateur"


@pytest.mark.parametrize(
    ("kind", "status"),
    [(Refused, 409), (Unknown, 404), (NotAllowed, 403), (WrongState, 409), (Stale, 409), (Invalid, 422)],
)
def test_each_refusal_has_its_status_and_its_sentence(kind, status):
    refusal = kind("Ce n'est pas possible.")
    assert isinstance(refusal, Refused)
    assert (refusal.status, refusal.sentence, str(refusal)) == (status, *["Ce n'est pas possible."] * 2)
    assert refusal.fields == {}


def test_a_refusal_may_concern_fields():
    refusal = Invalid.field("siret", "Le SIRET a 14 chiffres.")
    assert (refusal.sentence, refusal.fields) == ("Le SIRET a 14 chiffres.", {"siret": "Le SIRET a 14 chiffres."})
