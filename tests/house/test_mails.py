"""No mail is written that the table does not know; none points to something that is not on « À faire »."""

import pytest

from defi.journey.words import TURN_WORDS
from defi.kernel.mail.purposes import Urgency
from defi.schemes.mailing import read, shipped
from house.sources import HOUSE

TABLE = shipped()
TEMPLATES = {
    str(path.relative_to(path.parents[2])).removesuffix(".txt"): path.read_text(encoding="utf-8")
    for path in HOUSE.rglob("templates/*/mail/*.txt")
    if not path.stem.startswith("_") and path.parts[-3] != "kernel"
}
ARRIVALS = {
    "need.group": "_needs",
    "answer.review": "_reviews",
    "proposal.decide": "_proposals",
    "proposal.revise": "_proposals",
    "candidacy.answer": "_waiting",
    "public_profile.tell": "_publics",
}
"""What waits before there is an operation, with what shows it (web.arrivals)."""


def test_the_table_holds_every_mail_and_no_other():
    missing, gone = set(TEMPLATES) - set(TABLE.purposes), set(TABLE.purposes) - set(TEMPLATES)
    assert (missing, gone) == (set(), set()), "say in src/defi/schemes/mail.toml how urgent it is"


@pytest.mark.parametrize("name", sorted(TABLE.purposes))
def test_what_a_mail_asks_for_is_a_line_of_what_is_to_do(name):
    asks = TABLE.purposes[name].asks
    assert not asks or asks in TURN_WORDS or asks in ARRIVALS
    if asks in ARRIVALS and asks not in TURN_WORDS:
        from defi.web import arrivals

        assert hasattr(arrivals, ARRIVALS[asks])


def test_what_a_reminder_is_about_is_a_line_of_what_is_to_do():
    assert {key for rule in TABLE.rules.values() for key in rule.asks} <= set(TURN_WORDS)


def test_a_mail_that_carries_a_personal_link_to_act_is_not_kept_for_the_next_morning():
    """Save the one that only tells what has changed, and whose reader had a link before."""
    linked = {name for name, text in TEMPLATES.items() if "{{ link }}" in text}
    kept = {name for name in linked if name in TABLE.purposes and TABLE.purposes[name].urgency is Urgency.DIGEST}
    assert kept == {"design/mail/plan_changed"}


def test_only_what_is_asked_from_a_screen_leaves_at_night():
    codes = {name for name, purpose in TABLE.purposes.items() if purpose.urgency is Urgency.CODE}
    assert codes == {
        "convention/mail/signing_code",
        "sourcing/mail/application_asked",
        "sourcing/mail/booking_asked",
        "web/mail/login_code",
        "web/mail/unknown_account",
    }


@pytest.mark.parametrize("name", sorted(TABLE.purposes))
def test_a_kind_of_mail_has_words(name):
    label = TABLE.purposes[name].label
    assert label[:1].isupper()
    assert label.strip() == label
    assert "_" not in label


def test_a_value_without_its_source_is_refused():
    text = (HOUSE / "schemes" / "mail.toml").read_text(encoding="utf-8")
    with pytest.raises(ValueError, match="source"):
        read(text.replace(f'gap_source = "{text.partition("gap_source = ")[2].splitlines()[0][1:]}', 'gap_source = ""'))
