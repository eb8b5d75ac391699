"""The paths of the trainees: positioning, interviews, barriers, suspension, certificate. For the provider."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from defi.kernel import clock
from defi.kernel.access import Actor
from defi.kernel.documents.french import NO_BREAK
from defi.kernel.outbox import with_hour
from defi.kernel.pages import ActorRequest, attempt, load
from defi.kernel.refusals import Unknown
from defi.operations.access import leads
from defi.operations.models import Operation
from defi.people.models import Person
from defi.steps.sourcing.models import Candidacy
from defi.steps.training import actions
from defi.steps.training.models import Barrier, IndividualPath, Placement
from defi.steps.training.path_forms import (
    BarrierForm,
    CompletionForm,
    InterviewForm,
    PositionForm,
    ResumeForm,
    SuspendForm,
)
from defi.steps.training.queries.paths import path_page, paths
from defi.steps.training.rules import day_words
from defi.steps.training.views.common import form_page, may, must, press, see, session_url, typed


@require_safe
def path_list(request: ActorRequest, operation_id: int) -> HttpResponse:
    """Who is positioned, followed by whom, seen when, and who is away."""
    operation = load(Operation, request.actor, operation_id)
    _must_run(request, operation)
    context = {"operation": operation, "rows": paths(request.actor, operation), "back_url": session_url(operation.pk)}
    return render(request, "training/paths.html", context)


@require_safe
def path(request: ActorRequest, candidacy_id: int) -> HttpResponse:
    """The path of one trainee."""
    candidacy = _candidacy(request, candidacy_id)
    operation = candidacy.operation
    page = path_page(request.actor, candidacy)
    context = {
        "operation": operation,
        "page": page,
        "candidacy": candidacy,
        "can_position": may(request.actor, "path.position", operation) and candidacy.left_on is None,
        "can_talk": may(request.actor, "interview.record", operation),
        "can_note": page.is_referent and may(request.actor, "barrier.note", operation) and candidacy.left_on is None,
        "can_suspend": candidacy.state == "entered" and may(request.actor, "trainee.suspend", operation),
        "can_certify": candidacy.left_on is not None and may(request.actor, "completion.certify", operation),
        "can_lead": may(request.actor, "candidacy.leave", operation),
        "today": clock.today(),
    }
    return render(request, "training/path.html", context)


@require_http_methods(["GET", "POST"])
def position(request: ActorRequest, candidacy_id: int) -> HttpResponse:
    """Where the person stands at the entry, and the path made of it."""
    candidacy = _candidacy(request, candidacy_id)
    session = candidacy.session
    known = IndividualPath.objects.visible_to(request.actor).filter(candidacy=candidacy).first()
    initial: dict[str, Any] = {"hours_centre": session.hours_centre, "hours_company": session.hours_company}
    if known:
        names = ("how", "known", "to_learn", "adapted", "hours_centre", "hours_company", "agreed_on", "version")
        initial = {"on": known.positioned_on, **{name: getattr(known, name) for name in names}}
    form = PositionForm(typed(request), initial=initial)
    return _asked(
        request,
        candidacy,
        form,
        "path.position",
        lambda v: actions.position(
            request.actor,
            candidacy.pk,
            actions.PathFacts(**{name: v[name] for name in v if name != "version"}),
            version=v["version"],
        ),
        _("Positionnement et parcours"),
        _("Le parcours est noté."),
        lead=_("Ce qui touche au métier, rien de la santé ni de la famille. La personne lit ces lignes."),
    )


@require_http_methods(["GET", "POST"])
def interview(request: ActorRequest, candidacy_id: int) -> HttpResponse:
    """A talk and what was agreed."""
    candidacy = _candidacy(request, candidacy_id)
    return _asked(
        request,
        candidacy,
        InterviewForm(typed(request)),
        "interview.record",
        lambda v: actions.record_interview(request.actor, candidacy.pk, **v),
        _("Noter un entretien"),
        _("L'entretien est noté."),
        lead=_("La personne lit ce qui est convenu ; l'organisme aussi. Les freins se notent à part, par le référent."),
    )


@require_http_methods(["GET", "POST"])
def barrier(request: ActorRequest, candidacy_id: int) -> HttpResponse:
    """What stands in the way, and what is done: the referent's alone."""
    candidacy = _candidacy(request, candidacy_id)
    return _asked(
        request,
        candidacy,
        BarrierForm(typed(request)),
        "barrier.note",
        lambda v: actions.note_barrier(request.actor, candidacy.pk, **v),
        _("Noter un frein"),
        _("Le frein est noté. Vous le lisez, et la personne si elle le demande ; personne d'autre."),
        lead=_(
            "Le référent lit ces lignes, et la personne si elle le demande ; personne d'autre. Rien de la santé ni de "
            "la famille."
        ),
    )


@require_POST
def lift(request: ActorRequest, barrier_id: int) -> HttpResponse:
    """It is lifted."""
    found = load(Barrier, request.actor, barrier_id)
    url = f"/parcours/{found.candidacy_id}/"
    return press(request, url, lambda: actions.lift_barrier(request.actor, found.pk), _("Le frein est levé."))


@require_http_methods(["GET", "POST"])
def suspend(request: ActorRequest, candidacy_id: int) -> HttpResponse:
    """Somebody is away and means to come back."""
    candidacy = _candidacy(request, candidacy_id)
    return _asked(
        request,
        candidacy,
        SuspendForm(typed(request)),
        "trainee.suspend",
        lambda v: actions.suspend_path(request.actor, candidacy.pk, **v),
        _("Interrompre le parcours"),
        with_hour(_("L'interruption est notée ; qui doit le savoir est prévenu.")),
        lead=_(
            "La place et l'appairage sont gardés, les feuilles n'attendent plus la personne. Le prescripteur et "
            "la Région lisent le motif ; l'employeur, les dates seules."
        )
        + _periods_said(request.actor, candidacy),
    )


def _periods_said(actor: Actor, candidacy: Candidacy) -> str:
    """What becomes of the periods in company planned or under way, said before the interruption is noted."""
    mine = Placement.objects.visible_to(actor).filter(candidacy=candidacy, ends_on__gte=clock.today())
    rows = mine.filter(state__in=["planned", "begun"]).select_related("employer").order_by("starts_on", "pk")
    periods = [
        _("chez %(firm)s, du %(first)s au %(last)s")
        % {"firm": one.employer, "first": day_words(one.starts_on), "last": day_words(one.ends_on)}
        for one in rows
    ]
    if not periods:
        return ""
    return " " + _(
        "Période en entreprise %(periods)s : si elle tombe pendant l'interruption, rien ne s'y signe plus ; "
        "l'entreprise, le tuteur et la personne l'apprennent par courriel s'ils ont une adresse ; c'est à vous de la "
        "déplacer, de l'annuler ou d'y mettre fin."
    ) % {"periods": " ; ".join(periods)}


@require_http_methods(["GET", "POST"])
def resume(request: ActorRequest, candidacy_id: int) -> HttpResponse:
    """The person is back."""
    candidacy = _candidacy(request, candidacy_id)
    return _asked(
        request,
        candidacy,
        ResumeForm(typed(request)),
        "trainee.resume",
        lambda v: actions.resume_path(request.actor, candidacy.pk, on=v["on"]),
        _("Noter le retour"),
        _("Le retour est noté ; les feuilles attendent de nouveau la personne."),
    )


@require_http_methods(["GET", "POST"])
def certify(request: ActorRequest, candidacy_id: int) -> HttpResponse:
    """The certificate of completion, from the locked sheets."""
    candidacy = _candidacy(request, candidacy_id)
    me = Person.objects.visible_to(request.actor).filter(pk=request.actor.person_id or 0).first()
    form = CompletionForm(typed(request), initial={"signed_name": str(me or "")})
    return _asked(
        request,
        candidacy,
        form,
        "completion.certify",
        lambda v: actions.certify_completion(request.actor, candidacy.pk, **v),
        _("Certificat de réalisation"),
        _("Le certificat est établi ; la personne le trouve dans son espace."),
        lead=_("Les heures viennent des feuilles verrouillées et des périodes terminées."),
    )


def _asked(
    request: ActorRequest,
    candidacy: Candidacy,
    form: Form,
    verb: str,
    act: Callable[[dict[str, Any]], object],
    title: str,
    said: str,
    *,
    lead: str = "",
) -> HttpResponse:
    """A form about one trainee, on its own page."""
    must(request.actor, verb, candidacy.operation)
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        if attempt(form, lambda: act(values)) is not None:
            messages.success(request, said)
            return see("training:path", candidacy_id=candidacy.pk)
    whole = f"{title}{NO_BREAK}: {candidacy.person}"
    back = f"/parcours/{candidacy.pk}/"
    return form_page(request, candidacy.operation, form, whole, _("Enregistrer"), lead=lead, back=back)


def _candidacy(request: ActorRequest, candidacy_id: int) -> Candidacy:
    found = load(Candidacy, request.actor, candidacy_id, "person", "referent", "session", "operation__provider")
    _must_run(request, found.operation)
    return found


def _must_run(request: ActorRequest, operation: Operation) -> None:
    """Paths are followed by the provider that runs the operation. Raises `Unknown` to all others."""
    if not leads(request.actor, operation):
        raise Unknown(_("Cette page n'existe pas, ou elle n'est pas pour vous."))
