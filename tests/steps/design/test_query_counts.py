"""The pages of the plan ask as many questions of the database for a small plan as for a large one."""

import re
from datetime import date

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from defi.kernel import clock
from defi.kernel.access import TASK, scope
from defi.kernel.models import Mail
from defi.steps.design import turns
from defi.steps.design.models import Module, PlanCompetence, Remark
from design.large import a_large_plan

pytestmark = pytest.mark.django_db

DAY = date(2025, 6, 12)
SMALL, LARGE = (2, 2, 1), (40, 30, 9)
MOST = 30


def counted(client, addresses, *, twice):
    """How many queries each page makes; `twice` leaves aside what is asked once in the life of the program."""
    found = {}
    for name, address in addresses.items():
        if twice:
            client.get(address)
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(address)
        assert answer.status_code == 200, f"{name}: {answer.status_code}"
        found[name] = len(queries)
    return found


def signed_in(account):
    client = Client()
    client.force_login(account)
    return client


def costs(size, *, twice=False):
    """The queries of every page, in preparation then submitted; all is undone."""
    point = transaction.savepoint()
    with clock.at(DAY):
        large = a_large_plan(*size)
        plan = large.plan.pk
        with scope(TASK):
            module, competence = (
                Module.objects.filter(plan=plan).last(),
                PlanCompetence.objects.filter(plan=plan).last(),
            )
            remark = Remark.objects.filter(plan=plan).last()
        found = counted(
            signed_in(large.lead),
            {
                "plan": f"/operations/{large.operation.pk}/ingenierie/",
                "grid": f"/plans/{plan}/grille/",
                "pass on": f"/plans/{plan}/passer/",
                "editions": f"/plans/{plan}/editions/",
                "remark": f"/plans/{plan}/remarques/",
                "answer": f"/remarques/{remark.pk}/repondre/",
                "module": f"/modules/{module.pk}/",
                "competence": f"/competences/{competence.pk}/",
                "calendar": f"/plans/{plan}/calendrier/",
                "week": f"/plans/{plan}/calendrier/semaine/2025-09-08/",
            },
            twice=twice,
        )
        turns.submit_plan(large.coordinator, plan)
        body = Mail.objects.filter(address="b@mesure.invalid", purpose="design/mail/plan_passed").latest("pk").body
        found |= counted(
            signed_in(large.officer),
            {
                "plan, submitted": f"/operations/{large.operation.pk}/ingenierie/",
                "grid, submitted": f"/plans/{plan}/grille/",
                "editions, submitted": f"/plans/{plan}/editions/?de=1&a=2",
            },
            twice=twice,
        )
        found |= counted(Client(), {"by link": re.search(r"/lien/\S+", body)[0]}, twice=twice)
    transaction.savepoint_rollback(point)
    return found


def test_a_large_plan_asks_no_more_than_a_small_one():
    small = costs(SMALL, twice=True)
    assert costs(LARGE) == small
    assert max(small.values()) < MOST, small
