"""The presence of a month: the page, the file, the paper; and a trainee's own hours."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from defi.kernel import tables
from defi.kernel.access import Who
from defi.kernel.pages import ActorRequest, load
from defi.kernel.refusals import Invalid, Unknown
from defi.operations.models import Operation
from defi.steps.training import actions
from defi.steps.training.monthly import month_of
from defi.steps.training.queries.people import my_candidacy
from defi.steps.training.queries.presence import MonthRow, month_page, months_of
from defi.steps.training.views.common import may, press, see, session_of, session_url

# As the page shows them; hours as decimals, so that a spreadsheet adds them up.
COLUMNS: tuple[tables.Column[MonthRow], ...] = (
    tables.Column(gettext_lazy("Nom"), lambda row: row.candidacy.person.last_name),
    tables.Column(gettext_lazy("Prénom"), lambda row: row.candidacy.person.first_name),
    tables.Column(gettext_lazy("Heures prévues"), lambda row: round(row.account.planned / 60, 2)),
    tables.Column(gettext_lazy("Heures de présence"), lambda row: round(row.account.present / 60, 2)),
    tables.Column(gettext_lazy("Absence justifiée"), lambda row: round(row.account.excused / 60, 2)),
    tables.Column(gettext_lazy("Absence non justifiée"), lambda row: round(row.account.absent / 60, 2)),
    tables.Column(gettext_lazy("À savoir"), lambda row: " ; ".join(row.notes)),
)


@require_http_methods(["GET", "POST"])
def presence(request: ActorRequest, operation_id: int) -> HttpResponse:
    """A month of the session, trainee by trainee; sent, it is kept as it is and printed."""
    operation = load(Operation, request.actor, operation_id)
    if not (request.actor.in_provider or request.actor.in_region) or request.actor.who is Who.CABINET:
        raise Unknown(_("Cette page n'existe pas, ou elle n'est pas pour vous."))
    session = session_of(request.actor, operation)
    months = months_of(session)
    asked = request.GET.get("mois", "")
    try:
        month = month_of(asked, months) if asked else months[-1]
    except Invalid:
        messages.warning(request, _("Ce mois n'est pas de la session : voici le dernier."))
        return see("training:presence", operation_id=operation.pk)
    if request.method == "POST":
        url = f"{request.path}?mois={month:%Y-%m}"
        said = _("L'état de ce mois est établi ; il est gardé tel quel.")
        return press(request, url, lambda: actions.establish_presence(request.actor, session.pk, month), said)
    page = month_page(request.actor, session, month)
    if kind := tables.asked(request):
        title = _("Présence %(month)s") % {"month": f"{month:%Y-%m}"}
        return tables.download(kind, title, COLUMNS, page.rows)
    context = {
        "operation": operation,
        "page": page,
        "can_establish": may(request.actor, "presence.establish", operation),
        "back_url": session_url(operation.pk),
    }
    return render(request, "training/presence.html", context)


@require_safe
def my_presence(request: ActorRequest) -> HttpResponse:
    """My hours of the month, as the locked sheets say them."""
    mine = my_candidacy(request.actor) if request.actor.who is Who.TRAINEE else None
    if mine is None or mine.entered_on is None:
        raise Unknown(_("Vous n'avez pas de formation en cours."))
    months = months_of(mine.session)
    asked = request.GET.get("mois", "")
    month = next((month for month in months if f"{month:%Y-%m}" == asked), months[-1])
    page = month_page(request.actor, mine.session, month)
    return render(request, "training/my_presence.html", {"page": page, "row": next(iter(page.rows), None)})
