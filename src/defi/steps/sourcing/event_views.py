"""Pages of the meetings: the list with the places left, one meeting, its frame, its bookings, who came."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from defi.kernel import clock, tables
from defi.kernel.pages import ActorRequest, attempt, load
from defi.kernel.refusals import NotAllowed, Refused, Unknown
from defi.operations.models import Operation
from defi.steps.sourcing import bookings, event_queries, events
from defi.steps.sourcing.doors import leads_here, must_be_able, plans_here
from defi.steps.sourcing.event_forms import AttendanceForm, BookForm, CancelForm, DescribeForm, RescheduleForm
from defi.steps.sourcing.event_queries import Shown
from defi.steps.sourcing.models import Booking, SourcingLine
from defi.steps.sourcing.reach import reach_sentences
from defi.steps.sourcing.several_views import kept

COLUMNS: tuple[tables.Column[Shown], ...] = (
    tables.Column(gettext_lazy("Rencontre"), lambda row: row.event.label),
    tables.Column(gettext_lazy("Formation"), lambda row: row.event.operation.title),
    tables.Column(gettext_lazy("Date"), lambda row: row.event.planned_on),
    tables.Column(gettext_lazy("Heure"), lambda row: f"{row.event.at:%H:%M}" if row.event.at else ""),
    tables.Column(gettext_lazy("Lieu"), lambda row: row.event.place),
    tables.Column(gettext_lazy("Responsable"), lambda row: row.event.owner.name),
    tables.Column(gettext_lazy("État"), lambda row: row.pill[1]),
    tables.Column(gettext_lazy("Places"), lambda row: row.event.places),
    tables.Column(gettext_lazy("Inscrits"), lambda row: row.booked),
    tables.Column(gettext_lazy("Places libres"), lambda row: row.left),
    tables.Column(gettext_lazy("En attente"), lambda row: row.waiting),
    tables.Column(gettext_lazy("Venus"), lambda row: row.event.came),
)


@require_safe
def event_list(request: ActorRequest, operation_id: int) -> HttpResponse:
    """The meetings of an operation, with the places left."""
    operation = load(Operation, request.actor, operation_id)
    rows = event_queries.shown_events(request.actor, operation=operation)
    if kind := tables.asked(request):
        return tables.download(kind, _("Rencontres"), COLUMNS, rows)
    context = {
        "operation": operation,
        "rows": rows,
        "can_run": plans_here(request.actor, operation),
        "can_book": event_queries.books_here(request.actor, operation),
    }
    return render(request, "sourcing/events.html", context)


@require_safe
def event(request: ActorRequest, event_id: int) -> HttpResponse:
    """One meeting."""
    page = event_queries.event_page(request.actor, event_id)
    if page is None:
        raise Unknown(_("Cette page n'existe pas, ou elle n'est pas pour vous."))
    row, operation = page.shown.event, page.shown.event.operation
    leads = leads_here(request.actor, operation)
    began = row.planned_on <= clock.today()
    context = {
        "operation": operation,
        "page": page,
        "event": row,
        "shown": page.shown,
        "can_run": plans_here(request.actor, operation) and not row.cancelled_on and not row.done_on,
        "can_book": event_queries.books_here(request.actor, operation)
        and row.is_open
        and (page.shown.takes_bookings or leads),
        "can_attend": leads and bool(row.published_on) and not row.rule.service and not row.cancelled_on and began,
        "can_lead": leads,
        "follows": leads and row.done_on is not None and bool(page.unmet or page.missed),
        "kept": kept(request),
        "can_cancel_bookings": event_queries.books_here(request.actor, operation) and not row.done_on,
        "sees_people": not request.actor.in_employer and bool(row.published_on) and not row.rule.service,
        "public_url": request.build_absolute_uri(reverse("sourcing:come", args=[row.pk])),
    }
    return render(request, "sourcing/event.html", context)


@require_http_methods(["GET", "POST"])
def describe(request: ActorRequest, event_id: int) -> HttpResponse:
    """Aim, frame, what follows, who accompanies."""
    row = load(SourcingLine, request.actor, event_id, "operation", "owner")
    initial = {name: getattr(row, name) for name in DescribeForm.base_fields}
    initial["led_by"] = row.led_by or row.owner.name
    form = DescribeForm(request.POST or None, event=row, initial=initial)
    return _page(
        request,
        row,
        form,
        lambda v: events.describe_event(request.actor, row.pk, form.facts(), version=v["version"]),
        verb="event.describe",
        title=_("Préciser : %(kind)s") % {"kind": row.label},
        said=_("C'est noté."),
        lead=_("Rien n'est obligatoire maintenant ; tout l'est pour publier."),
    )


@require_POST
def publish(request: ActorRequest, event_id: int) -> HttpResponse:
    """Open it to booking."""
    return _click(
        request, event_id, lambda: events.publish_event(request.actor, event_id), _("La rencontre est publiée.")
    )


@require_http_methods(["GET", "POST"])
def reschedule(request: ActorRequest, event_id: int) -> HttpResponse:
    """Another day, hour or place."""
    row = load(SourcingLine, request.actor, event_id, "operation")
    initial = {name: getattr(row, name) for name in RescheduleForm.base_fields}
    form = RescheduleForm(request.POST or None, initial=initial)
    return _page(
        request,
        row,
        form,
        lambda v: events.reschedule_event(request.actor, row.pk, **v),
        verb="event.reschedule",
        title=_("Déplacer : %(kind)s") % {"kind": row.label},
        said=_("La rencontre est déplacée."),
        lead=_told(request, row),
    )


@require_http_methods(["GET", "POST"])
def cancel(request: ActorRequest, event_id: int) -> HttpResponse:
    """It will not take place."""
    row = load(SourcingLine, request.actor, event_id, "operation")
    form = CancelForm(request.POST or None, initial={"version": row.version})
    return _page(
        request,
        row,
        form,
        lambda v: events.cancel_event(request.actor, row.pk, **v),
        verb="event.cancel",
        title=_("Annuler : %(kind)s") % {"kind": row.label},
        said=_("La rencontre est annulée."),
        lead=_told(request, row),
        label=_("Annuler la rencontre"),
        back=_("Garder la rencontre"),
    )


@require_http_methods(["GET", "POST"])
def book(request: ActorRequest, event_id: int) -> HttpResponse:
    """Book people: candidates to tick, somebody new to note."""
    row = load(SourcingLine, request.actor, event_id, "operation")
    form = BookForm(request.POST or None, candidates=event_queries.to_book(request.actor, row))
    is_prescriber = request.actor.in_prescriber
    return _page(
        request,
        row,
        form,
        lambda v: bookings.book_people(request.actor, row.pk, v.get("candidacies", ()), form.newcomer),
        verb="booking.make",
        title=_("Inscrire : %(kind)s") % {"kind": row.label},
        said=_("C'est inscrit."),
        lead=_("Une personne nouvelle est aussi orientée vers la formation.")
        if is_prescriber
        else _("Notez ici qui s'inscrit par téléphone."),
        label=_("Inscrire"),
    )


@require_http_methods(["GET", "POST"])
def attend(request: ActorRequest, event_id: int) -> HttpResponse:
    """Who came, and what came out of it."""
    row = load(SourcingLine, request.actor, event_id, "operation")
    must_be_able(request.actor, "event.attend", row.operation)
    people = event_queries.to_attend(row)
    named = sum(one.attendance == Booking.Attendance.CAME for one in people)
    initial = {"version": row.version, "others": None if row.came is None else max(0, row.came - named)}
    form = AttendanceForm(request.POST or None, event=row, bookings=people, initial=initial)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        done = attempt(
            form,
            lambda: events.note_attendance(
                request.actor,
                row.pk,
                form.seen(),
                others=values["others"] or 0,
                meet=form.meets,
                version=values["version"],
            ),
        )
        if done is not None:
            messages.success(request, _("Les présences sont notées."))
            return redirect("sourcing:event", event_id=row.pk)
    lines = [(one, form[f"attendance_{one.pk}"], form[f"outcome_{one.pk}"]) for one in people]
    context = {"event": row, "operation": row.operation, "form": form, "lines": lines}
    return render(request, "sourcing/attendance.html", context, status=422 if form.is_bound else 200)


@require_POST
def confirm_by_phone(request: ActorRequest, booking_id: int) -> HttpResponse:
    """The person said by phone that they come."""
    row = load(Booking, request.actor, booking_id)
    return _click(
        request, row.event_id, lambda: bookings.confirm_booking(request.actor, row.pk), _("La venue est confirmée.")
    )


@require_POST
def cancel_booking(request: ActorRequest, booking_id: int) -> HttpResponse:
    """Somebody will not come."""
    row = load(Booking, request.actor, booking_id)
    return _click(
        request, row.event_id, lambda: bookings.cancel_booking(request.actor, row.pk), _("L'inscription est annulée.")
    )


@require_POST
def apply_after(request: ActorRequest, booking_id: int) -> HttpResponse:
    """Somebody who came by themself becomes a candidate."""
    row = load(Booking, request.actor, booking_id)
    return _click(
        request, row.event_id, lambda: bookings.apply_after(request.actor, row.pk), _("La candidature est notée.")
    )


def _page(
    request: ActorRequest,
    row: SourcingLine,
    form: Form,
    act: Callable[[dict[str, Any]], object],
    *,
    verb: str,
    title: str,
    said: str,
    lead: str = "",
    label: str = "",
    back: str = "",
) -> HttpResponse:
    """One form, one action, back to the meeting."""
    must_be_able(request.actor, verb, row.operation)
    if request.method == "POST" and form.is_valid():
        done = attempt(form, lambda: act(form.cleaned_data))
        if done is not None:
            messages.success(request, said)
            _say_who_waits(request, done)
            return redirect("sourcing:event", event_id=row.pk)
    context = {
        "title": title,
        "lead": lead,
        "form": form,
        "back_url": reverse("sourcing:event", args=[row.pk]),
        "back_label": row.label,
        "action_label": label or _("Enregistrer"),
        "cancel_label": back,
    }
    return render(request, "sourcing/form.html", context, status=422 if form.is_bound else 200)


def _told(request: ActorRequest, row: SourcingLine) -> str:
    """Whom a change reaches by mail, and whom to call; nothing before publication."""
    if not row.published_on:
        return ""
    sentences = reach_sentences(event_queries.reach_of_event(row), named=leads_here(request.actor, row.operation))
    return " ".join(sentences) or _("Personne n'est inscrit : aucun message ne part.")


def _say_who_waits(request: ActorRequest, done: object) -> None:
    names = [row.name for row in done if row.state == "waiting"] if isinstance(done, list) else []
    if names:
        said = ngettext(
            "La rencontre est complète : %(n)d personne est en liste d'attente.",
            "La rencontre est complète : %(n)d personnes sont en liste d'attente, dans cet ordre : %(names)s.",
            len(names),
        )
        messages.warning(request, said % {"n": len(names), "names": ", ".join(names)})


def _click(request: ActorRequest, event_id: int, act: Callable[[], object], said: str) -> HttpResponse:
    try:
        act()
        messages.success(request, said)
    except NotAllowed:
        raise
    except Refused as refusal:
        if refusal.status == 404:
            raise
        messages.warning(request, refusal.sentence)
    return redirect("sourcing:event", event_id=event_id)
