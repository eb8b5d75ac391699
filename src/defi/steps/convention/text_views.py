"""Pages of the words of a signing: the newer text to take, the letters to read and to print."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from defi.kernel import clock
from defi.kernel.access import Actor
from defi.kernel.pages import ActorRequest, load
from defi.kernel.refusals import Unknown, WrongState
from defi.operations.access import leads
from defi.operations.models import Operation
from defi.steps.convention import actions, printing
from defi.steps.convention.drafting import agreed_to_other_words
from defi.steps.convention.forms import VersionForm
from defi.steps.convention.letters import TO_SIGNATORY, signatory_pdf, trainee_pdf
from defi.steps.convention.models import LIVING, Convention, Signatory
from defi.steps.convention.text_used import Newer, text_used
from defi.steps.convention.views import page, pdf
from defi.steps.sourcing.doors import must_be_able
from defi.steps.sourcing.models import Candidacy


@require_http_methods(["GET", "POST"])
def take_text(request: ActorRequest, operation_id: int) -> HttpResponse:
    """Take the Region's newer text: whose agreement is asked again is said before."""
    convention = _convention(request.actor, load(Operation, request.actor, operation_id))
    must_be_able(request.actor, "convention.take_text", convention.operation)
    form = VersionForm(request.POST or None, initial={"version": convention.version})
    newer = text_used(convention).newer
    return page(
        request,
        convention.operation,
        form,
        lambda v: actions.take_text(request.actor, operation_id, version=v["version"]),
        title=_("Prendre la nouvelle version du texte"),
        said=_("La convention est préparée avec le texte en vigueur."),
        label=_("Prendre cette version"),
        consequences=_told(convention, newer),
        shown={"changes": printing.text_changes(convention, newer.version) if newer else ()},
        template="convention/take_text.html",
    )


def _told(convention: Convention, newer: Newer | None) -> list[str]:
    said = [
        _("Le projet est écrit avec la version du texte qui s'applique aujourd'hui ; relisez-le avant de transmettre.")
    ]
    if newer is None:
        return said
    again = [one.organisation.name for one in agreed_to_other_words(convention, newer.version)]
    if again:
        said.append(
            _(
                "Les engagements de %(names)s y sont écrits autrement : leur accord est à redemander, un lien leur est "
                "envoyé."
            )
            % {"names": ", ".join(again)}
        )
    else:
        said.append(_("Les accords déjà donnés restent : les engagements n'y changent pas."))
    return said


@require_safe
def letters(request: ActorRequest, operation_id: int) -> HttpResponse:
    """The letters to signatories and trainees, to be read and printed."""
    operation = load(Operation, request.actor, operation_id)
    _must_write(request.actor, operation)
    convention = _convention(request.actor, operation)
    rows = (
        Signatory.objects.visible_to(request.actor)
        .filter(convention=convention, amendment=None)
        .exclude(state="removed")
    )
    trainees = Candidacy.objects.visible_to(request.actor).filter(
        session__operation=operation, state__in=["confirmed", "entered"]
    )
    context = {
        "operation": operation,
        "signatories": list(rows.select_related("organisation", "person").order_by("pk")),
        "trainees": list(trainees.select_related("person").order_by("person__last_name", "person__first_name", "pk")),
    }
    return render(request, "convention/letters.html", context)


@require_safe
def letter(request: ActorRequest, signatory_id: int, kind: str) -> HttpResponse:
    """The letter to a signatory, as it was sent or as it would be."""
    signatory = load(Signatory, request.actor, signatory_id, "organisation", "person", "operation")
    _must_write(request.actor, signatory.operation)
    template = TO_SIGNATORY.get(kind)
    if template is None:
        raise Unknown(_("Cette lettre n'existe pas."))
    return pdf(signatory_pdf(template, signatory, clock.now()), f"lettre-{kind}")


@require_safe
def trainee_letter(request: ActorRequest, operation_id: int, candidacy_id: int) -> HttpResponse:
    """The letter that asks a trainee to the signing."""
    operation = load(Operation, request.actor, operation_id)
    _must_write(request.actor, operation)
    candidacy = load(Candidacy, request.actor, candidacy_id, "person", "session")
    if candidacy.session.operation_id != operation.pk:
        raise Unknown(_("Cette personne n'est pas inscrite à cette session."))
    return pdf(trainee_pdf(candidacy, _convention(request.actor, operation), clock.now()), "lettre-stagiaire")


def _must_write(actor: Actor, operation: Operation) -> None:
    """Letters are for those who write them: the provider that runs the operation, and the Region."""
    if not (actor.in_region or leads(actor, operation)):
        raise Unknown(_("Cette page n'existe pas, ou elle n'est pas pour vous."))


def _convention(actor: Actor, operation: Operation) -> Convention:
    found = (
        Convention.objects.visible_to(actor)
        .filter(LIVING, operation=operation)
        .select_related("operation", "text")
        .first()
    )
    if found is None:
        raise WrongState(_("La convention n'est pas encore préparée : préparez-la d'abord."))
    return found
