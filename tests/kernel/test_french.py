"""Zero is singular in French, in a page as in a sentence."""

import pytest
from django.template import Context, Template
from django.utils.translation import ngettext, npgettext, override

from defi.kernel.documents.french import of_place


def test_zero_and_one_are_singular():
    with override("fr"):
        said = [ngettext("%(n)d poste libre", "%(n)d postes libres", n) % {"n": n} for n in (0, 1, 2)]
        assert npgettext("lieu", "place", "places", 0) == "place"
    assert said == ["0 poste libre", "1 poste libre", "2 postes libres"]


def test_a_page_says_it_too():
    page = Template("{% blocktranslate count n=n %}{{ n }} appairé{% plural %}{{ n }} appairés{% endblocktranslate %}")
    with override("fr"):
        assert page.render(Context({"n": 0})) == "0 appairé"
        assert page.render(Context({"n": 2})) == "2 appairés"


def test_what_django_says_itself_stays_translated():
    with override("fr"):
        assert ngettext("%(num)d hour", "%(num)d hours", 2) != "%(num)d hours"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Blois", "de Blois"),
        ("Orléans", "d'Orléans"),
        ("Issoudun", "d'Issoudun"),
        ("Le Blanc", "du Blanc"),
        ("La Châtre", "de La Châtre"),
        ("Les Aubrais", "des Aubrais"),
        ("Étampes", "d'Étampes"),
    ],
)
def test_a_place_after_de(name, said):
    assert of_place(name) == said
