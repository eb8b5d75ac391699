"""A pairing with a promise that does not count is said so before, after, and on the board."""

from dataclasses import replace
from decimal import Decimal
from html import unescape

import pytest

import factories as make
from browsing import browser, page, post
from defi.kernel import clock
from defi.kernel.access import TASK, Who, scope
from defi.steps.pairing.actions import Said, Terms, make_promise, record_encounter

pytestmark = pytest.mark.django_db


def test_it_is_said_before_after_and_on_the_board():
    with scope(TASK):
        operation, firm = make.an_operation(), make.an_employer()
        session = make.a_session(operation)
        lead = make.a_coordinator(operation)
        terms = Terms(posts=1, contract="cdd", months=6, gross_pay=Decimal(1850))
        short = make_promise(lead, operation.pk, firm, terms)
        long = make_promise(lead, operation.pk, firm, replace(terms, days=1))
        person = make.a_candidate(session)
        record_encounter(lead, person.pk, short.pk, Said(met_on=clock.today(), employer="yes", person="yes"))
        client = browser(lead)
        assert "Cette promesse ne compte pas" in page(client, "pairing:encounter", short.pk, person.pk)
        assert "Cette promesse ne compte pas" not in page(client, "pairing:encounter", long.pk, person.pk)
        assert "sans que cela compte" in page(client, "pairing:board", operation.pk)
        post(client, "pairing:pair", short.pk, person.pk, answered=302)
        told = unescape(page(client, "pairing:board", operation.pk))
        assert "L'appairage est fait, mais il ne compte pas : ce contrat est trop court" in told
        assert "cell--uncounted" in told
        assert "CDD de 6 mois et 1 jour" in told
        page(client, "pairing:make_promise", operation.pk)
        own = page(browser(make.actor(Who.SIGNATORY, firm)), "operation_card", operation.pk, "pairing", status=302)
        assert own == ""
