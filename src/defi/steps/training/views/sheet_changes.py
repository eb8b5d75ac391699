"""A half-day that moves, sheets opened by mistake: changed as long as nobody signed them."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from defi.kernel import clock
from defi.kernel.pages import ActorRequest, attempt, load
from defi.operations.models import Operation
from defi.steps.design.models import Module
from defi.steps.training import actions
from defi.steps.training.actions.sheets import refuse_signed
from defi.steps.training.forms import CancelSheetsForm, MoveSheetForm
from defi.steps.training.models import Attendance, AttendanceSheet
from defi.steps.training.queries.telling import told_of
from defi.steps.training.rules import half_day_words
from defi.steps.training.states import SHEET
from defi.steps.training.views.common import form_page, must, see, session_of, typed
from defi.steps.training.views.sheets import trainers_of


@require_http_methods(["GET", "POST"])
def move(request: ActorRequest, sheet_id: int) -> HttpResponse:
    """Another date, time, module, trainer or place."""
    found = load(AttendanceSheet, request.actor, sheet_id)
    must(request.actor, "sheet.move", found.operation)
    if request.method == "GET":
        # Said before anything is typed; the action looks again.
        SHEET.take("sheet.move", request.actor, found.state)
        refuse_signed(found)
    modules = Module.objects.visible_to(request.actor).filter(operation=found.operation_id)
    form = MoveSheetForm(
        typed(request),
        modules=[(module.pk, module.title) for module in modules],
        trainers=trainers_of(found.operation),
        says_itself=False,
        initial={
            "on": found.on,
            "half": found.half,
            "starts_at": found.starts_at,
            "minutes": found.minutes,
            "unusual_day": found.unusual_day,
            "module": found.module_id,
            "module_label": "" if found.module_id else found.module_label,
            "trainer": found.trainer_id,
            "trainer_name": "" if found.trainer_id else found.trainer_name,
            "place": found.place,
            "version": found.version,
        },
    )
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        facts = actions.HalfDayFacts(
            on=values["on"],
            half=values["half"],
            minutes=values["minutes"],
            starts_at=values["starts_at"],
            module_id=None if values["module_label"] else values["module"],
            module_label=values["module_label"],
            trainer_id=None if values["trainer_name"] else values["trainer"],
            trainer_name=values["trainer_name"],
            place=values["place"],
            unusual_day=values["unusual_day"],
        )
        moved = attempt(form, lambda: actions.move_sheet(request.actor, found.pk, facts, version=values["version"]))
        if moved is not None:
            said = _("La feuille est modifiée.")
            if _changes_their_day(found, moved):
                said = f"{said} {told_of(request.actor, [moved.pk]).sentence}".strip()
            messages.success(request, said)
            return see("training:sheet", sheet_id=found.pk)
    lead = _("Tant que personne n'a signé. Une feuille imprimée avant ne vaut plus pour cette demi-journée.")
    back = reverse("training:sheet", args=[found.pk])
    return form_page(request, found.operation, form, _("Déplacer la feuille"), _("Enregistrer"), lead=lead, back=back)


def _changes_their_day(was: AttendanceSheet, now: AttendanceSheet) -> bool:
    """Whether the trainees are told: when, for how long or where they come changed, and it is not all past."""
    said = ("on", "half", "starts_at", "minutes", "place")
    differs = any(getattr(was, field) != getattr(now, field) for field in said)
    return differs and max(was.on, now.on) >= clock.today()


@require_http_methods(["GET", "POST"])
def cancel(request: ActorRequest, operation_id: int) -> HttpResponse:
    """The sheets that nobody signed, to tick; `?feuille=` ticks one."""
    operation = load(Operation, request.actor, operation_id)
    must(request.actor, "sheet.cancel", operation)
    session = session_of(request.actor, operation)
    asked = request.GET.get("feuille", "")
    form = CancelSheetsForm(typed(request), sheets=_blank_sheets(request, session.pk), initial={"sheets": [asked]})
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        coming = AttendanceSheet.objects.visible_to(request.actor).filter(
            session=session, pk__in=values["sheets"], on__gte=clock.today()
        )
        # Read before: their lines go with them.
        told = told_of(request.actor, list(coming.values_list("pk", flat=True)))
        done = attempt(
            form,
            lambda: actions.cancel_sheets(request.actor, session.pk, values["sheets"], reason=values["reason"]),
        )
        if done is not None:
            said = ngettext("%(n)d feuille est annulée.", "%(n)d feuilles sont annulées.", len(done))
            messages.success(request, f"{said % {'n': len(done)}} {told.sentence}".strip())
            return see("training:session", operation_id=operation.pk)
    lead = _(
        "Celles que personne n'a signées. Le motif reste lisible ; ceux des stagiaires qui ont une adresse de "
        "courriel sont prévenus des séances à venir."
    )
    title = _("Annuler des feuilles ouvertes par erreur")
    keep = _("Garder les feuilles")
    return form_page(request, operation, form, title, _("Annuler ces feuilles"), lead=lead, cancel_label=keep)


def _blank_sheets(request: ActorRequest, session_id: int) -> list[tuple[int, str]]:
    """The open sheets on which nothing is noted, in the order of the days."""
    noted = Attendance.objects.visible_to(request.actor).exclude(state=Attendance.State.EXPECTED).values("sheet")
    rows = AttendanceSheet.objects.visible_to(request.actor).filter(session=session_id, state="open", trainer_way="")
    return [
        (sheet.pk, f"{half_day_words(sheet.on, sheet.half)}, {sheet.module_label}".capitalize())
        for sheet in rows.exclude(pk__in=noted).order_by("on", "starts_at")
    ]
