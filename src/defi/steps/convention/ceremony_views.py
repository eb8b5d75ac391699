"""Pages of the day of the signing: its programme, and the sheet to print."""

from __future__ import annotations

from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from defi.kernel import clock
from defi.kernel.pages import ActorRequest, load
from defi.operations.models import Operation
from defi.steps.convention import actions, ceremony
from defi.steps.convention.ceremony_rules import written
from defi.steps.convention.models import SigningOption
from defi.steps.convention.views import page, pdf
from defi.steps.sourcing.doors import must_be_able, must_be_inside


class ProgrammeForm(forms.Form):
    """The day, one moment a line."""

    text = forms.CharField(
        label=gettext_lazy("Programme"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 9}),
        help_text=gettext_lazy(
            "Une ligne par moment, l'heure d'abord : « 14 h 30 Accueil ». Vide : le programme usuel."
        ),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


@require_http_methods(["GET", "POST"])
def programme(request: ActorRequest, option_id: int) -> HttpResponse:
    """Write the programme of the day."""
    option = load(SigningOption, request.actor, option_id, "operation")
    must_be_able(request.actor, "signing.programme", option.operation)
    initial = {"text": written(ceremony.programme_of(option)), "version": option.version}
    form = ProgrammeForm(request.POST or None, initial=initial)
    return page(
        request,
        option.operation,
        form,
        lambda v: ceremony.write_programme(request.actor, option.pk, text=v["text"], version=v["version"]),
        title=_("Programme de la signature"),
        said=_("Le programme est noté : la fiche de cérémonie le porte."),
    )


class DateForm(forms.Form):
    """Another day, hour or place for the ceremony, and why."""

    on = forms.DateField(label=gettext_lazy("Date"))
    at = forms.TimeField(label=gettext_lazy("Heure"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    place = forms.CharField(label=gettext_lazy("Lieu"), max_length=160)
    reason = forms.CharField(label=gettext_lazy("Motif"), widget=forms.Textarea(attrs={"rows": 2}))
    version = forms.IntegerField(widget=forms.HiddenInput)


@require_http_methods(["GET", "POST"])
def change_date(request: ActorRequest, option_id: int) -> HttpResponse:
    """Another day, hour or place instead of the one held."""
    option = load(SigningOption, request.actor, option_id, "operation")
    must_be_able(request.actor, "signing.change", option.operation)
    shown = ("on", "at", "place", "version")
    form = DateForm(request.POST or None, initial={name: getattr(option, name) for name in shown})
    return page(
        request,
        option.operation,
        form,
        lambda v: actions.change_date(
            request.actor,
            option.operation_id,
            actions.OptionFacts(v["on"], v["at"], v["place"]),
            reason=v["reason"],
            version=v["version"],
        ),
        title=_("Changer la date de la signature"),
        lead=_("Les dates proposées et les signatures données restent ; rien n'est à demander de nouveau."),
        said=_("La date est changée. Prévenez autrement les signataires sans adresse électronique."),
        label=_("Changer la date"),
        consequences=[
            _("L'organisme de formation, le référent et le Cabinet lisent la nouvelle date, avec le motif."),
            _("Les signataires à qui la date avait été annoncée la voient déplacée dans leur agenda."),
        ],
    )


@require_safe
def sheet(request: ActorRequest, operation_id: int) -> HttpResponse:
    """The sheet of the ceremony. It names trainees: for the Region and the provider only."""
    operation = load(Operation, request.actor, operation_id)
    must_be_inside(request.actor)
    return pdf(ceremony.sheet_of(operation, clock.now()).pdf, "fiche-de-ceremonie")
