"""« Partenaires » of an operation: who takes part, adding somebody, whom to reach, leaving."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from defi.kernel import clock
from defi.kernel.pages import ActorRequest, attempt, load
from defi.kernel.refusals import Refused, Unknown
from defi.operations import partners as queries
from defi.operations.actions import ContactFacts, add_partner, name_contact, partner_leaves
from defi.operations.models import Operation, Part, Partner
from defi.people.actions import OrganisationFacts
from defi.people.models import Network, Organisation, OrganisationKind
from defi.people.queries import region
from defi.steps.convention.models import ON_THE_LIST, Signatory
from defi.steps.convention.states import SIGNATORY
from defi.steps.pairing.models import Promise
from defi.steps.pairing.states import STANDING
from defi.steps.sourcing.doors import must_be_able, plans_here

KINDS = [
    (OrganisationKind.PRESCRIBER.value, gettext_lazy("Un prescripteur (Mission locale, France Travail, Cap emploi…)")),
    (OrganisationKind.EMPLOYER.value, gettext_lazy("Un employeur")),
    (OrganisationKind.PARTNER.value, gettext_lazy("Un autre partenaire (chambre, OPCO, intercommunalité…)")),
]


class FindForm(forms.Form):
    """A name among the known organisations; it lives in the address."""

    name = forms.CharField(label=gettext_lazy("Nom"), max_length=80, required=False)
    kind = forms.ChoiceField(
        label=gettext_lazy("Qui"), required=False, choices=[("", gettext_lazy("toutes les organisations")), *KINDS]
    )


class ContactForm(forms.Form):
    """Who is reached."""

    first_name = forms.CharField(label=gettext_lazy("Prénom"), max_length=80)
    last_name = forms.CharField(label=gettext_lazy("Nom"), max_length=80)
    email = forms.EmailField(label=gettext_lazy("Adresse électronique"), required=False)
    phone = forms.CharField(label=gettext_lazy("Téléphone"), max_length=20, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def facts(self) -> ContactFacts:
        """What the action needs."""
        return ContactFacts(*(self.cleaned_data[name] for name in ("first_name", "last_name", "email", "phone")))


class NewPartnerForm(forms.Form):
    """An organisation not known yet, and how to reach it."""

    kind = forms.ChoiceField(label=gettext_lazy("Dans l'opération, c'est"), choices=KINDS, widget=forms.RadioSelect)
    name = forms.CharField(label=gettext_lazy("Nom de l'organisation"), max_length=160)
    network = forms.ChoiceField(
        label=gettext_lazy("Réseau"),
        required=False,
        choices=[("", gettext_lazy("aucun")), *Network.choices],
        help_text=gettext_lazy("À choisir pour un prescripteur : la convention demande certains réseaux."),
    )
    email = forms.EmailField(
        label=gettext_lazy("Adresse électronique de l'organisation"),
        required=False,
        help_text=gettext_lazy("Une adresse ou un téléphone, l'un des deux suffit."),
    )
    phone = forms.CharField(label=gettext_lazy("Téléphone de l'organisation"), max_length=20, required=False)
    first_name = forms.CharField(label=gettext_lazy("Prénom du contact"), max_length=80, required=False)
    last_name = forms.CharField(label=gettext_lazy("Nom du contact"), max_length=80, required=False)

    def act(self, request: ActorRequest, operation: Operation) -> Partner:
        """Add it."""
        values = self.cleaned_data
        facts = OrganisationFacts(
            OrganisationKind(values["kind"]),
            values["name"],
            network=values["network"],
            email=values["email"],
            phone=values["phone"],
            region=region(),
        )
        contact = ContactFacts(values["first_name"], values["last_name"])
        return add_partner(request.actor, operation.pk, facts, contact=contact)


class LeaveForm(forms.Form):
    """When and why a partner leaves."""

    on = forms.DateField(label=gettext_lazy("Parti le"))
    reason = forms.CharField(label=gettext_lazy("Motif"), widget=forms.Textarea(attrs={"rows": 2}))
    version = forms.IntegerField(widget=forms.HiddenInput)


@require_safe
def partners(request: ActorRequest, operation_id: int) -> HttpResponse:
    """Who takes part, who could, and the way to add the others."""
    operation = load(Operation, request.actor, operation_id, "basin", "region")
    can_add = plans_here(request.actor, operation)
    form = FindForm(request.GET or None)
    asked = form.cleaned_data if form.is_bound and form.is_valid() else {"name": "", "kind": ""}
    context = {
        "operation": operation,
        "partners": queries.partners(request.actor, operation),
        "can_add": can_add,
        "shows_contacts": request.actor.in_region or request.actor.in_provider,
        "proposed": queries.proposed_prescribers(operation) if can_add else [],
        "form": form,
        "asked": asked,
        "found": queries.find(operation, asked["name"], asked["kind"]) if can_add else [],
    }
    return render(request, "web/partners.html", context)


@require_POST
def add(request: ActorRequest, operation_id: int) -> HttpResponse:
    """One click on a known organisation."""
    operation = load(Operation, request.actor, operation_id)
    must_be_able(request.actor, "operation.add_partner", operation)
    sent = request.POST.get("organisation", "")
    organisation = Organisation.objects.filter(pk=sent).first() if sent.isdigit() else None
    if organisation is None:
        raise Unknown(_("Cette organisation n'existe pas."))
    try:
        partner = add_partner(request.actor, operation.pk, organisation)
        _say_added(request, partner)
    except Refused as refusal:
        if refusal.status in {403, 404}:
            raise
        messages.warning(request, refusal.sentence)
    return redirect("partners", operation_id=operation.pk)


def _say_added(request: ActorRequest, partner: Partner) -> None:
    said = {
        Part.PRESCRIBER: _("%(name)s participe à l'opération : vous pouvez noter sa venue et les personnes orientées."),
        Part.EMPLOYER: _("%(name)s participe à l'opération : vous pouvez noter sa venue et ses promesses."),
    }.get(Part(partner.part), _("%(name)s participe à l'opération."))
    messages.success(request, said % {"name": partner.organisation})


@require_http_methods(["GET", "POST"])
def new(request: ActorRequest, operation_id: int) -> HttpResponse:
    """An organisation that nobody noted yet."""
    operation = load(Operation, request.actor, operation_id)
    must_be_able(request.actor, "operation.add_partner", operation)
    initial = {"kind": OrganisationKind.PRESCRIBER.value, **request.GET.dict()}
    form = NewPartnerForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        partner = attempt(form, lambda: form.act(request, operation))
        if partner is not None:
            _say_added(request, partner)
            return redirect("partners", operation_id=operation.pk)
    return _form(request, operation, form, _("Ajouter une organisation"), action_label=_("Ajouter à l'opération"))


@require_http_methods(["GET", "POST"])
def contact(request: ActorRequest, partner_id: int) -> HttpResponse:
    """Who is reached in a partner."""
    partner = load(Partner, request.actor, partner_id, "organisation", "contact", "operation")
    must_be_able(request.actor, "operation.name_contact", partner.operation)
    known = partner.contact
    names = ("first_name", "last_name", "email", "phone")
    initial: dict[str, Any] = {name: getattr(known, name) for name in names} if known else {}
    form = ContactForm(request.POST or None, initial={**initial, "version": partner.version})
    if request.method == "POST" and form.is_valid():
        version = form.cleaned_data["version"]
        done = attempt(form, lambda: name_contact(request.actor, partner.pk, form.facts(), version=version))
        if done is not None:
            messages.success(request, _("Le contact est noté."))
            return redirect("partners", operation_id=partner.operation_id)
    title = _("Contact : %(name)s") % {"name": partner.organisation}
    return _form(request, partner.operation, form, title, action_label=_("Enregistrer"))


@require_http_methods(["GET", "POST"])
def leave(request: ActorRequest, partner_id: int) -> HttpResponse:
    """A partner leaves: what follows is said before."""
    partner = load(Partner, request.actor, partner_id, "organisation", "operation")
    operation = partner.operation
    must_be_able(request.actor, "operation.partner_leaves", operation)
    form = LeaveForm(request.POST or None, initial={"on": clock.today(), "version": partner.version})
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        if attempt(form, lambda: partner_leaves(request.actor, partner.pk, **values)) is not None:
            messages.success(request, _("Le départ de %(name)s est acté.") % {"name": partner.organisation})
            return redirect("partners", operation_id=operation.pk)
    context = {
        "title": _("Acter le départ de %(name)s") % {"name": partner.organisation},
        "consequences": _follows(request, partner),
        "form": form,
        "action_label": _("Acter le départ"),
        "back_url": reverse("partners", args=[operation.pk]),
        "back_label": _("Partenaires"),
    }
    return render(request, "confirm.html", context, status=422 if form.is_bound else 200)


def _follows(request: ActorRequest, partner: Partner) -> list[str]:
    told = [_("L'histoire de l'opération garde qu'elle y a participé ; elle pourra revenir.")]
    if partner.part == Part.PRESCRIBER:
        told.append(_("Elle n'oriente plus personne ; les personnes déjà orientées restent dans la session."))
    living = Promise.objects.visible_to(request.actor).filter(
        operation=partner.operation, employer=partner.organisation, state__in=STANDING
    )
    if count := living.count():
        sentence = ngettext(
            "Elle a encore %(n)d promesse en cours : son départ est refusé tant qu'elle n'est pas retirée.",
            "Elle a encore %(n)d promesses en cours : son départ est refusé tant qu'elles ne sont pas retirées.",
            count,
        )
        told.append(sentence % {"n": count})
    signing = Signatory.objects.visible_to(request.actor).filter(
        ON_THE_LIST, operation=partner.operation, organisation=partner.organisation
    )
    signatory = signing.select_related("convention").first()
    if signatory and signatory.convention.state == "signed":
        told.append(_("La convention, signée par tous, garde sa signature : elle reste telle qu'elle a été signée."))
    elif signatory:
        told.append(
            _("Elle est parmi les signataires de la convention (%(state)s) : retirez-la aussi de la liste.")
            % {"state": SIGNATORY.states[signatory.state]}
        )
    return told


def _form(
    request: ActorRequest, operation: Operation, form: forms.Form, title: str, *, action_label: str
) -> HttpResponse:
    context = {
        "title": title,
        "form": form,
        "back_url": reverse("partners", args=[operation.pk]),
        "back_label": _("Partenaires"),
        "action_label": action_label,
    }
    return render(request, "sourcing/form.html", context, status=422 if form.is_bound else 200)
