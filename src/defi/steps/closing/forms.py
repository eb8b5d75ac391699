"""Forms of the closing."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from defi.kernel.fields import FrenchDecimalField
from defi.reference.models import Basin
from defi.steps.closing.models import BonusClaim
from defi.steps.closing.states import CLAIM

WHY = {"required": _("Indiquez le motif : il est conservé et montré aux personnes concernées.")}


class ReasonForm(forms.Form):
    """A decision with its reason."""

    reason = forms.CharField(label=_("Motif"), widget=forms.Textarea(attrs={"rows": 3}), error_messages=WHY)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


class GrantForm(ReasonForm):
    """The grant of a bonus, with why it is given when something contradicts the claim."""

    explained = forms.CharField(
        label=_("Pourquoi accorder malgré l'écart montré ci-dessus"),
        error_messages={"required": _("Expliquez l'écart, ou demandez une correction au titulaire du marché.")},
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("L'explication est conservée et transmise avec le motif."),
    )
    field_order = ("reason", "explained", "version")

    def __init__(self, *args: Any, differs: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not differs:
            del self.fields["explained"]


class ConfirmForm(forms.Form):
    """A decision that only asks to be confirmed."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


class ReplyForm(forms.Form):
    """What was mended, when a corrected request is presented again."""

    reply = forms.CharField(
        label=_("Ce qui a été corrigé"),
        required=False,
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Facultatif : qui décide le lit à côté de sa demande."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


class ExplainForm(forms.Form):
    """What the provider says of a line that the file does not show."""

    text = forms.CharField(
        label=_("Votre explication"),
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("La Région la lit à côté de la ligne. N'écrivez pas de nom de personne."),
        error_messages={"required": _("Écrivez votre explication, ou revenez à la page.")},
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


class ClaimForm(forms.Form):
    """What the holder asks."""

    kind = forms.ChoiceField(
        label=_("La demande porte sur"),
        choices=[
            ("interim", _("l'acompte du bon de commande\npossible dès le démarrage de la session")),
            ("balance", _("le solde du bon de commande\nune fois la session terminée et le bilan tenu")),
        ],
        widget=forms.RadioSelect,
    )
    order_number = forms.CharField(label=_("Numéro du bon de commande"), max_length=40)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


class ResendForm(ClaimForm):
    """The same, corrected, with what was mended."""

    reply = forms.CharField(
        label=_("Ce qui a été corrigé"),
        required=False,
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Facultatif : la cellule de gestion le lit à côté de sa demande."),
    )


class WaiveForm(forms.Form):
    """Why the holder does not ask for the bonus."""

    reason = forms.CharField(label=_("Motif"), widget=forms.Textarea(attrs={"rows": 3}), error_messages=WHY)


class EosRequestForm(forms.Form):
    """The day the bonus was also asked in EOS, and on what: typed back as EOS has it."""

    on = forms.DateField(label=_("Date de la demande dans EOS"))
    kind = forms.ChoiceField(
        label=_("Dans EOS, la demande porte sur"), choices=BonusClaim.Kind.choices, widget=forms.RadioSelect
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


class EosClosedForm(forms.Form):
    """The day the session was closed in EOS."""

    closed_on = forms.DateField(label=_("Date de la clôture dans EOS"))


class PaymentForm(forms.Form):
    """A payment, with its amount when the rulebook holds none: typed twice, for nothing else would catch a slip."""

    paid_on = forms.DateField(label=_("Date du paiement"))
    amount = FrenchDecimalField(
        label=_("Montant payé, en euros"),
        max_digits=10,
        decimal_places=2,
        help_text=_("Le règlement ne fixe pas de montant : indiquez celui que la Région a payé."),
    )
    again = FrenchDecimalField(
        label=_("Montant payé, une seconde fois"),
        max_digits=10,
        decimal_places=2,
        help_text=_("Retapez-le : rien d'autre ne relève une erreur de saisie."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, known: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if known:
            del self.fields["amount"]
            del self.fields["again"]

    def clean(self) -> dict[str, Any]:
        """The two amounts are one; `again` goes no further."""
        given = super().clean() or {}
        first, second = given.get("amount"), given.pop("again", None)
        if first is not None and second is not None and first != second:
            self.add_error("again", _("Les deux montants diffèrent : vérifiez lequel a été payé."))
        return given


class CorrectPaymentForm(PaymentForm):
    """A payment that was mistyped, as it really was, with the reason."""

    reason = forms.CharField(label=_("Motif"), widget=forms.Textarea(attrs={"rows": 3}), error_messages=WHY)
    field_order = ("paid_on", "amount", "again", "reason", "version")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["amount"].help_text = _("Le montant vraiment payé ; ce qui était noté reste au journal.")


class ClaimListForm(forms.Form):
    """The filters of the list of claims, kept in the address."""

    state = forms.ChoiceField(
        label=_("État"),
        required=False,
        choices=[("", _("tous")), *((key, label) for key, label in CLAIM.choices if key != "waived")],
    )
    kind = forms.ChoiceField(label=_("Sur"), required=False, choices=[("", _("tout")), *BonusClaim.Kind.choices])
    basin = forms.ModelChoiceField(Basin.objects.none(), label=_("Bassin"), required=False, empty_label=_("tous"))

    def __init__(self, *args: Any, basins: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["basin"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = basins
