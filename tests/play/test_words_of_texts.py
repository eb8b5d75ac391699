"""The words on the texts of the Region, said one after the other."""

from datetime import date

import pytest

from defi.kernel import clock
from defi.kernel.access import TASK, Who, scope
from defi.play.world import Args, PlayError, World, load_words
from defi.schemes.models import DocumentText
from factories import a_region, actor

pytestmark = pytest.mark.django_db


def test_a_text_is_written_tried_and_put_in_force_by_words():
    director = actor(Who.STEERING, a_region())
    world = World(region=a_region())

    def say(what, **args):
        told = Args({"document": "invitation", **args})
        load_words()[what](world, director, told)
        told.done()

    with clock.at(date(2025, 10, 6)), scope(TASK):
        say("text.write", instead_of="a l'honneur", put="a le plaisir", note="plus simple")
        say("text.try")
        say("text.adopt", from_on=date(2025, 11, 1))
        say("text.withdraw", reason="à revoir")
        assert DocumentText.objects.get().state == "draft"
        say("text.drop")
        assert DocumentText.objects.get().state == "dropped"
        with pytest.raises(PlayError, match="ne contient pas"):
            say("text.write", instead_of="jamais écrit", put="")
        with pytest.raises(PlayError, match="document inconnu"):
            say("text.try", document="certificat")
