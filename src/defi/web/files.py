"""Stored documents, served as they were made to those who may see their operation."""

from __future__ import annotations

from django.http import FileResponse, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from defi.kernel.access import Actor, Who
from defi.kernel.models import Document
from defi.kernel.numbers import clean_code
from defi.kernel.pages import ActorRequest, load
from defi.kernel.refusals import Unknown
from defi.operations.models import Operation, Partner
from defi.steps.convention.models import Signatory
from defi.steps.needs.models import Need
from defi.steps.training.models import Completion, Placement

# What everybody who takes part may read; the rest is for the Region and the provider.
SHARED = frozenset(
    {"convention", "convention-sealed", "amendment", "amendment-sealed", "contact-sheet", "plan", "plan-grid"}
)

# What names trainees, or counts what became of so few of them that a number names them: not for the Cabinet, which only
# invites to the signing (docs/personal-data.md).
TELLS_OF_TRAINEES = frozenset(
    {
        "attendance-sheet",
        "presence-statement",
        "completion-certificate",
        "follow-up-report",
        "periodic-report",
        "review",
        "certificate",
        "certificate-sealed",
        "bonus-request",
    }
)

# The agreement of a period in company, as it is signed and as it is sealed.
AGREEMENTS = frozenset({"placement-agreement", "placement-agreement-sealed"})

# What the Region keeps for itself: a decision on the answer tells what each holder has left, and who knows what.
REGION_ONLY = frozenset({"route-decision"})


@require_safe
def document(request: ActorRequest, code: str) -> HttpResponse | FileResponse:
    """The bytes of a document, by its code."""
    found = Document.objects.filter(code=clean_code(code)).first()
    if found is None or not may_read(request.actor, found):
        raise Unknown(_("Ce document n'existe pas, ou il n'est pas pour vous."))
    response = HttpResponse(bytes(found.content), content_type=found.media_type)
    response["Content-Disposition"] = f'inline; filename="{found.number}.pdf"'
    return response


def may_read(actor: Actor, found: Document) -> bool:
    """Whether this actor may read the bytes of a document. Raises `Unknown` for one they may not know of."""
    if found.object_type == "needs.need":
        # A sheet is read by who sees the need: not by all who take part in the operation it became.
        load(Need, actor, found.object_id or 0)
        return True
    if actor.who is Who.TRAINEE and found.object_type == "training.completion":
        # The one paper of the file that is a trainee's own.
        load(Completion, actor, found.object_id or 0)
        return True
    if found.object_type == "training.placement":
        # The agreement is read by whoever sees the period; the immersion sheet holds the opinion of its tutor.
        load(Placement, actor, found.object_id or 0)
        return found.kind in AGREEMENTS or actor.in_provider or actor.who is Who.TRAINEE
    if actor.who in {Who.PUBLIC, Who.TRAINEE, Who.LINK} or found.file_id is None:
        return actor.in_region
    load(Operation, actor, found.file_id)
    if found.object_type == "operations.partner" and actor.in_employer:
        # The page of one employer: another one's says what its competitor asks for.
        return load(Partner, actor, found.object_id or 0).organisation_id == actor.organisation_id
    if found.object_type == "convention.signatory" and not (actor.in_region or actor.in_provider):
        # A letter is read by the organisation it is written to.
        return load(Signatory, actor, found.object_id or 0).organisation_id == actor.organisation_id
    if found.kind in REGION_ONLY:
        return actor.in_region
    if found.kind in TELLS_OF_TRAINEES and actor.who is Who.CABINET:
        return False
    return actor.in_region or actor.in_provider or found.kind in SHARED
