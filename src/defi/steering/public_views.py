"""The figures of a year for anybody: read, taken away, printed. The Region publishes them and takes them back here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from defi.kernel import clock, tables
from defi.kernel.access import Who
from defi.kernel.pages import ActorRequest, attempt, load, refusal_of
from defi.kernel.tables import Column
from defi.kernel.transitions import VERBS
from defi.operations.models import Operation
from defi.reference.words import plain
from defi.steering import actions, printing
from defi.steering.figure_views import only_who_steers
from defi.steering.filters import UNKNOWN
from defi.steering.models import PublishedYear
from defi.steering.yearly import PLACES, Answer, Line, Year

LABELS: Final = {"basin": lazy("Bassin"), "job": lazy("Métier"), "provider": lazy("Organisme")}


class PublicFilters(forms.Form):
    """Where the published figures are from. No dates and no firm: a finer cut would make smaller groups."""

    def __init__(self, data: Any, year: Year) -> None:
        super().__init__(data)
        for name in PLACES:
            named = [(key, label) for key, label in year.names[name].items() if label]
            known = sorted(named, key=lambda pair: plain(pair[1]))
            self.fields[name] = forms.ChoiceField(
                label=LABELS[name], required=False, choices=[("", _("tous")), *known], error_messages=UNKNOWN
            )

    @property
    def wanted(self) -> dict[str, int]:
        """What was asked; what is not valid is not asked."""
        self.is_valid()
        asked = getattr(self, "cleaned_data", {})
        return {name: int(asked[name]) for name in PLACES if asked.get(name)}


PUBLIC_COLUMNS: Final[Sequence[Column[tuple[Answer, Line, str]]]] = (
    Column(lazy("Question"), lambda row: row[0].family.label),
    Column(lazy("Chiffre"), lambda row: row[1].figure.label),
    Column(lazy("Valeur"), lambda row: row[1].number.part if row[1].number else None),
    Column(lazy("Sur"), lambda row: row[1].number.whole if row[1].number else None),
    Column(lazy("En mots"), lambda row: printing.words_of(row[1])),
    Column(lazy("Pourquoi rien n'est publié"), lambda row: row[2]),
    Column(lazy("Définition"), lambda row: row[1].figure.definition),
    Column(lazy("Source"), lambda row: row[1].figure.source),
)


@require_safe
def years(request: ActorRequest) -> HttpResponse:
    """The last published year; or that there is none yet."""
    last = PublishedYear.objects.visible_to(request.actor).filter(state="published").first()
    if last:
        return redirect("steering:public_year", last.year)
    return render(request, "steering/public_none.html", {"year": None})


@require_safe
def year(request: ActorRequest, year: int) -> HttpResponse:
    """The published figures of a year, by basin, job and provider; exported exactly as shown."""
    published = _published(request, year)
    if published is None:
        return render(request, "steering/public_none.html", {"year": year}, status=404)
    content = Year(published.content)
    form = PublicFilters(request.GET or None, content)
    wanted = form.wanted
    held = content.members(wanted)
    answers = content.answers(held)
    if (kind := tables.asked(request)) and not form.errors:
        rows = [
            (answer, line, printing.why_not(line, published.smallest)) for answer in answers for line in answer.lines
        ]
        return tables.download(kind, _("Chiffres DEFI %(year)d") % {"year": year}, PUBLIC_COLUMNS, rows)
    others = PublishedYear.objects.visible_to(request.actor).filter(state="published").exclude(year=year)
    context = {
        "published": published,
        "form": form,
        "active": bool(request.GET),
        "count": len(held),
        "answers": [
            (
                answer.family,
                [(line, printing.words_of(line), printing.why_not(line, published.smallest)) for line in answer.lines],
            )
            for answer in answers
        ],
        "charts": printing.charts_of(answers) if held else [],
        "heads": printing.heads(),
        "places": printing.place_lines(content, "basin", wanted) if held else [],
        "others": others.values_list("year", flat=True),
    }
    return render(request, "steering/public_year.html", context)


@require_safe
def report(request: ActorRequest, year: int) -> HttpResponse:
    """The yearly report as it was printed when the year was published."""
    published = _published(request, year)
    if published is None or published.document is None:
        return render(request, "steering/public_none.html", {"year": year}, status=404)
    document = published.document
    response = HttpResponse(bytes(document.content), content_type=document.media_type)
    response["Content-Disposition"] = f'inline; filename="{document.number}.pdf"'
    return response


def _published(request: ActorRequest, year: int) -> PublishedYear | None:
    found = PublishedYear.objects.visible_to(request.actor).filter(year=year, state="published")
    return found.select_related("document").first()


class PublishForm(forms.Form):
    """The year whose figures are published."""

    year = forms.IntegerField(label=lazy("Année"), min_value=2015, max_value=2100)


class WithdrawForm(forms.Form):
    """Why published figures are taken back."""

    reason = forms.CharField(
        label=lazy("Motif"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=lazy("Une erreur dans les faits notés, par exemple. Le motif reste au journal."),
    )


@require_http_methods(["GET", "POST"])
def publications(request: ActorRequest) -> HttpResponse:
    """What the Region has published, and the next year to publish."""
    only_who_steers(request.actor)
    form = PublishForm(request.POST or None, initial={"year": clock.today().year - 1})
    if request.method == "POST":
        VERBS["figures.publish"].check(request.actor, "")
    if request.method == "POST" and form.is_valid():
        number = form.cleaned_data["year"]
        if attempt(form, lambda: actions.publish_year(request.actor, number)):
            messages.success(request, _("Les chiffres de %(year)d sont publiés.") % {"year": number})
            return redirect("steering:publications")
    context = {
        "rows": PublishedYear.objects.visible_to(request.actor).select_related("document").defer("content"),
        "form": form if request.actor.who is Who.STEERING else None,
    }
    return render(request, "steering/publications.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def withdraw(request: ActorRequest, published_id: int) -> HttpResponse:
    """Takes published figures back, with the reason."""
    only_who_steers(request.actor)
    row = load(PublishedYear, request.actor, published_id)
    form = WithdrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        if attempt(form, lambda: actions.withdraw_year(request.actor, row.pk, reason=reason)):
            messages.success(request, _("Les chiffres de %(year)d sont retirés.") % {"year": row.year})
            return redirect("steering:publications")
    return render(request, "steering/withdraw.html", {"row": row, "form": form}, status=422 if form.errors else 200)


@require_POST
def sheet(request: ActorRequest, operation_id: int) -> HttpResponse:
    """Prints the sheet of an operation and shows it."""
    load(Operation, request.actor, operation_id)
    made = []
    if refused := refusal_of(lambda: made.append(actions.print_sheet(request.actor, operation_id))):
        messages.warning(request, refused)
        return redirect("operation", operation_id)
    return redirect(reverse("document", args=[made[0].code]))
