"""The form by which somebody hands in a table."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from defi.kernel import sheets


class FileForm(forms.Form):
    """The file, read up to one byte too many: enough to be refused for its size."""

    file = forms.FileField(
        label=_("Le tableau"),
        help_text=_("ODS, XLSX ou CSV, jusqu'à 10 Mo"),
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.ods,.xlsx,.xls,text/csv"}),
        error_messages={
            "required": _("Choisissez le fichier à lire."),
            "empty": _("Ce fichier est vide : choisissez celui qui contient le tableau."),
        },
    )

    def content(self) -> tuple[bytes, str]:
        """What the file holds, and its name."""
        file = self.cleaned_data["file"]
        return file.read(sheets.LARGEST + 1), file.name
