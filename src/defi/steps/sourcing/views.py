"""Pages of candidacies: the group, a person, orienting, ending, the personal card."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from defi.kernel import tables
from defi.kernel.access import Actor, Who
from defi.kernel.documents.qr import qr_code
from defi.kernel.pages import ActorRequest, attempt, load
from defi.kernel.refusals import NotAllowed, Refused, Unknown
from defi.operations.models import Operation, Part, Partner, Session
from defi.people.models import Membership, OrganisationKind
from defi.people.names import search_key
from defi.steps.sourcing import actions, person_queries, queries
from defi.steps.sourcing.actions import Funding, PersonFacts
from defi.steps.sourcing.alike_queries import alike_pairs, known_as
from defi.steps.sourcing.alike_rules import somebody
from defi.steps.sourcing.declarations import declared_by, declared_counts
from defi.steps.sourcing.doors import leads_here, must_be_able, plans_here
from defi.steps.sourcing.forms import (
    AddForm,
    CorrectFundingForm,
    CorrectPersonForm,
    FilterForm,
    OrientForm,
    ReferentForm,
    SeveralForm,
    StepForm,
)
from defi.steps.sourcing.locks import TAKES_A_SEAT
from defi.steps.sourcing.models import Candidacy
from defi.steps.sourcing.several_views import kept
from defi.steps.sourcing.states import CANDIDACY

Step = Callable[..., Candidacy]

STEPS: dict[str, Step] = {
    "invite": actions.invite_candidate,
    "meet": actions.meet_candidate,
    "miss": actions.miss_meeting,
    "select": actions.select_candidate,
    "put_in_reserve": actions.put_in_reserve,
    "confirm": actions.confirm_candidate,
    "say_again": actions.say_again,
    "enter": actions.enter_training,
    "no_show": actions.note_no_show,
    "reopen": actions.reopen_candidacy,
}

# As the list shows them: no way to reach anybody leaves in a file, nor a birth date, nor what is declared.
COLUMNS: tuple[tables.Column[queries.Row], ...] = (
    tables.Column(gettext_lazy("Nom"), lambda row: row.candidacy.person.last_name),
    tables.Column(gettext_lazy("Prénom"), lambda row: row.candidacy.person.first_name),
    tables.Column(
        gettext_lazy("Orientée par"), lambda row: row.candidacy.prescriber or gettext_lazy("candidature spontanée")
    ),
    tables.Column(gettext_lazy("Financement"), lambda row: row.candidacy.get_funding_display()),
    tables.Column(gettext_lazy("État"), lambda row: row.candidacy.get_state_display()),
    tables.Column(gettext_lazy("Depuis le"), lambda row: row.since),
    tables.Column(gettext_lazy("Orientée le"), lambda row: row.candidacy.oriented_on),
    tables.Column(gettext_lazy("Rencontrée le"), lambda row: row.candidacy.met_on),
    tables.Column(gettext_lazy("Répondu le"), lambda row: row.candidacy.answered_on),
    tables.Column(gettext_lazy("Réponse attendue"), lambda row: row.owed),
    tables.Column(gettext_lazy("Sans réponse avant le démarrage"), lambda row: row.silent),
    tables.Column(gettext_lazy("Motif"), lambda row: row.candidacy.get_ended_reason_display()),
)


def _follows(actor: Actor, operation: Operation) -> bool:
    """Whether this actor may act on the candidacies it sees: the lead, or a prescriber for its own people."""
    return operation.state == "running" and (leads_here(actor, operation) or actor.in_prescriber)


def _refuse_strangers(actor: Actor) -> None:
    if actor.in_region or actor.in_provider or actor.in_prescriber:
        return
    raise NotAllowed(_("Les candidatures sont suivies par l'organisme de formation et les prescripteurs."))


@require_safe
def group(request: ActorRequest, operation_id: int) -> HttpResponse:
    """The people of the session: for the provider all of them, for a prescriber its own and the seats left."""
    actor = request.actor
    operation = load(Operation, actor, operation_id)
    _refuse_strangers(actor)
    session = queries.session_of(actor, operation)
    if session is None:
        return _no_session(request, operation)
    if actor.who is Who.CABINET:
        context = {"operation": operation, "group": queries.counted(actor, session)}
        return render(request, "sourcing/group_counted.html", context)
    acts = leads_here(actor, operation)
    everybody = queries.group(actor, session, queries.Filters(), acts=acts)
    form = FilterForm(request.GET or None, prescribers=everybody.prescribers)
    filters = form.filters()
    shown = queries.group(actor, session, filters, acts=acts) if filters.active else everybody
    if kind := tables.asked(request):
        return tables.download(kind, _("Candidatures"), COLUMNS, shown.rows)
    context = {
        "operation": operation,
        "group": shown,
        "form": form,
        "filters": filters,
        "can_add": _follows(actor, operation) and session.ended_on is None,
        "alikes": _alikes(actor, operation, everybody),
        "applications": queries.to_confirm(actor, session) if acts else [],
        "can_lead": acts,
        "declared_counts": declared_counts(actor, session, operation),
        "is_prescriber": actor.in_prescriber,
        "shows_contact": actor.in_provider or actor.in_prescriber,
        "several_form": SeveralForm(auto_id="several_%s"),
        "kept": kept(request),
    }
    return render(request, "sourcing/group.html", context)


def _alikes(actor: Actor, operation: Operation, everybody: queries.Group) -> int:
    """How many of the session may be known under another record, for who may settle it."""
    if not _follows(actor, operation):
        return 0
    return len(alike_pairs(actor, [row.candidacy.person_id for row in everybody.rows]))


def _no_session(request: ActorRequest, operation: Operation) -> HttpResponse:
    can_plan = plans_here(request.actor, operation)
    return render(request, "sourcing/no_session.html", {"operation": operation, "can_plan": can_plan})


@require_http_methods(["GET", "POST"])
def orient(request: ActorRequest, operation_id: int) -> HttpResponse:
    """Somebody enters the list: oriented by a prescriber, or noted by the provider."""
    actor = request.actor
    operation = load(Operation, actor, operation_id)
    session = queries.session_of(actor, operation)
    if session is None:
        return _no_session(request, operation)
    must_be_able(actor, "candidacy.orient", operation)
    form = _orient_form(request, operation)
    if request.method == "POST" and form.is_valid():
        known = _known_as(actor, session, form.cleaned_data)
        said = form.ask_who(known) if known else True
        candidacy = attempt(form, lambda: _orient(actor, session, form, known)) if said else None
        if candidacy is not None:
            messages.success(request, _("%(name)s est dans la liste.") % {"name": candidacy.person})
            return redirect("sourcing:group", operation_id=operation.pk)
    context = {
        "operation": operation,
        "session": session,
        "seats": queries.live_seats(session),
        "form": form,
        "is_prescriber": actor.in_prescriber,
    }
    return render(request, "sourcing/orient.html", context, status=422 if form.is_bound else 200)


def _orient_form(request: ActorRequest, operation: Operation) -> OrientForm:
    if request.actor.in_prescriber:
        return OrientForm(request.POST or None)
    prescribers = Partner.objects.visible_to(request.actor).filter(operation=operation, left_on=None)
    kinds = prescribers.filter(part=Part.PRESCRIBER, organisation__kind=OrganisationKind.PRESCRIBER)
    return AddForm(request.POST or None, prescribers=list(kinds.values_list("organisation_id", flat=True)))


def _known_as(actor: Actor, session: Session, values: dict[str, Any]) -> list[tuple[int, str]]:
    """Whom the person typed may be, of those followed: the person, and how they are known. The same name in this very
    session is refused with its own sentence."""
    who = (values[name] for name in ("first_name", "last_name", "birth_date", "email", "phone"))
    me = somebody(0, *who)
    return [
        (side.person.pk, _("oui : %(name)s, %(where)s") % {"name": side.person, "where": side.where})
        for side in known_as(actor, me)
        if search_key(str(side.person)) != me.key or all(row.session_id != session.pk for row in side.candidacies)
    ]


def _orient(actor: Actor, session: Session, form: OrientForm, known: list[tuple[int, str]]) -> Candidacy:
    values = form.cleaned_data
    names = ("first_name", "last_name", "email", "phone", "birth_date")
    facts, same = PersonFacts(**{name: values[name] for name in names}), form.same_as()
    said = {"on": values["on"], "same_as": same, "apart_from": [] if same else [pk for pk, _words in known]}
    if "funding" not in values:
        return actions.orient_person(actor, session.pk, facts, **said)
    return actions.orient_person(
        actor, session.pk, facts, prescriber=values["prescriber"], funding=_funding(values), **said
    )


def _funding(values: dict[str, object]) -> Funding:
    return Funding(values["funding"], values["aim_contract"], values["aim_months"])  # type: ignore[arg-type]


@require_safe
def person(request: ActorRequest, candidacy_id: int) -> HttpResponse:
    """One person: where they stand, what may be done, what happened."""
    candidacy = _candidacy(request, candidacy_id)
    operation = candidacy.operation
    context = {
        "operation": operation,
        "file": person_queries.person_file(request.actor, candidacy, acts=_follows(request.actor, operation)),
        "step_form": StepForm(initial={"version": candidacy.version}, auto_id=False),
        "can_lead": leads_here(request.actor, operation),
        "declared": declared_by(request.actor, candidacy),
        "can_correct": _follows(request.actor, operation),
        "can_card": leads_here(request.actor, operation) and candidacy.state in TAKES_A_SEAT,
        "follows_path": request.actor.in_provider and candidacy.entered_on is not None,
    }
    return render(request, "sourcing/person.html", context)


def _candidacy(request: ActorRequest, candidacy_id: int) -> Candidacy:
    _refuse_strangers(request.actor)
    if request.actor.who is Who.CABINET:
        raise NotAllowed(_("Le Cabinet lit combien de personnes sont suivies et qui assiste à la signature."))
    rows = Candidacy.objects.visible_to(request.actor).filter(pk=candidacy_id)
    found = rows.select_related("person", "prescriber", "referent", "session", "operation__provider").first()
    if found is None:
        raise Unknown(_("Cette page n'existe pas, ou elle n'est pas pour vous."))
    return found


@require_POST
def step(request: ActorRequest, candidacy_id: int, verb: str) -> HttpResponse:
    """One click, or a click with a date: the next step of somebody."""
    candidacy = _candidacy(request, candidacy_id)
    act = STEPS.get(verb)
    if act is None:
        raise Unknown(_("Cette page n'existe pas, ou elle n'est pas pour vous."))
    form = StepForm(request.POST)
    if form.is_valid():
        values = form.cleaned_data
        done = attempt(form, lambda: act(request.actor, candidacy.pk, on=values["on"], version=values["version"]))
        if done is not None:
            state = CANDIDACY.states[done.state]
            messages.success(request, _("%(name)s : %(state)s.") % {"name": candidacy.person, "state": state})
    for sentences in form.errors.values():
        for sentence in sentences:
            messages.warning(request, str(sentence))
    if request.POST.get("back") == "owed":
        return redirect("sourcing:owed")
    if request.POST.get("back") == "person":
        return redirect("sourcing:person", candidacy_id=candidacy.pk)
    kept = QueryDict(request.POST.get("filters", "")).urlencode()
    group_url = reverse("sourcing:group", args=[candidacy.operation_id])
    return redirect(f"{group_url}?{kept}" if kept else group_url)


@require_http_methods(["GET", "POST"])
def correct(request: ActorRequest, candidacy_id: int) -> HttpResponse:
    """Mend a name, add an address."""
    candidacy = _candidacy(request, candidacy_id)
    must_be_able(request.actor, "candidacy.correct_person", candidacy.operation)
    who = candidacy.person
    initial = {name: getattr(who, name) for name in CorrectPersonForm.base_fields}
    form = CorrectPersonForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        version = values.pop("version")
        facts = PersonFacts(**values)
        if attempt(form, lambda: actions.correct_person(request.actor, candidacy.pk, facts, version=version)):
            messages.success(request, _("Les coordonnées sont à jour."))
            return redirect("sourcing:person", candidacy_id=candidacy.pk)
    return _form(request, candidacy, form, _("Corriger les coordonnées"))


@require_http_methods(["GET", "POST"])
def fund(request: ActorRequest, candidacy_id: int) -> HttpResponse:
    """Who pays the seat, and what it aims at."""
    candidacy = _candidacy(request, candidacy_id)
    must_be_able(request.actor, "candidacy.fund", candidacy.operation)
    initial = {name: getattr(candidacy, name) for name in CorrectFundingForm.base_fields}
    form = CorrectFundingForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        funding, version = _funding(values), values["version"]
        if attempt(form, lambda: actions.fund_seat(request.actor, candidacy.pk, funding, version=version)):
            messages.success(request, _("Le financement est noté."))
            return redirect("sourcing:person", candidacy_id=candidacy.pk)
    return _form(request, candidacy, form, _("Financement de la place"))


@require_http_methods(["GET", "POST"])
def referent(request: ActorRequest, candidacy_id: int) -> HttpResponse:
    """Who of the provider follows this person."""
    candidacy = _candidacy(request, candidacy_id)
    must_be_able(request.actor, "candidacy.name_referent", candidacy.operation)
    working = Membership.objects.visible_to(request.actor).filter(organisation=candidacy.operation.provider, until=None)
    members = list(working.select_related("person").order_by("person__last_name", "pk"))
    initial = {"referent": candidacy.referent_id, "version": candidacy.version}
    form = ReferentForm(request.POST or None, members=members, initial=initial)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        if attempt(
            form,
            lambda: actions.name_referent(request.actor, candidacy.pk, values["referent"], version=values["version"]),
        ):
            messages.success(request, _("Le référent est noté."))
            return redirect("sourcing:person", candidacy_id=candidacy.pk)
    return _form(request, candidacy, form, _("Référent de parcours"))


def _form(request: HttpRequest, candidacy: Candidacy, form: Form, title: str) -> HttpResponse:
    context = {
        "title": title,
        "form": form,
        "back_url": reverse("sourcing:person", args=[candidacy.pk]),
        "back_label": str(candidacy.person),
        "action_label": _("Enregistrer"),
    }
    return render(request, "sourcing/form.html", context, status=422 if form.is_bound else 200)


@never_cache
@require_POST
def card(request: ActorRequest, candidacy_id: int) -> HttpResponse:
    """A new personal card, shown once to be printed; the former one dies."""
    candidacy = _candidacy(request, candidacy_id)
    try:
        new = actions.hand_card(request.actor, candidacy.pk)
    except Refused as refusal:
        if refusal.status in {403, 404}:
            raise
        messages.warning(request, refusal.sentence)
        return redirect("sourcing:person", candidacy_id=candidacy.pk)
    address = f"{settings.PUBLIC_URL}/carte/?n={new.number}"
    context = {
        "candidacy": candidacy,
        "number": new.number,
        "code": f"{new.code[:4]} {new.code[4:]}",
        "address": f"{settings.PUBLIC_URL}/carte/",
        # The picture comes from our own drawing of our own address.
        "qr": mark_safe(qr_code(address).svg.decode()),  # noqa: S308
    }
    return render(request, "sourcing/personal_card.html", context)
