"""Writing on the record of an employer: its facts, its adviser, its contacts, what was said."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from defi.kernel import clock
from defi.kernel.access import LEAD, Actor, Who
from defi.kernel.pages import ActorRequest, attempt, load
from defi.kernel.refusals import NotAllowed, Refused
from defi.kernel.transitions import VERBS
from defi.people.employers import actions, importing
from defi.people.employers.models import Contact, EmployerSheet, Talk
from defi.people.models import Membership, Organisation
from defi.web.employer_forms import AdviserForm, ContactForm, EmployerFileForm, FirmForm, TalkForm
from defi.web.employer_record import read_firm


def _page(
    request: ActorRequest,
    form: Form,
    act: Callable[[], Any],
    *,
    title: str,
    action_label: str,
    said: str,
    back: tuple[str, str],
    aside: dict[str, Any] | None = None,
) -> HttpResponse:
    """A form on its page: done and back to the record, or shown again with what was typed."""
    if request.method == "POST" and form.is_valid() and (done := attempt(form, act)) is not None:
        messages.success(request, said)
        return redirect(back[0] or reverse("employers:record", args=[done.pk]))
    context = {
        "form": form,
        "title": title,
        "action_label": action_label,
        "back_url": back[0] or reverse("employers:list"),
        "back_label": back[1],
        "lead": back[1] if back[0] else "",
        **(aside or {}),
    }
    return render(request, "web/employers/form.html", context, status=422 if form.is_bound else 200)


def _to(firm: Organisation) -> tuple[str, str]:
    return reverse("employers:record", args=[firm.pk]), firm.name


def _must(actor: Actor, verb: str) -> None:
    """A page whose button would be refused is not shown. Raises `NotAllowed`."""
    VERBS[verb].check(actor, "-")


@require_http_methods(["GET", "POST"])
def new_employer(request: ActorRequest) -> HttpResponse:
    """An employer met on the ground."""
    _must(request.actor, "employer.register")
    form = FirmForm(request.POST or None)
    return _page(
        request,
        form,
        lambda: actions.register_employer(request.actor, form.facts()),
        title=_("Ajouter un employeur"),
        action_label=_("Ajouter"),
        said=_("La fiche est ouverte."),
        back=("", _("Employeurs")),
    )


@require_http_methods(["GET", "POST"])
def describe(request: ActorRequest, firm_id: int) -> HttpResponse:
    """Correct the facts of a record."""
    firm = read_firm(request.actor, firm_id)
    _must(request.actor, "employer.describe")
    sheet = EmployerSheet.objects.visible_to(request.actor).filter(organisation=firm).first()
    known = FirmForm.of(firm, sheet.naf if sheet else "", sheet.version if sheet else None)
    form = FirmForm(request.POST or None, initial=known)
    return _page(
        request,
        form,
        lambda: actions.describe_employer(
            request.actor, firm.pk, form.facts(), version=form.cleaned_data["version"] if sheet else None
        ),
        title=_("Corriger la fiche"),
        action_label=_("Enregistrer"),
        said=_("La fiche est corrigée."),
        back=_to(firm),
    )


@require_http_methods(["GET", "POST"])
def assign(request: ActorRequest, firm_id: int) -> HttpResponse:
    """Choose the adviser."""
    firm = read_firm(request.actor, firm_id)
    _must(request.actor, "employer.assign")
    sheet = EmployerSheet.objects.visible_to(request.actor).filter(organisation=firm).first()
    known = {"adviser": sheet.adviser_id, "version": sheet.version} if sheet else {}
    form = AdviserForm(request.POST or None, initial=known, advisers=_may_advise(request.actor))
    return _page(
        request,
        form,
        lambda: actions.assign_adviser(
            request.actor,
            firm.pk,
            form.cleaned_data["adviser"],
            version=form.cleaned_data["version"] if sheet else None,
        ),
        title=_("Choisir le conseiller"),
        action_label=_("Choisir"),
        said=_("Le conseiller est choisi : l'entreprise voit son nom et son téléphone."),
        back=_to(firm),
    )


def _may_advise(actor: Actor) -> QuerySet[Membership]:
    """Officers of the Region, and the people of partners who go and see firms."""
    today = clock.today()
    roles = [who.value for who in (Who.OFFICER, Who.ADVISER, *LEAD)]
    living = Q(until=None) | Q(until__gt=today)
    rows = Membership.objects.visible_to(actor).filter(living, role__in=roles)
    return rows.select_related("person", "organisation").order_by("organisation__name", "person__last_name", "pk")


@require_http_methods(["GET", "POST"])
def new_contact(request: ActorRequest, firm_id: int) -> HttpResponse:
    """Somebody new to talk to."""
    firm = read_firm(request.actor, firm_id)
    _must(request.actor, "contact.add")
    form = ContactForm(request.POST or None, actor=request.actor)
    return _page(
        request,
        form,
        lambda: actions.add_contact(request.actor, firm.pk, form.facts()),
        title=_("Ajouter un contact"),
        action_label=_("Ajouter"),
        said=_("Le contact est ajouté."),
        back=_to(firm),
    )


@require_http_methods(["GET", "POST"])
def contact(request: ActorRequest, contact_id: int) -> HttpResponse:
    """Correct a contact."""
    shown = load(Contact, request.actor, contact_id, "person", "organisation")
    _must(request.actor, "contact.change")
    form = ContactForm(request.POST or None, initial=ContactForm.of(shown), actor=request.actor)
    return _page(
        request,
        form,
        lambda: actions.change_contact(
            request.actor, shown.pk, form.facts(), version=form.cleaned_data["version"] or shown.version
        ),
        title=str(shown.person),
        action_label=_("Enregistrer"),
        said=_("Le contact est corrigé."),
        back=_to(shown.organisation),
        aside={"leaves_url": reverse("employers:contact_leaves", args=[shown.pk]) if shown.left_on is None else ""},
    )


@require_POST
def contact_leaves(request: ActorRequest, contact_id: int) -> HttpResponse:
    """One click: this person has left."""
    shown = load(Contact, request.actor, contact_id, "organisation")
    _press(
        request,
        lambda: actions.contact_leaves(request.actor, shown.pk),
        _("Le départ est noté : le contact est gardé."),
    )
    return redirect("employers:record", firm_id=shown.organisation_id)


@require_http_methods(["GET", "POST"])
def new_talk(request: ActorRequest, firm_id: int) -> HttpResponse:
    """« Noter un échange »: kind, who, one sentence, what comes next."""
    firm = read_firm(request.actor, firm_id)
    _must(request.actor, "talk.note")
    form = TalkForm(request.POST or None, actor=request.actor, contacts=_contacts(request.actor, firm))
    return _page(
        request,
        form,
        lambda: actions.note_talk(request.actor, firm.pk, form.facts()),
        title=_("Noter un échange"),
        action_label=_("Noter"),
        said=_("L'échange est noté."),
        back=_to(firm),
    )


@require_http_methods(["GET", "POST"])
def talk(request: ActorRequest, talk_id: int) -> HttpResponse:
    """Its author corrects it."""
    shown = load(Talk, request.actor, talk_id, "organisation")
    _must(request.actor, "talk.correct")
    if shown.written_by_id != request.actor.person_id:
        raise NotAllowed(_("Seule la personne qui a noté cet échange le corrige."))
    firm = shown.organisation
    form = TalkForm(
        request.POST or None,
        initial=TalkForm.of(shown),
        actor=request.actor,
        contacts=_contacts(request.actor, firm),
    )
    return _page(
        request,
        form,
        lambda: actions.correct_talk(
            request.actor, shown.pk, form.facts(), version=form.cleaned_data["version"] or shown.version
        ),
        title=_("Corriger un échange"),
        action_label=_("Enregistrer"),
        said=_("L'échange est corrigé."),
        back=_to(firm),
    )


@require_POST
def finish_step(request: ActorRequest, talk_id: int) -> HttpResponse:
    """One click: what had to follow is done."""
    shown = load(Talk, request.actor, talk_id)
    _press(request, lambda: actions.finish_step(request.actor, shown.pk), _("C'est noté comme fait."))
    return redirect("employers:record", firm_id=shown.organisation_id)


@require_http_methods(["GET", "POST"])
def import_list(request: ActorRequest) -> HttpResponse:
    """A list of employers kept in a spreadsheet: read whole, then the lines refused are told one by one."""
    _must(request.actor, "employer.import")
    form = EmployerFileForm(request.POST or None, request.FILES or None)
    report = None
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        report = attempt(form, lambda: importing.import_employers(request.actor, file.read(), file.name))
    context = {"form": form, "report": report, "columns": importing.COLUMNS_TOLD}
    status = 422 if form.is_bound and report is None else 200
    return render(request, "web/employers/import.html", context, status=status)


def _contacts(actor: Actor, firm: Organisation) -> QuerySet[Contact]:
    rows = Contact.objects.visible_to(actor).filter(organisation=firm, left_on=None)
    return rows.select_related("person").order_by("person__last_name", "pk")


def _press(request: ActorRequest, act: Callable[[], object], said: str) -> None:
    """A button without a form: done, or why not, in words."""
    try:
        act()
    except Refused as refusal:
        if refusal.status in {403, 404}:
            raise
        messages.warning(request, refusal.sentence)
        return
    messages.success(request, said)
