"""The files that any operation may hold, whatever the step."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from defi.kernel.access import LEAD, PROVIDER, REGION, Who
from defi.kernel.files.kinds import FileKind, declare
from defi.operations.files import dossiers

OTHER = declare(
    FileKind("other", _("Autre pièce du dossier"), REGION | PROVIDER, frozenset({*LEAD, Who.OFFICER}), dossiers)
)
