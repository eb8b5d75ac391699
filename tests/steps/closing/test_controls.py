"""What the paying office checks, by named checks; each run is kept, so that each non-payment has its reason."""

import csv
import hashlib
import io
import zipfile
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

import endings
import factories as make
from defi.journey.telling import tell
from defi.kernel.access import Who, scope
from defi.kernel.documents.french import long_date
from defi.kernel.journal import acting
from defi.kernel.models import JournalEntry
from defi.kernel.refusals import Invalid, NotAllowed, Stale, WrongState
from defi.operations.actions import entrust, record_order
from defi.schemes.conformity import Counts, conformity
from defi.schemes.rulebook import Rulebook, current
from defi.steps.closing import actions
from defi.steps.closing.claim_checks import NAMED, ClaimFacts, claim_checks, claim_gaps
from defi.steps.closing.models import CheckRun
from defi.steps.closing.packing import claim_pack

pytestmark = pytest.mark.django_db
WINTER, SPRING, DAY = date(2025, 12, 1), date(2026, 1, 15), date(2026, 2, 2)
BOOK = current()
SIX = conformity(BOOK.conformity, Counts(6, 6, 6))
GOOD = ClaimFacts(
    kind="interim",
    sent_on=SPRING,
    amount=Decimal("3000.00"),
    amount_due=Decimal("3000.00"),
    order_number="BC-1",
    session_order="BC-1",
    eos_number="25-118-0932",
    eos_requested_on=SPRING,
    eos_kind="interim",
    certificate="issued",
    certificate_number="ATT-2025-0001",
    held_by_holder=True,
    holder="Atelier du Loir",
    conformity=SIX,
    found_on=endings.FIRST,
    started_on=endings.FIRST,
    balance=(),
    pieces=3,
    paid_before=False,
)


class TestEachCheck:
    def test_a_whole_claim_passes_them_all(self):
        assert [check.key for check in claim_checks(BOOK, GOOD) if not check.found] == []

    @pytest.mark.parametrize(
        ("key", "changes", "word"),
        [
            ("certificate", {"certificate": "withdrawn"}, "a été retirée"),
            ("certificate", {"certificate": "requested"}, "Aucune attestation"),
            ("conformity", {"conformity": conformity(BOOK.conformity, Counts(6, 6, 5))}, "pas DEFI"),
            ("conformity", {"found_on": None}, "n'est pas constatée"),
            ("holder", {"held_by_holder": False}, "n'est plus le titulaire"),
            ("kind", {"started_on": None}, "à partir du démarrage"),
            ("order_number", {"order_number": ""}, "Aucun bon"),
            ("order_number", {"session_order": "BC-2"}, "BC-2"),
            ("eos_number", {"eos_number": ""}, "numéro EOS"),
            ("eos_request", {"eos_requested_on": None}, "pas encore notée"),
            (
                "eos_request",
                {"eos_kind": "balance"},
                "le 15\xa0janvier\xa02026, la prime a été demandée sur le solde",
            ),
            ("eos_request", {"eos_kind": "balance"}, "ici, sur l'acompte"),
            ("unchanged", {"stale": ("Un avenant est dû.",)}, "avenant est dû"),
            (
                "unchanged",
                {"stale": ("La prime est payée.",), "paid_on": DAY, "decided_on": SPRING},
                "La prime est payée",
            ),
            ("pieces", {"pieces": 2}, "2 sur 3"),
            ("pieces", {"pieces": 3, "amendments": 1}, "son avenant signé) : 3 sur 4"),
            ("amount", {"amount": Decimal("3000.01")}, "montant du règlement"),
            ("amount", {"amount": None}, "à fixer"),
            ("amount", {"amount_due": None}, "à fixer"),
            ("once", {"paid_before": True}, "déjà été payée"),
        ],
    )
    def test_it_is_named_when_it_fails_and_alone(self, key, changes, word):
        failed = [check for check in claim_checks(BOOK, replace(GOOD, **changes)) if not check.found]
        assert [check.key for check in failed] == [key]
        assert word in failed[0].facts

    def test_of_a_withdrawn_certificate_nothing_is_said_to_hold_and_what_differs_is_named(self):
        withdrawn = replace(GOOD, certificate="withdrawn")
        [same] = [check for check in claim_checks(BOOK, withdrawn) if check.key == "unchanged"]
        assert "retirée portait les dates" in same.facts
        moved = replace(withdrawn, stale=("L'attestation retirée portait d'autres faits.",))
        assert [gap.key for gap in claim_gaps(claim_checks(BOOK, moved))] == ["certificate", "unchanged"]

    def test_a_session_that_changes_once_the_bonus_is_paid_is_shown_and_blocks_nothing(self):
        paid = replace(GOOD, stale=("La session est maintenant plus longue.",), paid_on=DAY, decided_on=SPRING)
        assert [check.key for check in claim_checks(BOOK, paid) if not check.found] == ["unchanged"]
        assert claim_gaps(claim_checks(BOOK, paid)) == []
        assert claim_gaps(claim_checks(BOOK, replace(paid, paid_on=None))) != []

    def test_a_typed_amount_once_paid_says_what_was_paid_and_by_what_and_blocks_nothing(self):
        paid = {
            "amount_due": None,
            "amount": Decimal("3000.10"),
            "paid_on": DAY,
            "decided_on": SPRING,
            "rules": "DEFI 1",
        }
        [check] = [one for one in claim_checks(BOOK, replace(GOOD, **paid)) if one.key == "amount"]
        assert check.found
        for words in (
            "2\xa0février\xa02026",
            "3\u202f000,10",
            "DEFI 1",
            "la Région a accordé la prime",
            "15\xa0janvier\xa02026",
        ):
            assert words in check.facts
        assert claim_gaps(claim_checks(BOOK, replace(GOOD, **paid))) == []

    @pytest.mark.parametrize(("paid", "found"), [("3000.00", True), ("2999.99", True), ("3000.01", False)])
    def test_the_rulebook_s_amount_is_a_ceiling_of_what_was_paid(self, paid, found):
        facts = replace(GOOD, amount=Decimal(paid), paid_on=DAY)
        [check] = [one for one in claim_checks(BOOK, facts) if one.key == "amount"]
        assert check.found is found
        assert "2\xa0février\xa02026" in check.facts

    def test_without_an_amount_in_the_rulebook_none_is_expected(self):
        assert claim_gaps(claim_checks(BOOK, replace(GOOD, amount=None, amount_due=None))) == []

    def test_which_of_them_block_is_the_rulebook_s_choice(self):
        assert {named.key for named in NAMED} >= BOOK.claim_blocks
        unasked = replace(GOOD, eos_requested_on=None)
        assert claim_gaps(claim_checks(BOOK, unasked)) == []
        stricter = replace(BOOK, claim_blocks=BOOK.claim_blocks | {"eos_request"})
        assert [gap.key for gap in claim_gaps(claim_checks(stricter, unasked))] == ["eos_request"]


@pytest.fixture(scope="module")
def full(django_db_setup, django_db_blocker):
    def build():
        ending = endings.begun(seats=6, people=6, paired=6)
        ending.sign_convention()
        with endings.on(WINTER):
            certificate = actions.request_certificate(ending.coordinator, ending.operation.pk)
            actions.issue_certificate(ending.officer, certificate.pk)
        return ending

    with endings.built_once(django_db_blocker, build) as built:
        yield built


@pytest.fixture
def asked(ending):
    with endings.on(SPRING):
        return actions.send_claim(ending.coordinator, ending.operation.pk, kind="interim", order_number="BC-1")


def runs(claim):
    with scope(endings.TASK):
        return [(run.verb, run.passed, run.reason) for run in CheckRun.objects.filter(claim=claim)]


def another_holder(ending):
    with acting(ending.officer, "operation.add_partner") as act:
        entrust(act, ending.operation, ending.operation.provider, make.a_provider("Groupement Dunois"))


class TestRuns:
    def test_each_decision_keeps_its_own_with_its_reason(self, ending, asked):
        with endings.on(DAY):
            actions.ask_claim_correction(ending.office, asked.pk, reason="bon illisible")
            actions.resend_claim(ending.coordinator, asked.pk, reply="bon scanné de nouveau")
            actions.grant_claim(ending.office, asked.pk, reason="complet")
            actions.pay_claim(ending.office, asked.pk, paid_on=DAY, amount=Decimal("3000.00"))
        assert runs(asked) == [
            ("claim.send", True, ""),
            ("claim.ask_correction", True, "bon illisible"),
            ("claim.resend", True, "bon scanné de nouveau"),
            ("claim.grant", True, "complet"),
            ("claim.pay", True, ""),
        ]

    def test_what_blocks_a_grant_is_kept_although_the_grant_is_refused(self, ending, asked):
        with endings.on(DAY):
            another_holder(ending)
            with pytest.raises(Invalid, match="n'est plus le titulaire"):
                actions.grant_claim(ending.office, asked.pk, reason="complet")
        assert runs(asked)[-1] == ("claim.control", False, "")
        asked.refresh_from_db()
        assert asked.state == "sent"

    def test_what_changed_between_the_grant_and_the_payment_stops_the_payment(self, ending, asked):
        with endings.on(DAY):
            actions.grant_claim(ending.office, asked.pk, reason="complet")
            another_holder(ending)
            with pytest.raises(Invalid, match="ne peut pas être payée"):
                actions.pay_claim(ending.office, asked.pk, paid_on=DAY, amount=Decimal("3000.00"))
        assert [verb for verb, passed, _reason in runs(asked) if not passed] == ["claim.control"]

    def test_the_office_may_look_without_deciding_and_nobody_else(self, ending, asked):
        with endings.on(DAY):
            assert actions.control_claim(ending.office, asked.pk).passed
            with pytest.raises(NotAllowed):
                actions.control_claim(ending.coordinator, asked.pk)
            actions.refuse_claim(ending.office, asked.pk, reason="hors délai")
            with pytest.raises(WrongState, match="plus rien à contrôler"):
                actions.control_claim(ending.office, asked.pk)

    def test_an_old_page_decides_nothing_and_keeps_nothing(self, ending, asked):
        with endings.on(DAY):
            actions.ask_claim_correction(ending.office, asked.pk, reason="bon illisible", version=asked.version)
            actions.resend_claim(ending.coordinator, asked.pk)
            before = runs(asked)
            for act in (
                lambda: actions.grant_claim(ending.office, asked.pk, reason="complet", version=asked.version),
                lambda: actions.refuse_claim(ending.office, asked.pk, reason="non", version=asked.version),
            ):
                with pytest.raises(Stale, match="modifiée pendant que vous la lisiez"):
                    act()
        assert runs(asked) == before

    def test_a_provider_reads_the_runs_of_its_own_and_an_employer_none(self, ending, asked):
        for actor, count in (
            (ending.coordinator, 1),
            (ending.office, 1),
            (make.actor(Who.SIGNATORY, ending.employers[0]), 0),
            (ending.stranger, 0),
        ):
            with scope(actor):
                assert CheckRun.objects.visible_to(actor).filter(claim=asked).count() == count


class TestAsking:
    def test_the_order_is_the_session_s(self, ending):
        with endings.on(SPRING):
            record_order(ending.coordinator, ending.session.pk, "BC-7")
            with pytest.raises(Invalid) as refusal:
                actions.send_claim(ending.coordinator, ending.operation.pk, kind="interim", order_number="BC-8")
        assert "BC-7" in refusal.value.fields["order_number"]

    def test_what_eos_was_asked_on_is_typed_back_and_a_difference_shows(self, ending, asked):
        with endings.on(DAY):
            row = actions.record_claim_in_eos(ending.coordinator, asked.pk, on=DAY, kind="balance")
            assert row.eos_kind == "balance"
            with pytest.raises(Invalid, match="acompte ou sur le solde"):
                actions.record_claim_in_eos(ending.coordinator, asked.pk, on=DAY, kind="autre")
            found = actions.control_claim(ending.office, asked.pk).results
        entries = JournalEntry.objects.filter(verb="claim.record_eos")
        (line,) = tell(entries, ending.coordinator)
        assert line.sentence == f"Noter la demande faite dans EOS : solde, le {long_date(DAY)}"
        (unseen,) = tell(entries, ending.stranger)
        assert "solde" not in unseen.sentence
        assert [check["facts"] for check in found if check["key"] == "eos_request" and not check["found"]]

    def test_the_amount_is_that_of_the_rulebook_the_day_it_was_sent(self, ending, monkeypatch):
        amounts = {SPRING: Decimal("3000.00"), DAY: Decimal("3200.00")}
        monkeypatch.setattr(Rulebook, "bonus_on", lambda book, day: amounts[day])
        with endings.on(SPRING):
            row = actions.send_claim(ending.coordinator, ending.operation.pk, kind="interim", order_number="BC-1")
        with endings.on(DAY):
            actions.grant_claim(ending.office, row.pk, reason="complet")
            with pytest.raises(Invalid, match="ne se modifie pas"):
                actions.pay_claim(ending.office, row.pk, paid_on=DAY, amount=Decimal("3200.00"))
            assert actions.pay_claim(ending.office, row.pk, paid_on=DAY).amount == Decimal("3000.00")

    def test_the_mail_carries_the_request_and_the_address_of_the_pack(self, ending, asked):
        [mail] = endings.mails_about("Demande de prime")
        assert mail.document_id == asked.document_id
        assert f"/primes/{asked.pk}/dossier.zip" in mail.body


class TestThePack:
    def test_its_manifest_gives_the_fingerprint_of_each_file(self, ending, asked):
        with endings.on(DAY):
            actions.control_claim(ending.office, asked.pk)
            with scope(ending.office):
                asked = type(asked).objects.select_related("certificate", "document").get(pk=asked.pk)
                content = claim_pack(ending.office, asked)
                assert claim_pack(ending.office, asked) == content
        archive = zipfile.ZipFile(io.BytesIO(content))
        told = list(csv.reader(io.StringIO(archive.read("manifeste.csv").decode("utf-8-sig")), delimiter=";"))[1:]
        assert {line[0] for line in told} == set(archive.namelist()) - {"manifeste.csv"}
        for name, _label, _day, size, sha256 in told:
            held = archive.read(name)
            assert (int(size), sha256) == (len(held), hashlib.sha256(held).hexdigest())
        names = archive.namelist()
        assert any(name.startswith("PRIME-") for name in names)
        assert any(name.startswith("ATT-") for name in names)
        assert "Contrôler la demande de prime" in archive.read("controles.csv").decode("utf-8-sig")
