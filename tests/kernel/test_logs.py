"""The secret of a personal address is not written in a log."""

from __future__ import annotations

import logging

from django.test import Client

from defi.kernel.logs import HideSecrets, hidden
from defi.settings import LOGGING

SECRET = "b7kq-Zr1xW_0aTtQnV9c3Y"


def test_a_line_says_that_a_personal_address_was_asked_and_not_which():
    assert hidden(f"Not Found: /lien/{SECRET}/page-1.png") == "Not Found: /lien/…/page-1.png"
    assert hidden(f"/agenda/{SECRET}.ics") == "/agenda/….ics"
    assert hidden("/lien/") == "/lien/"
    assert hidden(404) == 404


def test_what_a_line_is_made_of_is_hidden_too():
    record = logging.LogRecord("django.request", logging.WARNING, "", 1, "%s: %s", ("Refusé", f"/lien/{SECRET}/"), None)
    assert HideSecrets().filter(record)
    assert record.getMessage() == "Refusé: /lien/…/"


def test_the_console_of_the_installation_hides_them():
    console = LOGGING["handlers"]["console"]
    assert "secrets" in console["filters"]
    assert LOGGING["filters"]["secrets"]["()"].endswith(HideSecrets.__name__)


def test_a_page_refused_is_logged_without_the_secret_of_its_address(db, caplog):
    handler = logging.getLogger("django.request")
    caplog.handler.addFilter(HideSecrets())
    with caplog.at_level(logging.WARNING, handler.name):
        Client().get(f"/lien/{SECRET}/")
    assert "/lien/…/" in caplog.text
    assert SECRET not in caplog.text
