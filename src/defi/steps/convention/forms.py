"""Forms of the convention room."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from defi.people.models import Organisation
from defi.steps.convention.rules import TITLE_LENGTH
from defi.steps.convention.signatories import RECORDED_WAYS, Signer
from defi.steps.convention.signing import OptionFacts

CHOICES = 3
FEWEST_TO_CHOOSE = 2


class OptionsForm(forms.Form):
    """Up to three dates; the first is asked, the others may stay empty."""

    title = forms.CharField(
        label=gettext_lazy("Intitulé de la convention"),
        max_length=TITLE_LENGTH,
        help_text=gettext_lazy("Il porte le numéro EOS de la session."),
    )

    def __init__(self, *args: Any, titled: bool = False, **kwargs: Any) -> None:
        """`titled`: the convention is prepared, and has its title."""
        super().__init__(*args, **kwargs)
        if titled:
            del self.fields["title"]
        for number in range(1, CHOICES + 1):
            first = number == 1
            self.fields[f"on_{number}"] = forms.DateField(label=_("Date %(n)d") % {"n": number}, required=first)
            self.fields[f"at_{number}"] = forms.TimeField(
                label=_("Heure %(n)d") % {"n": number},
                required=first,
                widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
            )
            self.fields[f"place_{number}"] = forms.CharField(
                label=_("Lieu %(n)d") % {"n": number}, max_length=160, required=first
            )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        for number in range(2, CHOICES + 1):
            names = [f"on_{number}", f"at_{number}", f"place_{number}"]
            if any(values.get(name) for name in names):
                for name in names:
                    if not values.get(name) and name not in self.errors:
                        self.add_error(name, _("Complétez cette date, ou effacez-la."))
        return values

    def options(self) -> list[OptionFacts]:
        """The dates that were filled in."""
        values = self.cleaned_data
        return [
            OptionFacts(values[f"on_{n}"], values[f"at_{n}"], values[f"place_{n}"])
            for n in range(1, CHOICES + 1)
            if values[f"on_{n}"]
        ]


class OutsideForm(forms.Form):
    """A signature given on another platform: the day, and the file that bears it."""

    on = forms.DateField(label=gettext_lazy("Signée le"))
    file = forms.FileField(
        label=gettext_lazy("Texte signé (PDF)"),
        help_text=gettext_lazy("Le fichier rendu par la plateforme, tel quel : l'imprimer efface la signature."),
        widget=forms.FileInput(attrs={"accept": "application/pdf,.pdf"}),
    )
    checked = forms.BooleanField(
        error_messages={"required": gettext_lazy("Cochez la case après avoir ouvert le fichier.")}
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    fingerprint = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, what: str, last: bool, **kwargs: Any) -> None:
        """`what`: the sentence by which a person says what the file is."""
        super().__init__(*args, **kwargs)
        self.fields["checked"].label = what
        ask_to_confirm(self, last=last)


class ReasonForm(forms.Form):
    """Why; kept, and shown to those concerned."""

    reason = forms.CharField(label=gettext_lazy("Motif"), widget=forms.Textarea(attrs={"rows": 3}))


class VersionedReasonForm(ReasonForm):
    """Why, on a row that somebody else may be changing."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class VersionForm(forms.Form):
    """Nothing to type: what one has read is done."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class TitleForm(forms.Form):
    """The title of the convention."""

    title = forms.CharField(
        label=gettext_lazy("Intitulé"),
        max_length=TITLE_LENGTH,
        help_text=gettext_lazy("Il porte le numéro EOS de la session."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


class AddForm(forms.Form):
    """A partner that signs too."""

    organisation = forms.ModelChoiceField(
        Organisation.objects.none(), label=gettext_lazy("Partenaire"), empty_label=gettext_lazy("à choisir")
    )

    def __init__(self, *args: Any, organisations: list[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["organisation"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Organisation.objects.filter(pk__in=[organisation.pk for organisation in organisations])


class SignerAddressForm(forms.Form):
    """Where who has signed receives from now on."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    email = forms.EmailField(label=gettext_lazy("Adresse électronique"))


class SignerForm(forms.Form):
    """Who signs for the organisation."""

    first_name = forms.CharField(label=gettext_lazy("Prénom"), max_length=80)
    last_name = forms.CharField(label=gettext_lazy("Nom"), max_length=80)
    quality = forms.CharField(
        label=gettext_lazy("Qualité"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("Comme elle s'écrit dans la convention : gérante, directeur d'agence…"),
    )
    email = forms.EmailField(
        label=gettext_lazy("Adresse électronique"),
        required=False,
        help_text=gettext_lazy("Sans adresse, tout se fait par téléphone et à l'encre."),
    )
    phone = forms.CharField(label=gettext_lazy("Téléphone"), max_length=20, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)


class DelegateForm(forms.Form):
    """To whom of the same organisation a signature is given."""

    first_name = forms.CharField(label=gettext_lazy("Prénom"), max_length=80)
    last_name = forms.CharField(label=gettext_lazy("Nom"), max_length=80)
    quality = forms.CharField(
        label=gettext_lazy("Qualité"),
        max_length=120,
        help_text=gettext_lazy(
            "Ce qui lui permet de signer pour l'organisation : directrice adjointe, fondé de pouvoir…"
        ),
    )
    email = forms.EmailField(
        label=gettext_lazy("Adresse électronique"), help_text=gettext_lazy("Son lien personnel y part aussitôt.")
    )
    phone = forms.CharField(label=gettext_lazy("Téléphone"), max_length=20, required=False)

    def signer(self) -> Signer:
        """Whom these fields name."""
        v = self.cleaned_data
        return Signer(v["first_name"], v["last_name"], v["quality"], v["email"], v["phone"])


class DelegateCodeForm(DelegateForm):
    """Who gives their own signature away: the person, then the code received."""

    use_required_attribute = False  # left empty, it asks for another code

    code = forms.CharField(
        label=gettext_lazy("Code reçu pour déléguer"),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
        help_text=gettext_lazy(
            "Les six chiffres que vous venez de recevoir : ils confirment que c'est bien vous qui déléguez, à cette "
            "personne seulement, pendant un quart d'heure. Rien reçu ? Laissez vide et validez : un autre code part."
        ),
    )
    channel = forms.ChoiceField(required=False, widget=forms.RadioSelect, label=gettext_lazy("Recevoir le code"))

    def __init__(self, *args: Any, channels: Sequence[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["channel"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(channels)
        field.initial = channels[0][0] if channels else ""
        if len(channels) < FEWEST_TO_CHOOSE:
            del self.fields["channel"]

    def show(self, *, awaits_code: bool) -> None:
        """The code is asked once it left for the person typed."""
        if awaits_code or "code" in self.errors:
            self.fields.pop("channel", None)
            # Shown as what is awaited: without it nothing is delegated.
            self.fields["code"].required = True
        else:
            del self.fields["code"]


class RecordedDelegateForm(DelegateForm):
    """The same, told to who runs the operation: without address all is done in ink."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].required = False
        self.fields["email"].help_text = _("Sans adresse, tout se fait par téléphone et à l'encre.")


class ReplaceForm(RecordedDelegateForm):
    """Who signs instead of somebody who left, and why."""

    reason = forms.CharField(
        label=gettext_lazy("Motif"),
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Par exemple : a quitté l'entreprise. Pas de détail de santé."),
    )


class ValidateForm(forms.Form):
    """How and when a signatory agreed, noted by the provider."""

    how = forms.ChoiceField(
        label=gettext_lazy("L'accord a été donné"),
        choices=[(way.value, way.label) for way in RECORDED_WAYS],
        widget=forms.RadioSelect,
    )
    on = forms.DateField(label=gettext_lazy("Le"))
    version = forms.IntegerField(widget=forms.HiddenInput)


class OwnValidateForm(forms.Form):
    """One's own agreement: a click."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class InkForm(forms.Form):
    """The day of an ink signature, and the text whose number the paper bears; who signed, when nobody was named."""

    on = forms.DateField(label=gettext_lazy("Signée à l'encre le"))
    first_name = forms.CharField(label=gettext_lazy("Prénom de qui a signé"), max_length=80, required=False)
    last_name = forms.CharField(
        label=gettext_lazy("Nom de qui a signé"),
        max_length=80,
        required=False,
        help_text=gettext_lazy("Sans nom, l'état des signatures ne porte que celui de l'organisation."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)
    fingerprint = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, is_named: bool, last: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_named:
            del self.fields["first_name"], self.fields["last_name"]
        ask_to_confirm(self, last=last)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("first_name") and not values.get("last_name"):
            self.add_error("last_name", _("Indiquez aussi le nom."))
        if values.get("last_name") and not values.get("first_name"):
            self.add_error("first_name", _("Indiquez aussi le prénom."))
        return values

    def signer(self) -> Signer | None:
        """Who signed, when it was said here."""
        v = self.cleaned_data
        return Signer(v["first_name"], v["last_name"]) if v.get("last_name") else None


def ask_to_confirm(form: forms.Form, *, last: bool, required: bool = True, missing: int = 1) -> None:
    """On the form that notes the last signature: it seals, and is asked twice. `missing`: how many signatures are; of
    several it is the last only once all are ticked."""
    if last:
        one = _("C'est la dernière signature : le texte est scellé aussitôt, et plus rien ne s'y change.")
        all_of_them = _(
            "À cocher si vous notez les %(n)d qui manquent : le texte est scellé aussitôt, et plus rien ne s'y change."
        ) % {"n": missing}
        form.fields["confirmed"] = forms.BooleanField(
            required=required,
            label=one if missing == 1 else all_of_them,
            error_messages={"required": _("C'est la dernière signature : cochez la case si elle est bien donnée.")},
        )


class SignForm(forms.Form):
    """A click that signs the text that was read: the fingerprint says which."""

    fingerprint = forms.CharField(widget=forms.HiddenInput)
    read = forms.BooleanField(
        label=gettext_lazy("J'ai lu ce texte et je le signe au nom de mon organisation."),
        error_messages={"required": gettext_lazy("Cochez la case après avoir lu le texte.")},
    )

    channel = forms.ChoiceField(required=False, widget=forms.RadioSelect, label=gettext_lazy("Recevoir le code"))

    def __init__(self, *args: Any, channels: Sequence[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["channel"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(channels)
        if len(channels) < FEWEST_TO_CHOOSE:
            del self.fields["channel"]
        else:
            field.initial = channels[0][0]

    def show(self, fingerprint: str) -> None:
        """After a refusal, offer the text in force: it is to be read before it is signed."""
        if self.data.get("fingerprint") != fingerprint:
            self.data = {"fingerprint": fingerprint}


class CodeForm(forms.Form):
    """The code received, which signs the text read."""

    fingerprint = forms.CharField(widget=forms.HiddenInput)
    code = forms.CharField(
        label=gettext_lazy("Code reçu"),
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
        help_text=gettext_lazy("Six chiffres, valables un quart d'heure."),
        error_messages={"required": gettext_lazy("Tapez le code reçu.")},
    )
