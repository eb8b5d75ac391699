"""Signing on phones: in turn on the trainer's device, or each on their own; what was kept without network comes in."""

from __future__ import annotations

import json
import uuid
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from defi.kernel import clock
from defi.kernel.access import Who
from defi.kernel.limits import count
from defi.kernel.pages import ActorRequest, attempt, load
from defi.kernel.refusals import Invalid, Refused, Unknown
from defi.steps.training import actions, kiosk, queries
from defi.steps.training.actions import Given
from defi.steps.training.attendance_forms import SettleForm, TurnForm
from defi.steps.training.hours import code_shown, hours_of
from defi.steps.training.models import AttendanceSheet, SentSignature
from defi.steps.training.queries.sheets import LineRow
from defi.steps.training.signing import FAULT_WORDS, by_our_clock
from defi.steps.training.views.common import form_page, must, see, typed

WORKER = Path(__file__).parents[1] / "static" / "training" / "worker.js"
KEEP = "X-Keep-Offline"
"""Says to the worker of the browser that this page may be shown again without network."""


@require_http_methods(["GET", "POST"])
def turn(request: ActorRequest, sheet_id: int) -> HttpResponse:
    """The list of names that goes round the room; `?qui=` asks one person whether it is them, and they sign."""
    found = load(AttendanceSheet, request.actor, sheet_id)
    must(request.actor, "signature.send", found.operation)
    if not request.actor.in_provider:
        raise Unknown(_("Cette page n'existe pas, ou elle n'est pas pour vous."))
    hours = hours_of(found)
    is_time = found.state == "open" and hours.holds(clock.now())
    if is_time and kiosk.sheet_of(request.session) != found.pk:
        return see("training:hand_round", sheet_id=found.pk)
    page = queries.sheet_page(request.actor, found)
    refused = ""
    if request.method == "POST":
        form = TurnForm(request.POST)
        row = _row(page.lines, form.data.get("person", ""))
        if row is None or not form.is_valid():
            raise Unknown(_("Cette personne n'est pas sur cette feuille."))
        refused = _sign(request, found.pk, row, form.cleaned_data["key"])
        if not refused:
            return see("training:turn", sheet_id=found.pk)
    context = {
        "operation": found.operation,
        "sheet": found,
        "page": page,
        "waiting": [row for row in page.lines if row.line.state == "expected"],
        "others": [row for row in page.lines if row.line.state != "expected"],
        "asked": _row(page.lines, request.GET.get("qui", "")) if request.method == "GET" else None,
        "is_time": is_time,
        "locked": kiosk.sheet_of(request.session) is not None,
        "hours": hours,
        "now": clock.now(),
        "key": uuid.uuid4(),
        "refused": refused,
    }
    response = render(request, "training/turn.html", context, status=422 if refused else 200)
    if request.method == "GET" and "qui" not in request.GET:
        response.headers[KEEP] = "1"
    return response


def _row(lines: list[LineRow], said: str) -> LineRow | None:
    return next((row for row in lines if str(row.line.candidacy_id) == said), None)


def _sign(request: ActorRequest, sheet_id: int, row: LineRow, key: uuid.UUID) -> str:
    """The sentence of the refusal, or nothing."""
    try:
        actions.sign_in_turn(request.actor, sheet_id, row.line.candidacy_id, key=key)
    except Refused as refusal:
        if refusal.status in {403, 404}:
            raise
        return refusal.sentence
    messages.success(
        request, _("C'est signé, merci %(name)s. Passez l'appareil.") % {"name": row.line.candidacy.person.first_name}
    )
    return ""


@require_safe
def code(request: ActorRequest, sheet_id: int) -> HttpResponse:
    """The code of the room as it is now: a piece of the page of the sheet, asked for again by itself."""
    found = load(AttendanceSheet, request.actor, sheet_id)
    if not request.actor.in_provider:
        raise Unknown(_("Cette page n'existe pas, ou elle n'est pas pour vous."))
    return render(request, "training/_room_code.html", {"sheet": found, "code": code_shown(found, clock.now())})


@require_POST
def send(request: ActorRequest, sheet_id: int) -> JsonResponse:
    """What a device kept while it had no network; the answer says what became of each signature, by its key."""
    try:
        given = _given(request.body, clock.now())
        if request.actor.who is Who.TRAINEE:
            # The answer tells whether a code was right: by this door too it is not guessed.
            for _one in given:
                count(request, "room_code", f"{sheet_id} {request.actor.person_id}")
        kept = actions.receive_signatures(request.actor, sheet_id, given)
    except Refused as refusal:
        return JsonResponse({"said": refusal.sentence}, status=refusal.status)
    said = [{"key": str(row.key), "said": str(FAULT_WORDS.get(row.fault, "")) if row.is_held else ""} for row in kept]
    return JsonResponse({"kept": said})


def _given(body: bytes, now: datetime) -> list[Given]:
    """The signatures of the body. Raises `Invalid` for what is not a list of them."""
    try:
        sent: dict[str, Any] = json.loads(body)
        rows: list[dict[str, Any]] = sent["signatures"]
        device = _moment(sent["now"]) if "now" in sent else None
        return [
            Given(
                uuid.UUID(row["key"]),
                int(row["person"]),
                by_our_clock(_moment(row["at"]), device, now),
                str(row.get("code", ""))[:12],
            )
            for row in rows
        ]
    except (ValueError, TypeError, KeyError, AttributeError) as fault:
        raise Invalid(_("Cet envoi n'est pas une liste de signatures.")) from fault


def _moment(said: str) -> datetime:
    moment = datetime.fromisoformat(said)
    if moment.tzinfo is None:
        raise ValueError(said)
    return moment


@require_http_methods(["GET", "POST"])
def settle(request: ActorRequest, signature_id: int) -> HttpResponse:
    """A signature that contradicts something: it counts, or it is set aside, with a reason."""
    sent = load(SentSignature, request.actor, signature_id, "candidacy__person", "sheet__operation")
    must(request.actor, "signature.settle", sent.sheet.operation)
    form = SettleForm(typed(request))
    back = reverse("training:sheet", args=[sent.sheet_id])
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data

        def settled() -> object:
            return actions.settle_signature(request.actor, sent.pk, accept=values["accept"], reason=values["reason"])

        if attempt(form, settled) is not None:
            messages.success(request, _("C'est noté ; la signature et le motif restent sur la feuille."))
            return see(back)
    known = _("à %(at)s") % {"at": f"{sent.made_at.astimezone(clock.PARIS):%H h %M le %d/%m/%Y}"}
    lead = _("%(name)s a signé %(at)s. Cette signature attend, parce que %(why)s.") % {
        "name": sent.candidacy.person,
        "at": known if sent.knows_the_time else _("à une heure que son appareil ne sait pas dire"),
        "why": FAULT_WORDS.get(sent.fault, ""),
    }
    title = _("Départager une signature")
    return form_page(request, sent.sheet.operation, form, title, _("Enregistrer"), lead=lead, back=back)


@require_safe
def worker(request: ActorRequest) -> HttpResponse:
    """The small program by which a browser shows a sheet again without network. At this address: it answers for it."""
    return HttpResponse(_worker(), content_type="text/javascript; charset=utf-8")


@cache
def _worker() -> bytes:
    return WORKER.read_bytes()
