"""Forms of the follow-up."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from defi.kernel import clock
from defi.kernel.fields import FrenchDecimalField
from defi.steps.followup.models import Situation
from defi.steps.followup.rules import NOT_HERE, PROMISED, Said
from defi.steps.needs.models import Contract

WHY = {"required": _("Indiquez le motif de la correction : il est conservé au journal.")}
LASTING = [("", _("sans objet")), ("yes", _("oui, plus de 6 mois")), ("no", _("non, 6 mois ou moins"))]

OWN_WORDS = [
    ("promised_employer", _("Je travaille dans l'entreprise qui avait promis de m'embaucher")),
    ("other_employer", _("Je travaille dans une autre entreprise")),
    ("business", _("Je travaille à mon compte")),
    ("training", _("Je suis en formation")),
    ("looking", _("Je cherche du travail")),
    ("other", _("Autre")),
]
"""The situations in words of the person themself, simple ones (A2)."""
OWN_CONTRACTS = [("", _("je n'ai pas de contrat")), *Contract.choices]
OWN_LASTING = [("", _("je n'ai pas de contrat")), ("yes", _("oui")), ("no", _("non"))]


class SituationForm(forms.Form):
    """Where somebody stands. A person who says it of themself has fewer questions."""

    status = forms.ChoiceField(label=_("Situation"), choices=Situation.Status.choices, widget=forms.RadioSelect)
    contract = forms.ChoiceField(
        label=_("Contrat"),
        choices=[("", _("sans objet")), *Contract.choices],
        required=False,
        help_text=_("Pour une personne en emploi."),
    )
    lasting = forms.ChoiceField(
        label=_("Emploi durable"), choices=LASTING, required=False, help_text=_("Inutile pour un CDI.")
    )
    weekly_hours = FrenchDecimalField(label=_("Heures par semaine"), required=False, max_digits=4, decimal_places=1)
    how = forms.ChoiceField(label=_("Comment on le sait"), choices=Situation.How.choices)
    on = forms.DateField(label=_("Date à laquelle on l'a su"))
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, own: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.own = own
        self.fields["on"].initial = clock.today()
        if own:
            del self.fields["how"], self.fields["on"]
            mine = self.fields["status"]
            assert isinstance(mine, forms.ChoiceField)
            mine.label = _("Votre situation aujourd'hui")
            mine.choices = OWN_WORDS
            self.fields["contract"].label = _("Votre contrat")
            self.fields["contract"].help_text = _("Seulement si vous travaillez.")
            for name, choices in (("contract", OWN_CONTRACTS), ("lasting", OWN_LASTING)):
                self.fields[name].choices = choices  # type: ignore[attr-defined]
            self.fields["lasting"].label = _("Votre contrat dure plus de 6 mois ?")

    def said(self) -> Said:
        """What was typed, as the action takes it."""
        values = self.cleaned_data
        return Said(
            status=values["status"],
            how=values.get("how") or Situation.How.LINK,
            on=values.get("on") or clock.today(),
            contract=values["contract"],
            lasting={"yes": True, "no": False}.get(values["lasting"]),
            weekly_hours=values["weekly_hours"],
        )


class CorrectSituationForm(SituationForm):
    """The same, with the reason of the correction."""

    reason = forms.CharField(label=_("Motif de la correction"), max_length=300, error_messages=WHY)


class ConfirmForm(forms.Form):
    """What an employer says of somebody it had promised to recruit."""

    status = forms.ChoiceField(
        label=_("Cette personne travaille-t-elle dans votre entreprise ?"),
        choices=[(PROMISED, _("oui")), (NOT_HERE, _("non"))],
        widget=forms.RadioSelect,
    )
    contract = forms.ChoiceField(label=_("Contrat"), choices=[("", _("sans objet")), *Contract.choices], required=False)
    lasting = forms.ChoiceField(
        label=_("Contrat de plus de 6 mois"), choices=LASTING, required=False, help_text=_("Inutile pour un CDI.")
    )
    weekly_hours = FrenchDecimalField(label=_("Heures par semaine"), required=False, max_digits=4, decimal_places=1)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def said(self) -> Said:
        """What was typed, as the action takes it."""
        values = self.cleaned_data
        return Said(
            status=values["status"],
            how="employer",
            on=clock.today(),
            contract=values["contract"],
            lasting={"yes": True, "no": False}.get(values["lasting"]),
            weekly_hours=values["weekly_hours"],
        )


class AttemptForm(forms.Form):
    """A call or a message without an answer."""

    tried_on = forms.DateField(label=_("Date de la tentative"))


class ReportForm(forms.Form):
    """What goes with the report."""

    remarks = forms.CharField(label=_("Remarques"), required=False, widget=forms.Textarea(attrs={"rows": 4}))


class ReportAgainForm(ReportForm):
    """The same, with why the report goes again."""

    reason = forms.CharField(
        label=_("Motif de la nouvelle version"),
        max_length=300,
        error_messages={"required": _("Dites pourquoi le rapport repart : le motif est conservé au journal.")},
    )
