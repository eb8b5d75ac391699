"""The immersion sheet that comes back from the firm is known by the code of its page: never noted for somebody else."""

import io

import pypdfium2
import pytest

from defi.kernel import clock
from defi.kernel.files.models import StoredFile
from defi.kernel.refusals import Invalid
from defi.steps.training import actions
from defi.steps.training.models import CompanyPresence, SheetScan
from training.periods import LAST, agreed, in_the_evening, there
from training.periods import paper as a_blank_page


def photo(document):
    """The first page of a printed paper, as a copier gives it."""
    kept = io.BytesIO()
    with pypdfium2.PdfDocument(bytes(document.content)) as pdf:
        pdf[0].render(scale=150 / 72, grayscale=True).to_pil().convert("L").save(kept, "JPEG", quality=60)
    return ("photo.jpg", kept.getvalue())


def test_the_sheet_of_this_period_is_taken_and_that_of_another_is_refused(running):
    mine, other = agreed(running), agreed(running, 1)
    printed, wrong = (actions.print_immersion(running.coordinator, one.pk) for one in (mine, other))
    with clock.at(in_the_evening(LAST)):
        with pytest.raises(Invalid, match=rf"fiche d'immersion {wrong.number}, .* : Bruno") as refused:
            actions.record_presence(running.trainer, mine.pk, there(), photo(wrong))
        assert list(refused.value.fields) == ["file"]
        assert not CompanyPresence.objects.exists()
        assert not StoredFile.objects.exists()
        assert len(actions.record_presence(running.trainer, mine.pk, there(), photo(printed))) == 4
        # A paper of the firm's own bears no code: a person says whose it is.
        assert len(actions.record_presence(running.trainer, other.pk, there(), a_blank_page())) == 4


def test_the_attendance_sheet_of_the_centre_is_not_a_presence_in_the_firm(running):
    placement = agreed(running)
    sheet = actions.print_sheets(running.coordinator, running.session.pk, [running.sheet().pk])
    with clock.at(in_the_evening(LAST)), pytest.raises(Invalid, match=f"Ce papier est le document {sheet.number}"):
        actions.record_presence(running.trainer, placement.pk, there(), photo(sheet))


def test_a_sheet_of_the_firm_laid_among_those_of_the_centre_is_told_where_it_goes(running):
    printed = actions.print_immersion(running.coordinator, agreed(running).pk)
    with pytest.raises(Invalid, match="de la période chez Les Tilleuls : Amina") as refused:
        actions.deposit_papers(running.coordinator, running.operation.pk, [photo(printed)])
    assert printed.number in refused.value.sentence
    assert not SheetScan.objects.exists()
