"""A convention that all have signed, and what happens to it since."""

from __future__ import annotations

from convention.signing_stage import Stage
from defi.kernel.access import TASK, scope
from defi.people.models import Organisation
from defi.steps.convention import actions
from defi.steps.convention.amending import said_of, send_amendment
from defi.steps.convention.models import Amendment, Signatory
from defi.steps.pairing.actions import withdraw_promise
from defi.steps.pairing.models import Promise
from factories import a_promise, an_employer

SERVICE = "direction@service.example"


def firm(name: str) -> Organisation:
    return Organisation.objects.get(name=name)


def withdraws(stage: Stage, name: str = "Service Plus", posts: int | None = None) -> None:
    with scope(TASK):
        promise = Promise.objects.get(operation=stage.operation, employer__name=name, state="made")
    withdraw_promise(stage.lead, promise.pk, reason="le marché est perdu", posts=posts)


def the_amendment() -> Amendment:
    with scope(TASK):
        return Amendment.objects.select_related("convention", "document", "operation").latest("pk")


def said(amendment: Amendment | None = None) -> str:
    with scope(TASK):
        return " ".join(said_of(amendment or the_amendment()).sentences).replace("\xa0", " ")


def signing(amendment: Amendment | None = None) -> dict[str, Signatory]:
    with scope(TASK):
        rows = Signatory.objects.filter(amendment=amendment or the_amendment()).exclude(state="removed")
        return {row.organisation.name: row for row in rows.select_related("organisation", "person")}


def sent(stage: Stage) -> Amendment:
    return send_amendment(stage.lead, the_amendment().pk)


def signed_by_all(stage: Stage) -> Stage:
    """Two firms promise two posts each, and all have signed in ink."""
    a_promise(stage.operation, an_employer("Service Plus", email=SERVICE), posts=2)
    stage.send()
    for signatory in stage.signatories():
        actions.record_ink(stage.lead, signatory.pk)
    assert stage.convention().state == "signed"
    return stage
