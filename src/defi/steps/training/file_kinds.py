"""The files of the training."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from defi.kernel.access import PROVIDER, Who
from defi.kernel.files.kinds import FileKind, declare
from defi.operations.files import dossiers

# Never replaced nor taken off from the page of the files: it is the proof of the sheets it belongs to.
PAPERS = declare(
    FileKind(
        "attendance_paper",
        _("Feuilles d'émargement revenues signées"),
        PROVIDER | {Who.OFFICER, Who.PAYING_OFFICE, Who.STEERING, Who.DATA_PROTECTION},
        PROVIDER,
        dossiers,
        by_hand=False,
        endings=("pdf", "jpg", "jpeg", "png"),
        largest=20 * 1024 * 1024,
    )
)
# What shows why somebody was away may say something of their health or family: nobody but the provider reads it.
ABSENCE_PROOF = declare(
    FileKind(
        "absence_proof",
        _("Justificatifs d'absence"),
        PROVIDER,
        PROVIDER,
        dossiers,
        by_hand=False,
        endings=("pdf", "jpg", "jpeg", "png"),
    )
)
ATTENDANCE = declare(
    FileKind(
        "attendance",
        _("Feuilles d'émargement signées"),
        PROVIDER | {Who.OFFICER, Who.PAYING_OFFICE, Who.STEERING, Who.DATA_PROTECTION},
        PROVIDER,
        dossiers,
        endings=("pdf", "jpg", "jpeg", "png"),
        largest=20 * 1024 * 1024,
    )
)
# What was signed in ink about a period in company: the agreement, the presence there.
PLACEMENT_PAPER = declare(
    FileKind(
        "placement_paper",
        _("Papiers signés des périodes en entreprise"),
        PROVIDER | {Who.OFFICER, Who.PAYING_OFFICE, Who.STEERING, Who.DATA_PROTECTION},
        PROVIDER,
        dossiers,
        by_hand=False,
        endings=("pdf", "jpg", "jpeg", "png"),
        largest=20 * 1024 * 1024,
    )
)
