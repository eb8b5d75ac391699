"""No sequence of moves ends in a signed convention whose text a signatory did not see, or that lacks a signatory that
the rulebook requires.

What is seen is what the bytes say: the title, who signs. Another who signs is told apart in the proof.

Source: issue of the plan, « Done when » 5."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import Phase, event, example, given, settings
from hypothesis import strategies as st

import endings
from convention.by_code import at, bearer_of, code_sent_to, signs
from convention.ink_stage import deposited, pages_of, scans
from convention.read_bytes import words_of
from convention.signing_stage import NOW, Stage, a_stage
from defi.kernel import clock
from defi.kernel.access import TASK, Actor, Who, scope
from defi.kernel.models import Document, Mail
from defi.kernel.refusals import Refused, Unknown
from defi.kernel.signing.providers import SignedFile
from defi.operations.actions import add_partner, partner_leaves
from defi.operations.models import Partner
from defi.people.models import Network, Organisation
from defi.steps.convention import actions
from defi.steps.convention.actions import Signer
from defi.steps.convention.amending import send_amendment
from defi.steps.convention.ink import actions as ink
from defi.steps.convention.issuing import living_signatories
from defi.steps.convention.models import Amendment, Convention, ScannedPage, Signatory
from defi.steps.convention.required import required_kinds
from defi.steps.convention.sealing import proof_of
from defi.steps.convention.states import SIGNATORY
from defi.steps.pairing.actions import withdraw_promise
from defi.steps.pairing.models import Promise
from factories import a_prescriber, a_promise, actor, an_officer

pytestmark = pytest.mark.django_db

ELSEWHERE = SignedFile("signe.pdf", b"%PDF-1.7\nsigned elsewhere\n%%EOF\n")
SIGNED = {state for state in SIGNATORY.states if state.startswith("signed")}
KINDS = (
    "read",
    "click",
    "code",
    "ink",
    "scan",
    "unscan",
    "outside",
    "refuse",
    "delegate",
    "replace",
    "describe",
    "reach",
    "add",
    "remove",
    "leave",
    "correct",
    "retitle",
    "keep",
    "take_back",
    "send",
    "cancel",
    "draft",
)
OF_IT = tuple(f"{kind}_it" for kind in (*KINDS[:5], *KINDS[6:10], "take_back"))
AMENDING = ("change", "amend", *OF_IT)
# Most runs end in a text that is out and read by nearly all, so that completion is near.
MOVES = st.lists(st.tuples(st.sampled_from(KINDS), st.integers(0, 4)), min_size=4, max_size=7)
LAST_READ = st.sets(st.integers(0, 4), min_size=3)
AMENDED = st.lists(st.tuples(st.sampled_from(AMENDING), st.integers(0, 2)), max_size=9)


@dataclass
class Told:
    """Who saw which texts: `seen` by signatory, as long as the same person is to sign.

    `held`: the signatures that stood after the last move, with the text and the person of each."""

    stage: Stage
    firm: Actor
    chamber: Organisation
    done: set[str]
    now: datetime = field(default_factory=lambda: at(9))
    seen: dict[int, list[str]] = field(default_factory=dict)
    held: dict[int, tuple[str, str]] = field(default_factory=dict)

    def do(self, kind: str, index: int) -> None:
        """One move, refused or not; each two minutes after the one before."""
        self.now += timedelta(minutes=2)
        with clock.at(self.now):
            about = kind.removesuffix("_it")
            rows = self.stage.signatories() if about == kind else self.of_the_amendment()
            try:
                if rows:
                    getattr(self, about)(rows[index % len(rows)])
                    self.done.add(kind)
            except Refused:
                event(f"{kind} refused")

    def of_the_amendment(self) -> list[Signatory]:
        """Those who sign the last one, if there is one."""
        with scope(TASK):
            last = Amendment.objects.filter(convention=self.stage.convention()).last()
            rows = Signatory.objects.filter(amendment=last, amendment__isnull=False).exclude(state="removed")
            related = ("convention", "amendment__convention", "organisation", "person")
            return list(rows.select_related(*related).order_by("pk"))

    def change(self, row: Signatory) -> None:
        """What the firm promises changes, whatever is signed."""
        with scope(TASK):
            promise = Promise.objects.filter(operation=self.stage.operation, state="made").first()
        if promise is None:
            a_promise(self.stage.operation, self.stage.firm, posts=2)
        else:
            withdraw_promise(self.stage.lead, promise.pk, reason="un poste de moins", posts=1)

    def amend(self, row: Signatory) -> None:
        with scope(TASK):
            owed = Amendment.objects.filter(convention=self.stage.convention()).last()
        if owed is None:
            raise Unknown("None is owed.")
        send_amendment(self.stage.lead, owed.pk)

    def read(self, row: Signatory) -> None:
        text = row.text if row.amendment_id else self.stage.convention()
        if not text.is_open:
            raise Unknown("Nothing is out.")
        self.seen.setdefault(row.pk, []).append(text.fingerprint)

    def last(self, row: Signatory) -> str:
        """The text on the page, or the paper, that this signatory has before the eyes: maybe not the one in force."""
        return (self.seen.get(row.pk) or [""])[-1]

    def click(self, row: Signatory) -> None:
        hands = {self.stage.firm.pk: self.firm, self.stage.region.pk: self.stage.officer}
        hand = hands.get(row.organisation_id, self.stage.lead)
        signs(hand, row, self.last(row))

    def code(self, row: Signatory) -> None:
        address = row.person.email if row.person else row.organisation.email
        asked = "ask_amendment" if row.amendment_id else "ask_signature"
        if not Mail.objects.filter(address=address, purpose=f"convention/mail/{asked}").exists():
            raise Unknown("No link was sent.")
        hand = bearer_of(address, asked)
        actions.send_code(hand, row.pk, fingerprint=self.last(row))
        # Meanwhile the person may have read nothing: the code signs what was on its page, nothing newer.
        actions.sign_with_code(hand, row.pk, fingerprint=self.last(row), code=code_sent_to(address))

    def ink(self, row: Signatory) -> None:
        actions.record_ink(self.stage.lead, row.pk, fingerprint=self.last(row))

    def scan(self, row: Signatory) -> None:
        """The paper that this signatory read comes back signed, maybe after another text was sent."""
        paper = Document.objects.filter(sha256=self.last(row)).first()
        if paper is None:
            raise Unknown("Nothing was read.")
        deposited(self.stage.lead, self.stage.operation.pk, pages_of(paper, paper.pages))
        ink.sign_on_page(self.stage.lead, self.papers()[-1].pk, [row.pk])

    def unscan(self, row: Signatory) -> None:
        if not self.papers():
            raise Unknown("Nothing came back.")
        fallen = ink.withdraw_scan(self.stage.lead, self.papers()[-1].pk, reason="page illisible")
        for one in fallen:
            del self.held[one.pk]

    def papers(self) -> list[ScannedPage]:
        return scans(self.stage, "placed")

    def outside(self, row: Signatory) -> None:
        actions.record_outside(self.stage.lead, row.pk, ELSEWHERE, fingerprint=self.last(row))

    def refuse(self, row: Signatory) -> None:
        actions.refuse_to_sign(self.stage.lead, row.pk, reason="dit au téléphone")

    def delegate(self, row: Signatory) -> None:
        actions.delegate(self.stage.lead, row.pk, Signer("Rose", f"Hue {self.now:%H%M}", "adjointe", "r@hue.example"))
        self.seen.pop(row.pk, None)

    def replace(self, row: Signatory) -> None:
        signer = Signer("Ana", f"Roy {self.now:%H%M}", "directrice", "ana@roy.example")
        actions.replace_signer(self.stage.lead, row.pk, signer, reason="a quitté la maison")
        self.seen.pop(row.pk, None)

    def add(self, row: Signatory) -> None:
        added = actions.add_signatory(self.stage.lead, self.stage.operation.pk, self.chamber)
        actions.validate_commitments(self.stage.lead, added.pk, how="phone")

    def remove(self, row: Signatory) -> None:
        rows = self.stage.signatories()
        with scope(TASK):
            gone = set(Partner.objects.exclude(left_on=None).values_list("organisation_id", flat=True))
        mine = next((one for one in rows if one.organisation_id in {self.chamber.pk, *gone}), row)
        actions.remove_signatory(self.stage.lead, mine.pk, reason="ne signe pas")
        self.held.pop(mine.pk, None)

    def leave(self, row: Signatory) -> None:
        """The agency takes part no more."""
        with scope(TASK):
            partner = Partner.objects.get(operation=self.stage.operation, organisation=self.stage.agency)
        partner_leaves(self.stage.officer, partner.pk, reason="se retire du projet")

    def describe(self, row: Signatory) -> None:
        named = actions.describe_signatory(self.stage.lead, row.pk, Signer("Jean", f"Mai {self.now:%H%M}", "gérant"))
        if named.state not in SIGNED:  # else a name is given to who signed
            self.seen.pop(row.pk, None)

    def reach(self, row: Signatory) -> None:
        """Whoever is to sign, or has signed, is reached elsewhere."""
        if row.person is None:
            raise Unknown("Nobody is named.")
        signer = Signer(row.person.first_name, row.person.last_name, "", f"p{self.now:%H%M}@ici.example")
        actions.describe_signatory(self.stage.lead, row.pk, signer)

    def correct(self, row: Signatory) -> None:
        actions.correct_convention(self.stage.lead, self.stage.operation.pk, reason="une erreur")

    def retitle(self, row: Signatory) -> None:
        title = f"DEFI {self.now:%H%M}, session EOS n° 24-118-0932"
        actions.retitle_convention(self.stage.lead, self.stage.operation.pk, title=title)

    def keep(self, row: Signatory) -> None:
        """The correction is abandoned."""
        actions.keep_convention(self.stage.lead, self.stage.operation.pk)

    def take_back(self, row: Signatory) -> None:
        actions.take_back_signature(self.stage.lead, row.pk, reason="notée par erreur")
        del self.held[row.pk]

    def cancel(self, row: Signatory) -> None:
        actions.cancel_convention(self.stage.lead, self.stage.operation.pk, reason="à refaire")

    def draft(self, row: Signatory) -> None:
        actions.draft_convention(self.stage.lead, self.stage.operation.pk)
        self.stage.validate_all()

    def send(self, row: Signatory) -> None:
        actions.send_convention(self.stage.lead, self.stage.operation.pk)

    def check(self) -> None:
        """What must hold after any move, of the convention and of the last amendment to it."""
        convention, held = self.stage.convention(), self.held
        self.held = {}
        self.check_text(convention, self.stage.signatories(), held)
        amended = self.of_the_amendment()
        if amended:
            self.check_text(amended[0].text, amended, held)

    def check_text(self, text: Convention | Amendment, rows: list[Signatory], held: dict[int, tuple[str, str]]) -> None:
        for row in rows:
            if row.state in SIGNED:
                assert row.signed_fingerprint in self.seen.get(row.pk, []), "signed a text never seen"
            elif row.pk in held:
                assert held[row.pk] != (text.fingerprint, str(row.person)), "fell though nothing changed"
        self.held |= {row.pk: (row.signed_fingerprint, str(row.person)) for row in rows if row.state in SIGNED}
        if text.is_open:
            self.check_bytes(text)
        if text.state in {"signed", "cancelled"}:
            event(f"{text.said} signed by all, {text.state}")
            assert {row.signed_fingerprint for row in rows} == {text.fingerprint}
            assert all(row.state in SIGNED for row in rows)
            if isinstance(text, Convention):
                self.check_required(rows)
            self.check_proof(text)

    def check_required(self, rows: list[Signatory]) -> None:
        """One of each kind of the rulebook is among those who signed."""
        operation, kinds = self.stage.operation, set()
        with scope(TASK):
            for row in rows:
                kinds |= {row.organisation.network, str(row.organisation.kind)}
                kinds |= {"provider"} if row.organisation_id == operation.provider_id else set()
            assert set(required_kinds(operation)) <= kinds, "a required signatory is missing"

    def check_bytes(self, text: Convention | Amendment) -> None:
        """What the pages, the mails and the seal say of the text is what its bytes say."""
        assert text.title in self.words(text), "the text bears another title"
        with scope(TASK):
            for row in living_signatories(text):
                assert not row.named or str(row.named) in self.words(text), "the text names somebody else"

    def check_proof(self, text: Convention | Amendment) -> None:
        """Whoever signed is named in the bytes, or the proof says that they sign in the place of another."""
        self.check_bytes(text)
        with scope(TASK):
            proof = proof_of(text, living_signatories(text))
        assert text.title in proof.title
        for one in proof.signatures:
            assert one.in_text == "" or one.in_text in self.words(text)
            assert one.name in {"", one.in_text} or one.stead, "another signed than the one named, and is not told"

    @staticmethod
    def words(text: Convention | Amendment) -> str:
        return words_of(Document.objects.get(pk=text.document_id))


Moves = list[tuple[str, int]]
SEND: Moves = [("send", 0)]


def all_read(*indices: int) -> Moves:
    return [("read", i) for i in indices]


def all_ink(count: int = 6) -> Moves:
    return [("ink", i) for i in range(count)]


# Each kind of move done at least once, with what it leads to: chance alone is not trusted with that.
BY_EACH_WAY: Moves = [
    *SEND,
    *all_read(*range(5)),
    ("click", 0),
    ("code", 1),
    ("scan", 2),
    ("unscan", 2),
    ("refuse", 2),
    ("outside", 3),
    ("delegate", 2),
    ("read", 2),
    ("scan", 2),
    ("correct", 0),
    ("describe", 1),
    ("reach", 2),
    ("retitle", 0),
    ("add", 0),
    *SEND,
    # On the paper and on the page of before.
    ("scan", 2),
    ("click", 0),
    *all_read(*range(6)),
    ("replace", 4),
    ("read", 4),
    ("correct", 0),
    ("remove", 0),
    *SEND,
    *all_read(*range(5)),
    ("ink", 3),
    ("take_back", 3),
    ("correct", 0),
    ("retitle", 0),
    ("keep", 0),
]
LEFT_UNSIGNED: Moves = [*SEND, *all_read(*range(5)), ("leave", 0), ("remove", 0), *all_read(*range(4)), *all_ink(4)]
AMENDED_BY_EACH_WAY: Moves = [
    ("read_it", 0),
    ("read_it", 1),
    ("read_it", 2),
    ("click_it", 0),
    ("scan_it", 1),
    ("change", 0),
    ("amend", 0),
    # On what was read before.
    ("ink_it", 0),
    ("scan_it", 1),
    ("read_it", 0),
    ("read_it", 1),
    ("refuse_it", 0),
    ("delegate_it", 0),
    ("replace_it", 1),
    ("read_it", 0),
    ("read_it", 1),
    ("read_it", 2),
    ("outside_it", 1),
    ("take_back_it", 1),
    ("outside_it", 1),
    ("code_it", 0),
    ("code_it", 2),
    ("ink_it", 0),
    ("cancel", 0),
]


@pytest.fixture(scope="module")
def sent(django_db_setup, django_db_blocker):
    def build() -> tuple[Stage, Actor, Organisation]:
        with clock.at(NOW):
            stage = a_stage()
            chamber = a_prescriber("Chambre de métiers", Network.OTHER, "cm@example.org")
            add_partner(an_officer(), stage.operation.pk, chamber)
            stage.send()
            return stage, actor(Who.SIGNATORY, stage.firm), chamber

    with endings.built_once(django_db_blocker, build) as built:
        yield built


def test_whoever_signed_saw_the_text_whatever_was_corrected_refused_delegated_cancelled_or_amended(sent, db):
    stage, firm, chamber = sent
    done: set[str] = set()

    @settings(
        max_examples=8,
        phases=[Phase.explicit, Phase.generate],
        derandomize=True,
    )
    @example(moves=BY_EACH_WAY, last_read=set(range(5)), signing=[4, 3, 2, 1, 0], twice=True, amended=[])
    @example(moves=[], last_read=set(range(5)), signing=list(range(5)), twice=False, amended=AMENDED_BY_EACH_WAY)
    @example(moves=LEFT_UNSIGNED, last_read=set(range(5)), signing=list(range(5)), twice=False, amended=[])
    @given(moves=MOVES, last_read=LAST_READ, signing=st.permutations(range(5)), twice=st.booleans(), amended=AMENDED)
    def whatever_happens(moves, last_read, signing, twice, amended):
        point = transaction.savepoint()
        try:
            told = Told(stage, firm, chamber, done)
            signed = [("send", 0), *(("read", i) for i in last_read), *(("ink", i) for i in signing)]
            # A second convention, after the first was signed by all and cancelled.
            again = [("cancel", 0), ("draft", 0), *signed] if twice else []
            amending = [("change", 0), ("amend", 0), *amended, ("amend", 0)]
            read = [(kind, i) for kind in ("read_it", "ink_it") for i in range(3)]
            for kind, index in [*moves, *signed, *again, *amending, *read]:
                told.do(kind, index)
                told.check()
        finally:
            transaction.savepoint_rollback(point)

    whatever_happens()
    assert set(KINDS) | set(AMENDING) <= done
