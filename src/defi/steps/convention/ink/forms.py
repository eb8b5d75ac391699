"""Forms of the signed pages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from defi.steps.convention.forms import ask_to_confirm
from defi.steps.convention.models import Signatory
from defi.steps.convention.states import SIGNED

ACCEPTED = "application/pdf,image/jpeg,image/png"
"""Without HEIC: asked for JPEG, an iPhone converts its photos by itself."""


class SeveralFiles(forms.ClearableFileInput):
    """A field for several files at once."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files, each as it came."""

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        # An empty file is told by its name, with the others.
        self.allow_empty_file = True
        if not data:
            raise forms.ValidationError(_("Choisissez au moins un fichier : PDF, ou photos JPEG ou PNG."))
        files = data if isinstance(data, list | tuple) else [data]
        return [super(FilesField, self).clean(one, initial) for one in files]


class ScansForm(forms.Form):
    """The pages signed in ink, scanned or photographed."""

    scans = FilesField(
        label=gettext_lazy("Pages signées"),
        max_length=255,
        widget=SeveralFiles(attrs={"accept": ACCEPTED}),
        help_text=gettext_lazy(
            "PDF d'un copieur ou photos JPEG ou PNG, dans n'importe quel ordre, plusieurs fichiers à la fois ; 20 Mo "
            "au plus chacun. Chaque page entière, son code compris."
        ),
    )

    def contents(self) -> list[tuple[str, bytes]]:
        """The name and the bytes of each file."""
        return [(file.name, file.read()) for file in self.cleaned_data["scans"]]


class PlaceForm(forms.Form):
    """Which page a sheet is."""

    page = forms.TypedChoiceField(label=gettext_lazy("C'est la page"), coerce=int)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, pages: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["page"]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = [("", _("à choisir")), *((str(n), str(n)) for n in range(1, pages + 1))]


class CorrectForm(PlaceForm):
    """Which page it is after all, and why."""

    reason = forms.CharField(label=gettext_lazy("Motif"), widget=forms.Textarea(attrs={"rows": 2}))


class SignersForm(forms.Form):
    """Whose signature is read on a page, and of which day."""

    signatories = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Ont signé sur cette page"),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Cochez les signataires dont vous lisez la signature.")},
    )
    on = forms.DateField(label=gettext_lazy("Signée à l'encre le"))
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, signatories: list[Signatory], last: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Required by the action, when those ticked are the last.
        missing = sum(one.state not in SIGNED for one in signatories)
        ask_to_confirm(self, last=last, required=False, missing=missing)
        field = self.fields["signatories"]
        assert isinstance(field, forms.TypedMultipleChoiceField)
        field.choices = [(str(one.pk), _label(one)) for one in signatories]


def _label(signatory: Signatory) -> str:
    name = signatory.organisation.name
    label = f"{name}, {signatory.signer}" if signatory.signer else name
    if signatory.state in SIGNED:
        return _("%(name)s (signature déjà notée : à cocher si elle se lit aussi ici)") % {"name": label}
    return label
