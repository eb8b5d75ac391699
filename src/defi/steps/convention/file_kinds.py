"""The files of the convention: the pages signed in ink, scanned or photographed."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from defi.kernel.access import LEAD, Who
from defi.kernel.files.kinds import FileKind, declare
from defi.operations.files import dossiers

SIGNED_PAGES = declare(
    FileKind(
        "signed_pages",
        _("Pages signées à l'encre"),
        LEAD | {Who.OFFICER, Who.PAYING_OFFICE, Who.STEERING, Who.DATA_PROTECTION},
        frozenset({*LEAD, Who.OFFICER}),
        dossiers,
        # Sent from the page of the paper signatures, where each page finds its place.
        by_hand=False,
        endings=("pdf", "jpg", "jpeg", "png"),
    )
)
