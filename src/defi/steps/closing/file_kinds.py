"""The files of the closing."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from defi.kernel.access import LEAD, Who
from defi.kernel.files.kinds import FileKind, declare
from defi.operations.files import dossiers

PAYMENT_PROOF = declare(
    FileKind(
        "payment_proof",
        _("Preuve de paiement de la prime"),
        LEAD | {Who.OFFICER, Who.PAYING_OFFICE, Who.STEERING, Who.DATA_PROTECTION},
        frozenset({Who.PAYING_OFFICE}),
        dossiers,
        # The prime is paid once the operation is closed, as a rule.
        after_closing=True,
        endings=("pdf", "jpg", "jpeg", "png"),
    )
)
