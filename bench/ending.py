"""What became of the trainees of a made-up operation: results, contracts, situations, certificate, bonus, closing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from defi.kernel import clock
from defi.operations.models import Meeting, Operation
from defi.people.models import Organisation
from defi.schemes.months import add_months
from defi.steps.closing.models import BonusClaim, ComplianceCertificate, EosClosure
from defi.steps.followup.models import FollowUpReport, Situation
from defi.steps.review.models import CertificationResult, EmploymentContract, NoHire

LEFT_LATE = 60
MOMENTS = {"exit": 0, "m3": 3, "m6": 6}
RESULTS = ("full",) * 7 + ("blocks", "blocks", "failed", "not_presented")
STATUSES = ("promised_employer",) * 5 + ("other_employer",) * 2 + ("business", "training", "looking", "not_reached")
ALPHABET = "ABCDEFGHJKMNPQRSTVWXYZ23456789"


@dataclass(frozen=True)
class Trainee:
    """Somebody who entered: their promise when they were paired with it, its firm, their exit."""

    candidacy: int
    left_on: date
    promise: int
    employer: Organisation
    paired: bool


@dataclass
class Ending:
    """The last steps of one operation, `told` as far as its session."""

    told: Any
    provider: Organisation
    trainees: list[Trainee]

    def tell(self) -> None:
        self.told.add(Meeting, kind="review", held_on=self.told.end)
        for trainee in self.trainees:
            self._result(trainee)
            self._contract(trainee)
            self._situations(trainee)
        self._bonus()

    def _result(self, trainee: Trainee) -> None:
        if self.told.chance.random() < 0.93:
            result = self.told.chance.choice(RESULTS)
            self.told.add(CertificationResult, candidacy_id=trainee.candidacy, result=result, on=self.told.end)

    def _contract(self, trainee: Trainee) -> None:
        odds = self.told.chance.random()
        day = self.told.end + timedelta(days=5)
        if odds < 0.7:
            kept = trainee.paired and odds < 0.5
            self.told.add(
                EmploymentContract,
                candidacy_id=trainee.candidacy,
                promise_id=trainee.promise if kept else None,
                employer_id=trainee.employer.pk if kept else None,
                employer_name=trainee.employer.name if kept else "Autre entreprise d'essai",
                contract="cdi",
                starts_on=day,
                recorded_on=day,
            )
        elif odds < 0.9:
            why = self.told.chance.choice(NoHire.Why.values)
            self.told.add(NoHire, candidacy_id=trainee.candidacy, why=why, recorded_on=day)

    def _situations(self, trainee: Trainee) -> None:
        for moment, months in MOMENTS.items():
            due = add_months(trainee.left_on, months)
            if due > clock.today() or self.told.chance.random() < 0.05:
                continue
            status = self.told.chance.choice(STATUSES)
            employed = status in {"promised_employer", "other_employer"}
            self.told.add(
                Situation,
                candidacy_id=trainee.candidacy,
                moment=moment,
                due_on=due,
                status=status,
                contract="cdi" if employed else "",
                lasting=True if employed else None,
                how="phone",
                recorded_on=due,
            )

    def _bonus(self) -> None:
        """Certificate, claim, closing in EOS, reports; half of the operations old enough are closed."""
        asked = self.told.end + timedelta(days=20)
        number = f"ATT-ESSAI-{self.told.operation:06d}"
        certificate = self.told.add(
            ComplianceCertificate,
            state="issued",
            number=number,
            code="".join(self.told.chance.choices(ALPHABET, k=12)),
            requested_on=asked,
            issued_on=asked,
            decided_on=asked,
        )
        state = self.told.chance.choice(("sent", "granted", "refused", "paid", "paid", "paid"))
        decided = {"decided_on": asked, "decision_reason": "Dossier d'essai."} if state != "sent" else {}
        self.told.add(
            BonusClaim,
            certificate_id=certificate,
            holder_id=self.provider.pk,
            kind="balance",
            order_number=f"BC-{self.told.operation}",
            amount=3000,
            state=state,
            sent_on=asked,
            paid_on=asked if state == "paid" else None,
            **decided,
        )
        self.told.add(EosClosure, session_id=self.told.session, closed_on=asked)
        for moment, months in MOMENTS.items():
            due = add_months(self.told.end, months)
            if due <= clock.today():
                self.told.add(FollowUpReport, moment=moment, sent_on=due)
        if state == "paid" and self.told.chance.random() < 0.5:
            row = self.told.rows.of(Operation, self.told.operation)
            row |= {"state": "closed", "closed_on": asked}
