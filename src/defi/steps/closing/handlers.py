"""What other rooms do that the certificate depends on: the follow-up that comes later, an admission taken back."""

from __future__ import annotations

from django.utils.translation import gettext as _

from defi.kernel.journal import Action, on
from defi.kernel.models import JournalEntry
from defi.kernel.refusals import WrongState
from defi.steps.closing.models import ComplianceCertificate, ReportedMoment


@on("certificate.issue")
@on("certificate.countersign")
def seal(act: Action, entries: list[JournalEntry]) -> None:
    """The sealed certificate is made as soon as the worker can."""
    from defi.steps.closing.tasks import seal_certificate

    for entry in entries:
        if entry.object_type == "closing.compliancecertificate":
            seal_certificate.defer(certificate_id=entry.object_id)


@on("convention.cancel")
def convention_cancelled(act: Action, entries: list[JournalEntry]) -> None:
    """A convention that a certificate rests on is not cancelled under it. Raises `WrongState`."""
    operations = {entry.file_id for entry in entries if entry.file_id}
    issued = ComplianceCertificate._base_manager.filter(operation__in=operations, state="issued").first()
    if issued is not None:
        raise WrongState(
            _("L'attestation %(number)s repose sur cette convention : retirez d'abord l'attestation.")
            % {"number": issued.number}
        )


@on("followup.report")
def moment_reported(act: Action, entries: list[JournalEntry]) -> None:
    """The report names its moment in the journal (`moment`); the same moment twice is noted once."""
    for entry in entries:
        moment = entry.after.get("moment")
        if entry.object_type == "followup.followupreport" and entry.file_id and moment:
            ReportedMoment.objects.get_or_create(
                operation_id=entry.file_id, moment=moment, defaults={"reported_on": act.today}
            )


@on("admission.refuse")
def admission_taken_back(act: Action, entries: list[JournalEntry]) -> None:
    """An admission that a certificate rests on is not taken back under it. Raises `WrongState`."""
    operations = {entry.file_id for entry in entries if entry.file_id}
    issued = ComplianceCertificate._base_manager.filter(operation__in=operations, state="issued").first()
    if issued is not None:
        raise WrongState(
            _("L'attestation %(number)s repose sur cette admission : retirez d'abord l'attestation.")
            % {"number": issued.number}
        )
