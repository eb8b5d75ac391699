"""Several screens at once: what they commit is seen by all, one of them is refused."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.db import connection

import endings
from defi.kernel.access import TASK, scope
from defi.kernel.refusals import WrongState
from defi.steps.closing import actions
from defi.steps.closing.models import BonusClaim


@pytest.mark.django_db(transaction=True)
def test_two_screens_asking_at_once_make_one_claim():
    ending = endings.begun(seats=6, people=6, paired=6)
    ending.sign_convention()
    with endings.on(date(2025, 12, 1)):
        certificate = actions.request_certificate(ending.coordinator, ending.operation.pk)
        actions.issue_certificate(ending.officer, certificate.pk)

    def ask(_number):
        try:
            with connection.cursor(), endings.on(date(2026, 1, 15)):
                facts = {"kind": "interim", "order_number": "BC-2025-118"}
                return actions.send_claim(ending.coordinator, ending.operation.pk, **facts).state
        except WrongState as refusal:
            return refusal.sentence
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        answers = sorted(pool.map(ask, range(2)))
    assert "déjà été demandée" in answers[0]
    assert answers[1] == "sent"
    with scope(TASK):
        assert BonusClaim.objects.count() == 1
