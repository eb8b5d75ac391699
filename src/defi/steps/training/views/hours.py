"""The ledger of hours, on the page and as a table to take away; the absences of one trainee."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from defi.kernel import tables
from defi.kernel.access import Who
from defi.kernel.pages import ActorRequest, attempt, load
from defi.kernel.refusals import Unknown
from defi.kernel.tables import Column
from defi.operations.models import Operation
from defi.steps.sourcing.models import Candidacy
from defi.steps.training import actions, queries
from defi.steps.training.actions import Why
from defi.steps.training.attendance_forms import AbsencesForm
from defi.steps.training.queries.hours import LedgerRow
from defi.steps.training.views.common import may, must, see, typed


def _hours(minutes: int) -> float:
    """A number of hours that a spreadsheet adds up; half-days are whole minutes."""
    return round(minutes / 60, 2)


COLUMNS: tuple[Column[LedgerRow], ...] = (
    Column(gettext_lazy("Stagiaire"), lambda row: row.name or _("Ensemble")),
    Column(gettext_lazy("État"), lambda row: row.candidacy.get_state_display() if row.candidacy else ""),
    Column(gettext_lazy("Centre, heures prévues"), lambda row: _hours(row.ledger.centre.planned)),
    Column(gettext_lazy("Centre, heures faites"), lambda row: _hours(row.ledger.centre.done)),
    Column(gettext_lazy("Centre, heures manquées"), lambda row: _hours(row.ledger.centre.missed)),
    Column(gettext_lazy("Centre, en attente de verrouillage"), lambda row: _hours(row.ledger.centre.waiting)),
    Column(gettext_lazy("Entreprise, heures prévues"), lambda row: _hours(row.ledger.company.planned)),
    Column(gettext_lazy("Entreprise, heures faites"), lambda row: _hours(row.ledger.company.done)),
    Column(gettext_lazy("Entreprise, heures manquées"), lambda row: _hours(row.ledger.company.missed)),
    Column(gettext_lazy("Entreprise, en attente"), lambda row: _hours(row.ledger.company.waiting)),
    Column(gettext_lazy("Demi-journées corrigées"), lambda row: row.corrected),
)


@require_safe
def hours(request: ActorRequest, operation_id: int) -> HttpResponse:
    """The hours of each trainee: what locked sheets and finished periods say, and what waits."""
    operation = load(Operation, request.actor, operation_id)
    actor = request.actor
    if not (actor.in_provider or actor.in_region) or actor.who is Who.CABINET:
        raise Unknown(_("Cette page n'existe pas, ou elle n'est pas pour vous."))
    page = queries.ledger_page(actor, operation)
    if kind := tables.asked(request):
        rows = [*page.rows, page.whole] if page.whole else page.rows
        return tables.download(kind, _("Heures"), COLUMNS, rows)
    context = {"operation": operation, "page": page, "can_note": may(actor, "absence.note", operation)}
    return render(request, "training/hours.html", context)


@require_http_methods(["GET", "POST"])
def absences(request: ActorRequest, candidacy_id: int) -> HttpResponse:
    """What somebody missed, and the reason, with the paper that shows it."""
    found = load(Candidacy, request.actor, candidacy_id, "operation", "person")
    must(request.actor, "absence.note", found.operation)
    page = queries.absences_page(request.actor, found)
    form = AbsencesForm(
        typed(request),
        request.FILES or None,
        reasons=[(reason.key, reason.label) for reason in page.rules.reasons],
        days=[row.on for row in page.rows if not row.reason],
    )
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        paper = (values["file"].name, values["file"].read()) if values["file"] else None
        noted = attempt(
            form,
            lambda: actions.note_absences(
                request.actor, found.pk, values["first"], values["last"], Why(values["reason"], paper)
            ),
        )
        if noted is not None:
            said = ngettext(
                "Le motif est noté pour %(n)d demi-journée.", "Le motif est noté pour %(n)d demi-journées.", len(noted)
            )
            messages.success(request, said % {"n": len(noted)})
            return see("training:absences", candidacy_id=found.pk)
    context = {
        "operation": found.operation,
        "page": page,
        "form": form,
        "back_url": reverse("training:hours", args=[found.operation_id]),
    }
    return render(request, "training/absences.html", context, status=422 if form.is_bound else 200)
