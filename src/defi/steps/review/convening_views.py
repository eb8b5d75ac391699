"""The page by which the whole project team is invited to the bilan."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from defi.kernel import clock
from defi.kernel.access import Who
from defi.kernel.documents import Rendered
from defi.kernel.documents.french import long_date
from defi.kernel.pages import ActorRequest, load
from defi.kernel.refusals import Unknown
from defi.operations.access import leads
from defi.operations.models import Meeting, Operation
from defi.steps.review.access import refuse_held
from defi.steps.review.closed import closed_day
from defi.steps.review.convening import Convened, convene_review
from defi.steps.review.form_pages import FormPage, answer, typed
from defi.steps.review.forms import ConveneForm
from defi.steps.review.printing import printed_convening, printed_review
from defi.steps.review.rules import unusual_day
from defi.steps.sourcing.doors import must_be_able


@require_http_methods(["GET", "POST"])
def convene(request: ActorRequest, operation_id: int) -> HttpResponse:
    """Fix the day of the bilan, or move it; everybody is written to."""
    operation = load(Operation, request.actor, operation_id)
    must_be_able(request.actor, "meeting.convene_review", operation)
    if request.method != "POST":
        refuse_held(operation)
    waiting = Meeting.objects.visible_to(request.actor).filter(operation=operation, held_on=None)
    known = waiting.filter(kind=Meeting.Kind.REVIEW).values("planned_on", "planned_at", "place", "agenda").first()
    form = ConveneForm(typed(request), initial={**known} if known else {"agenda": _agenda()})
    page = FormPage(
        verb="meeting.convene_review",
        title=_("Déplacer le bilan") if known else _("Convoquer le bilan"),
        lead=_lead(operation),
        action_label=_("Inviter tout le monde"),
        back_url=reverse("review:review", args=[operation.pk]),
        back_label=_("Bilan"),
        done=_said,
    )
    return answer(request, page, form, lambda: convene_review(request.actor, operation.pk, **form.cleaned_data))


def _lead(operation: Operation) -> str:
    said = _(
        "Les stagiaires, les formateurs, les employeurs, leurs tuteurs, les prescripteurs et la Région reçoivent "
        "l'invitation, avec une entrée pour leur calendrier."
    )
    if day := closed_day(operation.pk):
        said += " " + _("Les questionnaires restent clos : leurs réponses se lisent depuis le %(day)s.") % {
            "day": long_date(day)
        }
    return said


def _agenda() -> str:
    """What a bilan speaks of (process.md, step 8); its words are for the provider to change."""
    return _(
        "Ce que disent les stagiaires, les formateurs, les employeurs et les prescripteurs\n"
        "Points forts et axes d'amélioration\n"
        "Certifications et contrats signés\n"
        "Décisions : qui fait quoi, pour quand"
    )


def _said(convened: object) -> str:
    """How many were invited, and who must be told otherwise."""
    assert isinstance(convened, Convened)
    n = convened.reached
    said = ngettext("L'invitation part à %(n)d adresse.", "L'invitation part à %(n)d adresses.", n) % {"n": n}
    if convened.without_address:
        said += " " + _("Faute d'adresse, %(names)s : à prévenir de vive voix.") % {
            "names": ", ".join(convened.without_address)
        }
    if convened.meeting.planned_on and (warning := unusual_day(convened.meeting.planned_on)):
        said += " " + warning
    return said


@require_safe
def convening_paper(request: ActorRequest, operation_id: int) -> HttpResponse:
    """The convening on paper, for whom no mail reaches."""
    operation = load(Operation, request.actor, operation_id)
    return _paper(printed_convening(request.actor, operation, clock.now()), f"convocation-bilan-{operation.pk}")


@require_safe
def review_paper(request: ActorRequest, operation_id: int) -> HttpResponse:
    """The bilan as a document, for who runs the training and the Region; the Cabinet reads the page only."""
    operation = load(Operation, request.actor, operation_id)
    if request.actor.who is Who.CABINET or not (leads(request.actor, operation) or request.actor.in_region):
        raise Unknown(_("Cette page n'existe pas, ou elle n'est pas pour vous."))
    return _paper(printed_review(request.actor, operation, clock.now()), f"bilan-{operation.pk}")


def _paper(made: Rendered, name: str) -> HttpResponse:
    response = HttpResponse(made.pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return response
