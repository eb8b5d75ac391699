"""The answers owed to employers: the list to go through, and the note of a review."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_http_methods, require_safe

from defi.kernel import tables
from defi.kernel.access import Actor
from defi.kernel.pages import ActorRequest, attempt, load
from defi.kernel.refusals import NotAllowed
from defi.kernel.tables import Column
from defi.reference.models import Basin, Job
from defi.steps.needs.access import in_territory
from defi.steps.needs.models import Need
from defi.steps.offer import answers
from defi.steps.offer.answers import Line
from defi.steps.offer.models import NeedReview
from defi.steps.offer.owing import STANDING_WORDS

PER_PAGE = 40

COLUMNS: tuple[Column[Line], ...] = (
    Column(lazy("Employeur"), lambda line: line.need.employer),
    Column(lazy("Cherche"), lambda line: line.need.wanted),
    Column(lazy("Postes"), lambda line: line.need.posts),
    Column(lazy("Bassin"), lambda line: line.need.basin),
    Column(lazy("Reçu le"), lambda line: line.need.received_on),
    Column(lazy("Âge en jours"), lambda line: line.owed.age),
    Column(lazy("Réponse promise le"), lambda line: line.owed.due_on),
    Column(lazy("Où en est-on"), lambda line: line.words),
    Column(lazy("Revu le"), lambda line: line.reviewed_on),
    Column(lazy("État"), lambda line: line.need.get_state_display()),
    Column(lazy("Groupe"), lambda line: line.need.collective.title if line.need.collective else None),
)


class AnswerFilters(forms.Form):
    """The filters of the list, all optional."""

    basin = forms.ChoiceField(label=lazy("Bassin"), required=False)
    job = forms.ModelChoiceField(Job.objects.none(), label=lazy("Métier"), required=False, empty_label=lazy("tous"))
    standing = forms.ChoiceField(
        label=lazy("Où en est-on"), choices=[("", lazy("tout")), *STANDING_WORDS.items()], required=False
    )

    def __init__(self, data: object, actor: Actor) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        seen = answers.unanswered(actor).order_by()
        basins = [(str(b.pk), b.name) for b in Basin.objects.filter(pk__in=seen.values("basin"))]
        mine = [("", _("mes bassins")), ("all", _("tous"))] if actor.basins else [("", _("tous"))]
        self.fields["basin"].choices = [*mine, *basins]  # type: ignore[attr-defined]
        self.fields["job"].queryset = Job.objects.filter(pk__in=seen.values("job"))  # type: ignore[attr-defined]


class ReviewForm(forms.Form):
    """Where a need stands."""

    note = forms.CharField(
        label=lazy("Où en est ce besoin ?"),
        help_text=lazy(
            "L'entreprise cherche-t-elle toujours ? Qu'attend la réponse ? Il reviendra à la revue suivante."
        ),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


@require_safe
def owed(request: ActorRequest) -> HttpResponse:
    """The answers owed, the oldest first; the filters stay in the address."""
    actor = request.actor
    if not actor.in_region:
        raise NotAllowed(_("La Région suit ici les réponses qu'elle doit aux employeurs."))
    form = AnswerFilters(request.GET, actor)
    rows = _filtered(actor, form)
    if kind := tables.asked(request):
        return tables.download(kind, _("Réponses dues"), COLUMNS, rows)
    context = {
        "form": form,
        "active": any(request.GET.get(name) for name in form.fields),
        "page": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        "late": sum(row.owed.is_late for row in rows),
        "review_days": answers.delays().review,
    }
    return render(request, "offer/answers.html", context)


def _filtered(actor: Actor, form: AnswerFilters) -> list[Line]:
    needs = answers.unanswered(actor)
    if not form.is_valid():
        return answers.lines(needs)
    wanted = form.cleaned_data
    if wanted["basin"].isdigit():
        needs = needs.filter(basin_id=int(wanted["basin"]))
    elif not wanted["basin"] and actor.basins:
        needs = needs.filter(basin_id__in=actor.basins)
    if wanted["job"]:
        needs = needs.filter(job=wanted["job"])
    rows = answers.lines(needs)
    return [row for row in rows if row.standing == wanted["standing"]] if wanted["standing"] else rows


@require_http_methods(["GET", "POST"])
def review(request: ActorRequest, need_id: int) -> HttpResponse:
    """An officer goes through one need: what was said before, and where it stands now."""
    shown = load(Need, request.actor, need_id)
    if not in_territory(request.actor, shown.basin_id):
        raise NotAllowed(_("Le référent de ce bassin passe ce besoin en revue."))
    form = ReviewForm(request.POST or None, initial={"version": shown.version})
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        done = attempt(
            form,
            lambda: answers.review_need(request.actor, shown.pk, note=values["note"], version=values["version"]),
        )
        if done is not None:
            messages.success(request, _("C'est noté. Ce besoin reviendra à la prochaine revue."))
            return redirect("offer:answers")
    former = NeedReview.objects.visible_to(request.actor).filter(need=shown).select_related("reviewed_by")
    context = {"need": shown, "form": form, "former": former.order_by("-pk")}
    return render(request, "offer/review.html", context, status=422 if form.is_bound else 200)
