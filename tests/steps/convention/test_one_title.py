"""The title of the convention is one: on the page, in what is signed, in the mails and calendars of the ceremony."""

from __future__ import annotations

from io import BytesIO

import pypdfium2
import pytest

from convention.read_bytes import words_of
from convention.signing_stage import OPTION, Stage
from defi.kernel.access import TASK, scope
from defi.kernel.models import Document, Mail
from defi.steps.convention import actions
from defi.steps.convention.models import Amendment, SigningOption
from defi.steps.convention.printing import amendment_data, contact_sheet_data
from defi.steps.convention.rules import convention_title, training_of

pytestmark = pytest.mark.django_db
TITLE = "Cap sur l'aide à domicile, session EOS n° 24-118-0932"


def retitled(stage: Stage) -> None:
    actions.retitle_convention(stage.lead, stage.operation.pk, title=TITLE)


def test_a_new_title_is_printed_in_the_text_and_named_in_the_file(stage: Stage) -> None:
    first = stage.send()
    stage.reopen("Cap sur l'aide à domicile")
    second = actions.send_convention(stage.lead, stage.operation.pk)
    assert second.title == TITLE
    document = Document.objects.get(pk=second.document_id)
    assert TITLE in words_of(document)
    assert "La formation « Cap sur l'aide à domicile » est organisée" in words_of(document)
    assert TITLE not in words_of(Document.objects.get(pk=first.document_id))
    with pypdfium2.PdfDocument(BytesIO(bytes(document.content))) as pdf:
        assert TITLE in pdf.get_metadata_value("Title")
    with scope(TASK):
        assert contact_sheet_data(second).title == TITLE
        amendment = Amendment(pk=10**9, convention=second, operation=second.operation, state="owed")
        assert amendment_data(amendment).title == TITLE


def test_what_is_said_of_the_date_bears_the_title_it_has_now(stage: Stage) -> None:
    (option,) = actions.propose_options(stage.lead, stage.operation.pk, [OPTION], title="Ancien, EOS 24-118-0932")
    stage.draft()
    retitled(stage)
    actions.forward_options(stage.officer, stage.operation.pk)
    actions.hold_option(stage.cabinet, option.pk)
    actions.save_the_date(stage.lead, stage.operation.pk)
    mail = Mail.objects.filter(purpose="convention/mail/save_the_date").latest("pk")
    assert TITLE in mail.body
    assert "Cap sur l" in mail.calendar
    assert "Ancien" not in mail.body + mail.calendar
    with scope(TASK):
        assert {one.title for one in SigningOption.objects.order_by("pk")} == {TITLE}


def test_another_date_is_offered_under_the_title_of_the_convention(stage: Stage) -> None:
    stage.draft()
    retitled(stage)
    (option,) = actions.propose_options(stage.lead, stage.operation.pk, [OPTION], title="Autre, EOS 24-118-0932")
    assert option.title == TITLE


@pytest.mark.parametrize("title", ["Aide à domicile", "Aide, session EOS n° 24 bis"])
def test_the_training_is_the_title_without_the_number_that_ends_it(title: str) -> None:
    assert training_of(convention_title(title, "24-1"), "24-1") == title
    assert training_of(title, "24-1") == title
