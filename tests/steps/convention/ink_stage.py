"""Signed pages as they come back, without a scanner: what a reading would have found."""

from __future__ import annotations

from itertools import count
from unittest.mock import patch

from convention.signing_stage import START, Stage
from defi.kernel.access import TASK, Actor, scope
from defi.kernel.codes import PageCode
from defi.kernel.models import Document
from defi.kernel.refusals import Invalid
from defi.kernel.scans.reading import Page
from defi.operations.actions import add_partner
from defi.operations.models import Session
from defi.people.models import Network, Organisation
from defi.reference.models import Basin
from defi.steps.convention.ink import actions
from defi.steps.convention.ink.actions import Deposit
from defi.steps.convention.models import ScannedPage
from factories import (
    a_coordinator,
    a_prescriber,
    a_promise,
    a_region,
    a_session,
    an_employer,
    an_officer,
    an_operation,
)

PICTURE = b"\xff\xd8\xff\xd9"
TIMES = count(1)


def a_page(*codes: PageCode, blank: bool = False) -> Page:
    """A sheet that no other is."""
    return Page(codes, blank, b"\xff\xd8\xff" + str(next(TIMES)).encode(), "image/jpeg", PICTURE)


def pages_of(document: Document, *numbers: int) -> list[Page]:
    """These pages of a text (all by default)."""
    return [a_page(PageCode(document.code, number)) for number in numbers or range(1, document.pages + 1)]


def text_of(stage: Stage) -> Document:
    with scope(TASK):
        document = stage.convention().document
    assert document is not None
    return document


def deposited(actor: Actor, operation_id: int, *files: list[Page] | str) -> Deposit:
    """A deposit of these files, each read as these pages, or refused with this sentence."""

    def read(name: str, content: bytes) -> list[Page]:
        found = files[int(content)]
        if isinstance(found, str):
            raise Invalid.field("scans", found)
        return found

    with patch("defi.steps.convention.ink.depositing.read", read):
        return actions.deposit_scans(
            actor, operation_id, [(f"scan{place}.jpg", str(place).encode()) for place in range(len(files))]
        )


def another_stage(provider: Organisation, basin: Basin | None = None) -> Stage:
    """A second operation whose convention is sent."""
    operation = an_operation(provider, basin=basin)
    session = a_session(operation, START)
    with scope(TASK):
        Session.objects.filter(pk=session.pk).update(eos_number="24-118-0999")
    firm = an_employer("Les Glycines")
    mission, agency = a_prescriber("Mission locale de Vendôme"), a_prescriber("Agence", Network.FRANCE_TRAVAIL)
    for organisation in (mission, agency):
        add_partner(an_officer(), operation.pk, organisation)
    a_promise(operation, firm)
    lead = a_coordinator(operation)
    made = Stage(operation, session, lead, an_officer(), lead, firm, mission, agency, a_region())
    made.send()
    return made


def scans(stage: Stage, *states: str) -> list[ScannedPage]:
    with scope(TASK):
        rows = ScannedPage.objects.filter(operation=stage.operation).select_related("stored", "document")
        return list(rows.filter(state__in=states) if states else rows)
