"""The evidence of a session by indicator, for the provider that runs it: the page, and the archive to take away."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from defi.kernel.access import LEAD
from defi.kernel.pages import ActorRequest, load
from defi.kernel.refusals import Unknown
from defi.operations.access import leads
from defi.operations.models import Operation
from defi.web.evidence_pack import archive, pack


@require_safe
def evidence(request: ActorRequest, operation_id: int) -> HttpResponse:
    """What each indicator asks, what is held for it, what is missing."""
    operation = _own(request, operation_id)
    return render(request, "web/evidence.html", {"operation": operation, "pack": pack(request.actor, operation)})


@require_safe
def evidence_archive(request: ActorRequest, operation_id: int) -> HttpResponse:
    """The same as files, with a manifest."""
    operation = _own(request, operation_id)
    found = pack(request.actor, operation)
    response = HttpResponse(archive(found), content_type="application/zip")
    name = f"preuves-{slugify(operation.title)[:60]}-{found.made_on.isoformat()}.zip"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _own(request: ActorRequest, operation_id: int) -> Operation:
    """The evidence is the provider's own obligation (law.md 4.5): nobody else takes it away. Raises `Unknown`."""
    operation = load(Operation, request.actor, operation_id, "provider")
    if request.actor.who not in LEAD or not leads(request.actor, operation):
        raise Unknown(_("Cette page n'existe pas, ou elle n'est pas pour vous."))
    return operation
