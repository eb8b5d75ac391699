"""Handing the trainer's device round the room, and taking it back."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from defi.kernel.limits import count
from defi.kernel.pages import ActorRequest, load, put_refusal
from defi.kernel.refusals import Invalid, Refused, Unknown
from defi.steps.training import kiosk
from defi.steps.training.attendance_forms import DeviceCodeForm
from defi.steps.training.models import AttendanceSheet
from defi.steps.training.views.common import form_page, must, see, typed


@require_http_methods(["GET", "POST"])
def hand_round(request: ActorRequest, sheet_id: int) -> HttpResponse:
    """From here this device opens one sheet only. The code is chosen once; later in the day one click is enough."""
    found = load(AttendanceSheet, request.actor, sheet_id)
    must(request.actor, "signature.send", found.operation)
    # A trainee sends signatures too, from their own phone: it is not handed round.
    if not request.actor.in_provider:
        raise Unknown(_("Cette page n'existe pas, ou elle n'est pas pour vous."))
    asks = not kiosk.has_code(request.session)
    form = DeviceCodeForm(typed(request))
    if request.method == "POST" and (form.is_valid() or not asks):
        try:
            kiosk.hand_round(request.session, found.pk, form.cleaned_data.get("code", "") if asks else "")
        except Invalid as refusal:
            put_refusal(form, refusal)
        else:
            response = see("training:turn", sheet_id=found.pk)
            # What this browser kept of the pages seen before is not for who holds it now.
            response.headers["Clear-Site-Data"] = '"cache"'
            return response
    title = _("Passer l'appareil")
    lead = _(
        "Choisissez un code. Ensuite cet appareil n'ouvre plus que la liste à signer : votre code le rouvre. "
        "Il resservira jusqu'à votre déconnexion."
    )
    back = reverse("training:sheet", args=[found.pk])
    return form_page(request, found.operation, form, title, _("Verrouiller et faire signer"), lead=lead, back=back)


@require_http_methods(["GET", "POST"])
def take_back(request: ActorRequest, sheet_id: int) -> HttpResponse:
    """The code of the trainer gives the device back; too many wrong ones sign it out."""
    found = load(AttendanceSheet, request.actor, sheet_id)
    if kiosk.sheet_of(request.session) is None:
        return see("training:sheet", sheet_id=found.pk)
    form = DeviceCodeForm(typed(request))
    if request.method == "POST" and form.is_valid():
        try:
            count(request, "device_code", f"{request.session.session_key}")
            if kiosk.take_back(request.session, form.cleaned_data["code"]):
                return see("training:sheet", sheet_id=found.pk)
            form.add_error("code", _("Ce n'est pas le code choisi avant de passer l'appareil."))
        except Refused as refusal:
            put_refusal(form, refusal)
        if kiosk.is_lost(request.session):
            logout(request)
            messages.warning(request, _("Trop de codes faux : le compte du formateur est fermé. Il se reconnecte."))
            return see(reverse("account_login") + f"?next={reverse('training:sheet', args=[found.pk])}")
    context = {"sheet": found, "form": form}
    return render(request, "training/take_back.html", context, status=422 if form.is_bound else 200)
