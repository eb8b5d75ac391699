"""Forms of the texts of documents."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from defi.operations.models import Operation
from defi.schemes.text_actions import LONGEST_NOTE


class OperationForm(forms.Form):
    """The operation whose facts fill the text; none: an invented example."""

    operation = forms.ChoiceField(label=gettext_lazy("Valeurs de l'opération"), required=False)

    def __init__(self, *args: Any, operations: list[Operation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.operations = {str(one.pk): one for one in operations}
        field = self.fields["operation"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            ("", gettext_lazy("exemple inventé")),
            *((pk, one.title) for pk, one in self.operations.items()),
        ]

    def chosen(self) -> Operation | None:
        """The operation asked for, in what was sent or in what the form began with."""
        return self.operations.get(str(self["operation"].value() or ""))


class TextForm(OperationForm):
    """The text itself, and what is said of it to those who will read its history."""

    field_order = ("body", "note", "operation", "version")

    body = forms.CharField(
        label=gettext_lazy("Texte"),
        strip=False,
        widget=forms.Textarea(attrs={"rows": 28, "spellcheck": "true", "data-source": ""}),
    )
    note = forms.CharField(
        label=gettext_lazy("Ce qui change"),
        max_length=LONGEST_NOTE,
        required=False,
        help_text=gettext_lazy("Une phrase, pour qui relira les versions."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


class AdoptForm(forms.Form):
    """From when a version applies."""

    from_on = forms.DateField(
        label=gettext_lazy("Date d'effet"),
        help_text=gettext_lazy("Les conventions commencées à partir de ce jour prennent ce texte."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


class WithdrawForm(forms.Form):
    """Why a version that does not apply yet is a draft again."""

    reason = forms.CharField(label=gettext_lazy("Motif"), widget=forms.Textarea(attrs={"rows": 2}))
    version = forms.IntegerField(widget=forms.HiddenInput)
