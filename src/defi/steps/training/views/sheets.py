"""Attendance sheets: opened from a desk, filled from a phone in the room."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from defi.kernel import clock
from defi.kernel.access import LEAD, PROVIDER, TASK, Who, scope
from defi.kernel.limits import count
from defi.kernel.pages import ActorRequest, attempt, load
from defi.operations.models import Operation
from defi.people.models import Membership
from defi.steps.design.models import Module
from defi.steps.training import actions, kiosk, queries
from defi.steps.training.attendance_forms import CorrectForm, LinesForm, SignForm
from defi.steps.training.documents import MOST_HALF_DAYS
from defi.steps.training.forms import SheetForm
from defi.steps.training.hours import ends, hours_of
from defi.steps.training.models import SIGNED_HERE, Attendance, AttendanceSheet
from defi.steps.training.queries import SheetPage
from defi.steps.training.queries.corrections import signed_here
from defi.steps.training.queries.timetable import has_lessons
from defi.steps.training.signing import Fault
from defi.steps.training.views.common import form_page, may, must, press, see, session_of, session_url, typed
from defi.steps.training.views.signing import KEEP

MISSED = {Attendance.State.ABSENT.value, Attendance.State.EXCUSED.value}


@require_http_methods(["GET", "POST"])
def open_sheets(request: ActorRequest, operation_id: int) -> HttpResponse:
    """One half-day, or a stretch of timetable."""
    operation = load(Operation, request.actor, operation_id)
    must(request.actor, "sheet.open", operation)
    session = session_of(request.actor, operation)
    modules = Module.objects.visible_to(request.actor).filter(operation=operation)
    form = SheetForm(
        typed(request),
        modules=[(module.pk, module.title) for module in modules],
        trainers=trainers_of(operation),
        says_itself=has_lessons(operation.pk),
        initial={"trainer": request.actor.person_id, "place": session.place},
    )
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        facts = actions.HalfDayFacts(
            on=values["on"],
            half="",
            minutes=values["minutes"],
            starts_at=values["starts_at"],
            module_id=values["module"],
            module_label=values["module_label"],
            trainer_id=None if values["trainer_name"] else values["trainer"],
            trainer_name=values["trainer_name"],
            place=values["place"],
            unusual_day=values["unusual_day"],
        )
        opened = attempt(
            form,
            lambda: actions.open_sheets(
                request.actor, session.pk, facts, halves=values["halves"], until=values["until"]
            ),
        )
        if opened is not None:
            said = ngettext("%(n)d feuille est ouverte.", "%(n)d feuilles sont ouvertes.", len(opened))
            messages.success(request, said % {"n": len(opened)})
            if len(opened) == 1 and opened[0].on <= clock.today():
                return see("training:sheet", sheet_id=opened[0].pk)
            return see("training:session", operation_id=operation.pk)
    return form_page(request, operation, form, _("Ouvrir des feuilles d'émargement"), _("Ouvrir"))


def trainers_of(operation: Operation) -> list[tuple[int, str]]:
    """The people of the provider who may stand in front of the group."""
    with scope(TASK):
        members = (
            Membership.objects.filter(organisation=operation.provider, until=None, role__in=[r.value for r in PROVIDER])
            .select_related("person")
            .order_by("person__last_name", "person__first_name", "pk")
        )
        return list(dict.fromkeys((member.person_id, str(member.person)) for member in members))


@require_safe
def sheet(request: ActorRequest, sheet_id: int) -> HttpResponse:
    """One half-day: the trainer settles it, each trainee signs it."""
    return _show(request, load(AttendanceSheet, request.actor, sheet_id))


def _show(
    request: ActorRequest,
    found: AttendanceSheet,
    *,
    sign_form: SignForm | None = None,
    lines_form: LinesForm | None = None,
) -> HttpResponse:
    page = queries.sheet_page(request.actor, found)
    operation = found.operation
    hours, now = hours_of(found), clock.now()
    has_come = found.on <= clock.today()
    is_time = found.state == "open" and hours.holds(now) and operation.state == "running"
    context: dict[str, object] = {"operation": operation, "page": page, "sheet": found, "hours": hours}
    bound = (sign_form is not None and sign_form.is_bound) or (lines_form is not None and lines_form.is_bound)
    if request.actor.who is Who.TRAINEE:
        wrong = [row.sent.made_at for row in page.questioned if row.sent.is_held and row.sent.fault == Fault.CODE]
        context |= {
            "wrong_code": max(wrong, default=None),
            "is_over": found.state == "locked" or now > hours.closes,
            "can_sign": is_time and page.mine is not None and page.mine.state == "expected",
            "sign_form": sign_form or SignForm(initial={"key": uuid.uuid4()}),
        }
        response = render(request, "training/my_sheet.html", context, status=422 if bound else 200)
        response.headers[KEEP] = "1"
        return response
    can_record = found.state == "open" and has_come and may(request.actor, "sheet.record", operation)
    context |= {
        "has_come": has_come,
        "is_over": ends(found) <= now,
        "ends": ends(found),
        "is_time": is_time,
        "hand_url": reverse("training:hand_round", args=[found.pk]),
        "has_code": kiosk.has_code(request.session),
        "can_record": can_record,
        "can_settle": may(request.actor, "signature.settle", operation),
        "can_correct": found.state == "locked"
        and request.actor.who in LEAD
        and may(request.actor, "sheet.correct", operation),
        "can_print": found.state != "cancelled" and may(request.actor, "sheet.print", operation),
        "can_move": found.state == "open" and may(request.actor, "sheet.move", operation),
        "can_cancel": may(request.actor, "sheet.cancel", operation),
        "lines_form": lines_form or (_lines_form(page) if can_record else None),
    }
    return render(request, "training/sheet.html", context, status=422 if bound else 200)


def _lines_form(page: SheetPage, data: object = None) -> LinesForm | None:
    """The lines that nobody signed online; none left, no form."""
    lines = [(row.line.candidacy_id, row.name, row.line.state) for row in page.lines if row.line.way not in SIGNED_HERE]
    if not lines:
        return None
    return LinesForm(data, lines=lines, initial={"version": page.sheet.version})


def _signed_since(page: SheetPage, sent: QueryDict) -> str:
    """The sentence on those whom an older page says absent though they have signed since; empty when there are none."""
    names = [
        row.line.candidacy.person.short_name
        for row in page.lines
        if row.line.way in SIGNED_HERE and sent.get(f"person_{row.line.candidacy_id}") in MISSED
    ]
    if not names:
        return ""
    return ngettext(
        "%(names)s a signé entre-temps : sa signature reste, l'absence n'est pas notée. Le reste de la page l'est.",
        "%(names)s ont signé entre-temps : leurs signatures restent, ces absences ne sont pas notées. "
        "Le reste de la page l'est.",
        len(names),
    ) % {"names": ", ".join(names)}


@require_POST
def sign(request: ActorRequest, sheet_id: int) -> HttpResponse:
    """A trainee signs."""
    found = load(AttendanceSheet, request.actor, sheet_id)
    form = SignForm(request.POST)
    if form.is_valid():
        code, key = form.cleaned_data["room_code"], form.cleaned_data["key"]

        def signed() -> Attendance:
            count(request, "room_code", f"{found.pk} {request.actor.person_id}")
            return actions.sign_sheet(request.actor, found.pk, room_code=code, key=key)

        if attempt(form, signed) is not None:
            messages.success(request, _("C'est signé. Merci."))
            return see("training:my_space")
    return _show(request, found, sign_form=form)


@require_POST
def record(request: ActorRequest, sheet_id: int) -> HttpResponse:
    """The provider notes what happened on paper, and who is not there."""
    found = load(AttendanceSheet, request.actor, sheet_id)
    page = queries.sheet_page(request.actor, found)
    form, kept = _lines_form(page, request.POST), _signed_since(page, request.POST)
    if form is None:
        if kept:
            messages.warning(request, kept)
        return see("training:sheet", sheet_id=found.pk)
    if form.is_valid():
        version = form.cleaned_data["version"]
        noted = attempt(
            form, lambda: actions.record_attendance(request.actor, found.pk, form.states(), version=version)
        )
        if noted is not None:
            if kept:
                messages.warning(request, kept)
            else:
                messages.success(request, _("Les présences sont notées."))
            return see("training:sheet", sheet_id=found.pk)
    return _show(request, found, lines_form=form)


@require_POST
def trainer_sign(request: ActorRequest, sheet_id: int) -> HttpResponse:
    """The trainer's own click, or their ink recorded by a colleague."""
    found = load(AttendanceSheet, request.actor, sheet_id)
    in_ink = request.POST.get("in_ink") == "1"
    return press(
        request,
        reverse("training:sheet", args=[found.pk]),
        lambda: actions.sign_as_trainer(request.actor, found.pk, in_ink=in_ink),
        _("La signature du formateur est notée."),
    )


@require_POST
def lock(request: ActorRequest, sheet_id: int) -> HttpResponse:
    """Nothing changes after that but by a correction that shows."""
    found = load(AttendanceSheet, request.actor, sheet_id)
    return press(
        request,
        reverse("training:sheet", args=[found.pk]),
        lambda: actions.close_sheet(request.actor, found.pk),
        _("La feuille est verrouillée."),
    )


@require_http_methods(["GET", "POST"])
def correct(request: ActorRequest, sheet_id: int, candidacy_id: int) -> HttpResponse:
    """One line of a locked sheet, with the reason."""
    found = load(AttendanceSheet, request.actor, sheet_id)
    must(request.actor, "sheet.correct", found.operation)
    line = Attendance.objects.visible_to(request.actor).filter(sheet=found, candidacy=candidacy_id).first()
    signed = signed_here(line) if line else None
    form = CorrectForm(typed(request), signed_at=signed.at if signed else None, initial={"version": found.version})
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        done = attempt(
            form,
            lambda: actions.correct_attendance(
                request.actor,
                found.pk,
                candidacy_id,
                state=values["state"],
                reason=values["reason"],
                version=values["version"],
            ),
        )
        if done is not None:
            messages.success(request, _("La ligne est corrigée ; le motif reste à côté."))
            return see("training:sheet", sheet_id=found.pk)
    title = _("Corriger la ligne de %(name)s") % {"name": line.candidacy.person if line else "?"}
    lead = _("La correction, sa date et son motif restent visibles sur la feuille.")
    back = reverse("training:sheet", args=[found.pk])
    return form_page(request, found.operation, form, title, _("Corriger"), lead=lead, back=back)


@require_POST
def print_sheet(request: ActorRequest, sheet_id: int) -> HttpResponse:
    """One half-day on paper: to sign while open, as signed once locked."""
    found = load(AttendanceSheet, request.actor, sheet_id)
    document = actions.print_sheets(request.actor, found.session_id, [found.pk])
    return see("document", code=document.code)


@require_POST
def print_week(request: ActorRequest, operation_id: int) -> HttpResponse:
    """The next half-days, up to a week of them, on one paper."""
    operation = load(Operation, request.actor, operation_id)
    session = session_of(request.actor, operation)
    coming = AttendanceSheet.objects.visible_to(request.actor).filter(session=session, on__gte=clock.today())
    coming = coming.exclude(state="cancelled")
    ids = list(coming.order_by("on", "starts_at").values_list("pk", flat=True)[:MOST_HALF_DAYS])
    if not ids:
        messages.warning(request, _("Aucune feuille n'est ouverte à partir d'aujourd'hui."))
        return see(session_url(operation.pk))
    document = actions.print_sheets(request.actor, session.pk, ids)
    return see("document", code=document.code)
