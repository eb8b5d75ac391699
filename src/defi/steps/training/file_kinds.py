"""The files of the training."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from defi.kernel.access import PROVIDER, Who
from defi.kernel.files.kinds import FileKind, declare
from defi.operations.files import dossiers

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
