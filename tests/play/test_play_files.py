"""What a play file may get wrong, and the sentence its author reads."""

import tomllib
from datetime import date, timedelta

import pytest

from defi.play import glossary
from defi.play.demonstration import scenarios
from defi.play.ending import differences
from defi.play.file import read
from defi.play.runner import perform
from defi.play.world import PlayError
from defi.reference.builtin import ensure_builtin

HEAD = """
[[organisation]]
name = "Atelier d'essai"
kind = "provider"

[[person]]
name = "Claire Modèle"
role = "officer"
of = "Région Centre-Val de Loire"
"""


@pytest.fixture
def write(tmp_path):
    def write(text, head=HEAD):
        path = tmp_path / "essai.toml"
        path.write_text(head + text, encoding="utf-8")
        return path

    return write


def step(**words):
    lines = {"on": "2025-06-02", "as": '"Claire Modèle"', **words}
    return "[[step]]\n" + "\n".join(f"{name} = {value}" for name, value in lines.items()) + "\n"


def stopped(path):
    ensure_builtin()
    return perform(read(path)).stopped


def test_a_missing_file_is_said():
    with pytest.raises(PlayError, match="n'existe pas"):
        read(scenarios() / "absent.toml")


def test_a_file_that_is_not_toml_is_said(write):
    with pytest.raises(PlayError, match="TOML"):
        read(write("title = "))


def test_an_unknown_word_at_the_top_is_named(write):
    with pytest.raises(PlayError, match="mot inconnu en tête du fichier : etape"):
        read(write("", head="etape = 1\n"))


def test_a_date_that_goes_back_is_named(write):
    later, earlier = step(do='"operation.open"'), step(on="2025-06-01", do='"operation.open"')
    with pytest.raises(PlayError, match="étape 2 : la date 2025-06-01 recule"):
        read(write(later + earlier))


def test_a_step_without_a_date_says_what_is_missing(write):
    with pytest.raises(PlayError, match="étape 1 : il manque on"):
        read(write('[[step]]\nas = "x"\ndo = "y"\n'))


def test_every_date_of_a_file_can_be_moved(write):
    play = read(write(step(do='"session.plan"', starts_on="2025-11-03")), timedelta(weeks=2))
    assert play.steps[0].on == date(2025, 6, 16)
    assert play.steps[0].args["starts_on"] == date(2025, 11, 17)


def test_a_word_may_take_a_day_of_its_own(write):
    play = read(write(step(do='"x"', dated="2025-05-30")))
    assert play.steps[0].args == {"on": date(2025, 5, 30)}


@pytest.mark.django_db
class TestPlaying:
    def test_an_unknown_word_stops_the_play(self, write):
        assert stopped(write(step(do='"pirouette"'))) == "étape 1 : mot inconnu « pirouette »"

    def test_a_word_mistyped_is_said_before_anything_is_played_with_its_neighbour(self, write):
        told = stopped(write(step(do='"operation.open"') + step(do='"promise.mak"')))
        assert told == "étape 2 : mot inconnu « promise.mak », peut-être « promise.make »"

    def test_a_missing_argument_is_named_with_its_step(self, write):
        with pytest.raises(PlayError, match=r"étape 1 \(operation.open\) : l'argument « title » manque"):
            stopped(write(step(do='"operation.open"')))

    def test_an_unknown_argument_is_named(self, write):
        words = {"title": '"Essai"', "job": '"K1311"', "basin": '"Châteaudun"', "colour": '"vert"'}
        with pytest.raises(PlayError, match="argument inconnu : colour"):
            stopped(write(step(do='"operation.open"', **words)))

    def test_somebody_who_is_not_in_the_cast_is_named(self, write):
        with pytest.raises(PlayError, match="personne inconnue : « Nemo »"):
            stopped(write(step(**{"as": '"Nemo"', "do": '"plan.start"'})))

    def test_an_organisation_that_no_link_was_mailed_to_does_nothing(self, write):
        with pytest.raises(PlayError, match="aucun lien n'a été envoyé à : « Atelier d'essai »"):
            stopped(write(step(**{"as": '"Atelier d\'essai"', "do": '"plan.start"'})))

    def test_a_refusal_that_was_not_expected_stops_with_the_sentence_of_the_user(self, write):
        opened = step(do='"operation.open"', title='"Essai"', job='"K1311"', basin='"Châteaudun"')
        sentence = stopped(write(opened + step(do='"plan.start"')))
        assert sentence.startswith("étape 2, 2025-06-02, Claire Modèle, plan.start : « Commencer le plan » revient à :")

    def test_a_refusal_that_does_not_come_stops_too(self, write):
        opened = step(do='"operation.open"', title='"Essai"', job='"K1311"', basin='"Châteaudun"', refused='"interdit"')
        assert "un refus était attendu" in stopped(write(opened))

    def test_a_siret_that_ends_in_zeros_is_explained(self, write):
        bad = '[[organisation]]\nname = "Cassée"\nkind = "employer"\nsiret = "79026100000000"\n'
        with pytest.raises(PlayError, match="zéros"):
            stopped(write(bad))


def test_what_did_not_come_is_said_key_by_key():
    expected = {"paired": 10, "people": {"entered": 12, "left": 1}, "colour": "vert"}
    assert differences(expected, {"paired": 9, "people": {"entered": 12}}) == [
        "paired : attendu 10, obtenu 9",
        "people.left : attendu 1, obtenu 0",
        "colour : mot inconnu dans [expect]",
    ]


def test_the_documented_words_are_those_of_the_source():
    documented = (scenarios().parent / "docs" / "scenario.md").read_text(encoding="utf-8")
    assert documented.endswith(glossary.words_as_markdown())


def test_every_prescriber_of_the_demonstration_has_its_commune_and_every_provider_its_number():
    plays = [tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(scenarios().glob("*.toml"))]
    houses = [house for play in plays for house in play.get("organisation", ())]
    assert [h["name"] for h in houses if h["kind"] == "prescriber" and "commune" not in h] == []
    assert [h["name"] for h in houses if h["kind"] == "provider" and "phone" not in h] == []
