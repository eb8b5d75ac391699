"""Keeping a run of the checks: what was found, when, by whom, for which decision. It is never changed."""

from __future__ import annotations

from collections.abc import Iterable

from defi.kernel.journal import Action
from defi.steps.closing.checks import Check
from defi.steps.closing.models import BonusClaim, CheckRun, ComplianceCertificate


def keep_certificate_run(
    act: Action, certificate: ComplianceCertificate, found: Iterable[Check], *, reason: str = ""
) -> CheckRun:
    """The lines as they stand at this action on the certificate."""
    lines = list(found)
    passed = all(check.found for check in lines if check.blocks == "certificate")
    return _keep(act, lines, passed=passed, reason=reason, certificate=certificate)


def keep_explanation(act: Action, certificate: ComplianceCertificate, line: Check, text: str) -> CheckRun:
    """What the provider says of one line, with that line alone as it stands."""
    passed = line.found or line.blocks != "certificate"
    return _keep(act, [line], passed=passed, reason=text, certificate=certificate)


def keep_claim_run(act: Action, claim: BonusClaim, found: Iterable[Check], *, reason: str = "") -> CheckRun:
    """The named checks as they stand at this action on the claim."""
    named = list(found)
    passed = all(check.found for check in named if check.blocks)
    return _keep(act, named, passed=passed, reason=reason, claim=claim)


def _keep(
    act: Action,
    found: list[Check],
    *,
    passed: bool,
    reason: str,
    certificate: ComplianceCertificate | None = None,
    claim: BonusClaim | None = None,
) -> CheckRun:
    about = certificate or claim
    if about is None:
        raise ValueError("a run is of a certificate or of a claim")
    return act.create(
        CheckRun,
        operation_id=about.operation_id,
        certificate=certificate,
        claim=claim,
        verb=act.verb,
        ran_on=act.today,
        by_id=act.actor.person_id,
        reason=reason.strip(),
        passed=passed,
        results=[check.stored() for check in found],
    )
