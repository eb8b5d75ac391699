"""Whatever is asked, by whom, in whatever order: a claim rests on a certificate, a certificate on the minimum, money on
the rulebook, and every refusal has its reason. Through the actions themselves, on the database."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from unittest.mock import patch

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import endings
import factories as make
from defi.kernel import clock
from defi.kernel.access import TASK, scope
from defi.kernel.journal import acting
from defi.kernel.models import JournalEntry
from defi.kernel.refusals import Refused
from defi.operations.actions import entrust
from defi.schemes.rulebook import Rulebook, current
from defi.steps.closing import actions
from defi.steps.closing.models import BonusClaim, CheckRun, ComplianceCertificate
from defi.steps.closing.verifying import verification
from defi.steps.convention.models import Convention
from defi.steps.pairing.actions import admit, refuse_admission
from defi.steps.pairing.models import Finding, Pairing
from defi.steps.sourcing.models import Candidacy
from defi.steps.training.actions import end_session, start_session

pytestmark = pytest.mark.django_db
BOOK = current()
AMOUNT = Decimal("3000.00")
LIVING = ("sent", "correction", "granted", "paid")
WHY = "parce que"


@dataclass
class Stage:
    """The operation of a history, and the day it has come to."""

    ending: endings.Ending
    day: date
    signed: bool = False

    @property
    def pk(self):
        return self.ending.operation.pk

    @property
    def certificate(self):
        row = ComplianceCertificate.objects.filter(operation=self.pk).last()
        return row.pk if row else 0

    @property
    def claim(self):
        row = BonusClaim.objects.filter(operation=self.pk).last()
        return row.pk if row else 0

    # --- what each party may try ---

    def start(self):
        entered = list(Candidacy.objects.filter(session=self.ending.session, state="confirmed"))
        start_session(self.ending.coordinator, self.ending.session.pk, on=self.day, entered=[c.pk for c in entered])

    def pair(self):
        free = Candidacy.objects.filter(session=self.ending.session).exclude(
            pk__in=Pairing.objects.filter(state="active").values("candidacy")
        )
        person = free.first()
        if person:
            make.a_pairing(person, self.ending.promises[0])

    def unpair(self):
        Pairing.objects.filter(pk__in=Pairing.objects.filter(state="active").values("pk")[:1]).update(
            state="ended", ended_on=self.day, ending="employer_withdrew"
        )

    def sign(self):
        if not self.signed:
            self.ending.sign_convention(self.day)
            self.signed = True

    def admit(self):
        admit(self.ending.officer, self.ending.session.pk, reason=WHY)

    def refuse_admission(self):
        refuse_admission(self.ending.officer, self.ending.session.pk, reason=WHY)

    def end(self):
        end_session(self.ending.coordinator, self.ending.session.pk, on=self.day)
        self.ending.refresh()

    def review(self):
        self.ending.refresh()
        self.ending.hold_review(self.day)

    def request(self):
        actions.request_certificate(self.ending.coordinator, self.pk)

    def correct(self):
        actions.ask_certificate_correction(self.ending.officer, self.certificate, reason=WHY)

    def resubmit(self):
        actions.resubmit_certificate(self.ending.coordinator, self.certificate)

    def issue(self):
        actions.issue_certificate(self.ending.officer, self.certificate)

    def refuse(self):
        actions.refuse_certificate(self.ending.officer, self.certificate, reason=WHY)

    def withdraw(self):
        actions.withdraw_certificate(self.ending.officer, self.certificate, reason=WHY)

    def ask_interim(self):
        actions.send_claim(self.ending.coordinator, self.pk, kind="interim", order_number="BC-1")

    def ask_balance(self):
        actions.send_claim(self.ending.coordinator, self.pk, kind="balance", order_number="BC-1")

    def waive(self):
        actions.waive_claim(self.ending.coordinator, self.pk, reason=WHY)

    def correct_claim(self):
        actions.ask_claim_correction(self.ending.office, self.claim, reason=WHY)

    def resend(self):
        actions.resend_claim(self.ending.coordinator, self.claim)

    def grant(self):
        actions.grant_claim(self.ending.office, self.claim, reason=WHY)

    def grant_without_reason(self):
        actions.grant_claim(self.ending.office, self.claim, reason=" ")

    def refuse_claim(self):
        actions.refuse_claim(self.ending.office, self.claim, reason=WHY)

    def pay(self):
        actions.pay_claim(self.ending.office, self.claim, paid_on=self.day)

    def pay_more(self):
        actions.pay_claim(self.ending.office, self.claim, paid_on=self.day, amount=AMOUNT + Decimal("0.01"))

    def provider_pays_itself(self):
        actions.pay_claim(self.ending.coordinator, self.claim, paid_on=self.day)

    def another_holder(self):
        with acting(self.ending.officer, "operation.add_partner") as act:
            entrust(act, self.ending.operation, self.ending.operation.provider, make.a_provider("Groupement"))


PATH = ("start", "sign", "request", "issue", "ask_interim", "grant", "pay")
"""The straight way to a payment: histories leave it anywhere."""
TURNS = ("withdraw", "refuse_claim", "correct_claim", "resend", "unpair", "another_holder")
"""What undoes something on that way."""
EVENTS = [
    name for name in vars(Stage) if not name.startswith("_") and name not in {"pk", "certificate", "claim", "day"}
]
EVENTS = [name for name in EVENTS if callable(vars(Stage)[name])]


@pytest.fixture(scope="module")
def full(django_db_setup, django_db_blocker):
    with endings.built_once(django_db_blocker, lambda: endings.prepared(seats=7, people=7, paired=0)) as built:
        yield built


def minimum(entered):
    """The table of the rulebook, read by hand."""
    return BOOK.conformity.table.get(entered)


def assert_it_holds(stage, paired_at_start):
    certificates = list(ComplianceCertificate.objects.filter(operation=stage.pk))
    claims = list(BonusClaim.objects.filter(operation=stage.pk).select_related("certificate"))
    assert sum(row.state not in {"refused", "withdrawn"} for row in certificates) <= 1
    for row in certificates:
        if row.state in {"issued", "withdrawn"}:
            finding = Finding.objects.get(operation=stage.pk)
            assert finding.paired == paired_at_start >= minimum(finding.entered)
            assert Convention.objects.filter(operation=stage.pk, state="signed").exists()
            entered = Candidacy.objects.filter(session=stage.ending.session, entered_on=finding.found_on)
            assert finding.entered == entered.count()
            assert verification(row.code).valid == (row.state == "issued")
        if row.state in {"refused", "withdrawn", "correction"}:
            assert row.decision_reason == WHY
    for row in claims:
        if row.state in LIVING:
            assert row.certificate.state == "issued"
        if row.state in {"refused", "granted", "waived", "correction", "paid"}:
            assert WHY in row.decision_reason
        if row.kind:
            assert CheckRun.objects.filter(claim=row, verb="claim.send", passed=True).count() == 1
        if row.state == "paid":
            assert CheckRun.objects.filter(claim=row, verb="claim.pay", passed=True).count() == 1
    paid = [row.amount for row in claims if row.state == "paid"]
    assert len(paid) <= 1
    assert sum(paid) <= AMOUNT
    blocked = CheckRun.objects.filter(operation=stage.pk, claim__isnull=False, passed=False)
    assert all(any(line["blocks"] and not line["found"] for line in run.results) for run in blocked)


def told_of(stage):
    """What the file holds, to see that a refusal leaves it as it was; a run that blocks is kept on purpose."""
    return (
        list(ComplianceCertificate.objects.filter(operation=stage.pk).values_list("pk", "version", "state")),
        list(BonusClaim.objects.filter(operation=stage.pk).values_list("pk", "version", "state")),
        JournalEntry.objects.filter(file_id=stage.pk).exclude(verb="claim.control").count(),
    )


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    st.integers(4, 7),
    st.integers(0, len(PATH)),
    st.lists(
        st.one_of(st.sampled_from(TURNS), st.sampled_from(PATH), st.sampled_from(EVENTS)), min_size=4, max_size=14
    ),
)
def test_no_history_pays_what_is_not_due(full, paired, straight, events):
    with transaction.atomic(), patch.object(Rulebook, "bonus_on", lambda book, day: AMOUNT):
        full.refresh()
        stage, counted = Stage(full, endings.FIRST), None
        with clock.at(stage.day), scope(TASK):
            for _ in range(paired):
                stage.pair()
        for event in (*PATH[:straight], *events):
            with clock.at(stage.day), scope(TASK):
                before = told_of(stage)
                try:
                    getattr(stage, event)()
                except Refused as refusal:
                    sentence = refusal.sentence
                else:
                    sentence = ""
                assert not sentence or (sentence.strip() and told_of(stage) == before)
                if counted is None and Finding.objects.filter(operation=stage.pk).exists():
                    counted = Pairing.objects.filter(operation=stage.pk, state="active").count()
                assert_it_holds(stage, counted)
            stage.day += timedelta(days=1)
        transaction.set_rollback(True)


def test_a_history_that_pays_is_reachable(full):
    with transaction.atomic(), patch.object(Rulebook, "bonus_on", lambda book, day: AMOUNT):
        full.refresh()
        stage = Stage(full, endings.FIRST)
        with clock.at(stage.day), scope(TASK):
            for _ in range(7):
                stage.pair()
            for event in ("start", "sign", "request", "issue", "ask_interim", "grant", "pay"):
                getattr(stage, event)()
            assert BonusClaim.objects.get().state == "paid"
            assert_it_holds(stage, 7)
        transaction.set_rollback(True)
