"""The agreement of a period, once signed by the three: sealed with its proof, read by whoever sees the period."""

import io
import json
from datetime import date

import pikepdf
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

import factories
from browsing import browser, page
from defi.kernel import clock
from defi.kernel.access import Who
from defi.kernel.models import Document, JournalEntry, Mail
from defi.kernel.signing.verification import Answer, examine
from defi.steps.training import actions, sealing
from defi.steps.training.models import Placement
from sealing import an_installation
from training.conftest import no_name_in_the_journal
from training.periods import agreed, facts_of, paper, planned
from training.test_agreements import hand, sign_by_link


def proof_in(content):
    with pikepdf.open(io.BytesIO(content)) as pdf:
        return json.loads(pdf.attachments["preuve.json"].get_file().read_bytes())


def signed_three_ways(stage):
    """The tutor from a link with a code, the trainee with an account, the provider in ink."""
    placement = planned(stage)
    sign_by_link(hand(placement, organisation_id=stage.employer.pk), placement)
    actions.sign_placement(stage.as_trainee(0), placement.pk)
    actions.record_signed_paper(stage.coordinator, placement.pk, ["provider"], paper())
    placement.refresh_from_db()
    an_installation()
    return placement


def test_the_last_of_the_three_asks_the_worker_for_the_seal(running):
    placement = planned(running)
    for actor in (running.as_trainee(0), running.tutor):
        actions.sign_placement(actor, placement.pk)
    assert not ProcrastinateJob.objects.filter(task_name="seal_agreement").exists()
    an_installation()
    assert sealing.seal_agreement(placement.pk) is None
    actions.sign_placement(running.coordinator, placement.pk)
    (job,) = ProcrastinateJob.objects.filter(task_name="seal_agreement")
    assert job.args == {"placement_id": placement.pk}


def test_the_sealed_agreement_holds_the_signed_bytes_and_says_who_signed_and_how(running):
    placement = signed_three_ways(running)
    text = placement.agreement
    sealed = sealing.seal_agreement(placement.pk)
    assert sealing.seal_agreement(placement.pk) == sealed
    assert sealing.seal_what_waits() == 0
    assert bytes(sealed.content).startswith(bytes(text.content))
    assert (sealed.number, sealed.kind) == (f"{text.number}-S", "placement-agreement-sealed")
    proof = proof_in(bytes(sealed.content))
    assert [edition["sha256"] for edition in proof["editions"]] == [text.sha256]
    given = {one["quality"]: one for one in proof["signatures"]}
    assert {quality: one["way"] for quality, one in given.items()} == {
        "pour l'entreprise": "click",
        "stagiaire": "account",
        "pour l'organisme de formation": "ink",
    }
    firm = given["pour l'entreprise"]
    assert (firm["name"], firm["organisation"]) == ("Rose Tuteur", "Les Tilleuls")
    assert [one["kind"] for one in firm["evidence"]] == ["link", "code"]
    assert [one["kind"] for one in given["pour l'organisme de formation"]["evidence"]] == ["scan"]
    assert {one["sha256"] for one in given.values()} == {text.sha256}
    assert "@" not in json.dumps(proof)
    assert examine(bytes(sealed.content)).answer is Answer.SEALED
    assert JournalEntry.objects.filter(verb="placement.seal").count() == 1
    assert no_name_in_the_journal(running)


def test_the_seal_takes_its_locks_in_the_order_of_every_action_the_operation_first(running):
    placement = signed_three_ways(running)
    with CaptureQueriesContext(connection) as asked:
        assert sealing.seal_agreement(placement.pk)
    locks = [query["sql"] for query in asked if "FOR UPDATE" in query["sql"]]
    assert 'FROM "operations_operation"' in locks[0]
    assert 'FROM "training_placement"' in locks[1]


def test_whoever_sees_the_period_reads_the_sealed_file_and_nobody_else(running):
    placement = signed_three_ways(running)
    sealed = sealing.seal_agreement(placement.pk)
    for actor in (running.coordinator, running.tutor, running.as_trainee(0), running.officer):
        assert "signée et scellée" in page(browser(actor), "training:placement", placement.pk)
        read = browser(actor).get(f"/periodes/{placement.pk}/convention/")
        assert read.content == bytes(sealed.content)
        assert browser(actor).get(reverse("document", args=[sealed.code])).status_code == 200
    other = factories.actor(Who.RECRUITER, factories.an_employer("Maison Bel-Air"))
    for actor in (running.stranger, other, running.as_trainee(1)):
        page(browser(actor), "document", sealed.code, status=404)


def test_what_waits_is_sealed_later_and_a_changed_period_cancels_its_seal(running):
    an_installation()
    placement, gone = agreed(running), agreed(running, 1)
    actions.cancel_placement(running.coordinator, gone.pk, reason="Le tuteur est absent.")
    assert sealing.seal_what_waits() == 1
    placement = Placement.objects.get(pk=placement.pk)
    number = placement.agreement.number
    with clock.at(date(2025, 11, 5)):
        actions.change_placement(running.coordinator, placement.pk, facts_of(running, aims="Le service du soir"))
    assert set(Document.objects.filter(number__startswith=number).values_list("cancelled_on", flat=True)) == {
        date(2025, 11, 5)
    }
    assert sealing.seal_what_waits() == 0
    assert Mail.objects.filter(purpose="training/mail/placement_agreed").count() == 2
