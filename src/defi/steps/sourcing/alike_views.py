"""« Personnes peut-être déjà connues »: two by two, and what somebody decides of them."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from defi.kernel.pages import ActorRequest, attempt, load, refusal_of
from defi.kernel.refusals import Unknown
from defi.kernel.transitions import VERBS
from defi.steps.sourcing import alike_actions, alike_queries
from defi.steps.sourcing.alike_models import PersonPair

PER_PAGE = 20


class ApartForm(forms.Form):
    """Why two records made one are two."""

    reason = forms.CharField(label=gettext_lazy("Pourquoi"), widget=forms.Textarea(attrs={"rows": 2}), max_length=300)
    version = forms.IntegerField(widget=forms.HiddenInput)


def _must_settle(request: ActorRequest) -> None:
    if not VERBS["person.merge"].allows(request.actor):
        raise Unknown(_("Cette page n'existe pas, ou elle n'est pas pour vous."))


@require_safe
def alikes(request: ActorRequest) -> HttpResponse:
    """Every two records that may be one person, among those this actor follows."""
    _must_settle(request)
    page = Paginator(alike_queries.alike_pairs(request.actor), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "pairs": alike_queries.shown_pairs(request.actor, list(page.object_list)),
        "before": alike_queries.merged_before(request.actor),
    }
    return render(request, "sourcing/alikes.html", context)


@require_POST
def merge(request: ActorRequest, kept_id: int, other_id: int) -> HttpResponse:
    """One click: the same person; the first record is kept."""
    fault = refusal_of(lambda: alike_actions.merge_people(request.actor, kept_id, other_id))
    if fault:
        messages.warning(request, fault)
    else:
        messages.success(request, _("Cette personne n'a plus qu'une fiche."))
    return redirect("sourcing:alikes")


@require_POST
def apart(request: ActorRequest, kept_id: int, other_id: int) -> HttpResponse:
    """One click: two people."""
    alike_actions.keep_people_apart(request.actor, kept_id, other_id)
    messages.success(request, _("C'est noté : ce sont deux personnes, la question ne sera plus posée."))
    return redirect("sourcing:alikes")


@require_http_methods(["GET", "POST"])
def unmerge(request: ActorRequest, pair_id: int) -> HttpResponse:
    """What was made one by mistake is taken apart."""
    _must_settle(request)
    pair = load(PersonPair, request.actor, pair_id, "kept", "other")
    form = ApartForm(request.POST or None, initial={"version": pair.version})
    if request.method == "POST" and form.is_valid():
        done = attempt(form, lambda: alike_actions.unmerge_people(request.actor, pair.pk, **form.cleaned_data))
        if done is not None:
            messages.success(request, " ".join([_("Les deux fiches sont séparées de nouveau."), done[1]]).strip())
            return redirect("sourcing:alikes")
    context = {
        "title": _("Séparer %(name)s") % {"name": pair.other},
        "consequences": [
            _("Les candidatures reviennent à la fiche d'où elles venaient, avec les coordonnées qu'elle avait."),
            _("Ce qui a changé depuis reste, et vous saurez combien."),
        ],
        "form": form,
        "action_label": _("Séparer"),
        "back_url": reverse("sourcing:alikes"),
        "back_label": _("Personnes peut-être déjà connues"),
    }
    return render(request, "confirm.html", context, status=422 if form.is_bound else 200)
