"""The forms of the import of a list: the file with the titles it uses, one line to mend."""

from __future__ import annotations

from typing import Any

from django import forms

from defi.kernel.sheet_forms import FileForm
from defi.steps.sourcing.import_models import CandidacyImportRow
from defi.steps.sourcing.import_rules import COLUMNS, NEEDED


class ListForm(FileForm):
    """The file and, when its columns bear other titles than ours, these titles."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for column in COLUMNS:
            self.fields[f"title_{column.name}"] = forms.CharField(
                label=str(column.label), required=False, max_length=80
            )

    @property
    def title_fields(self) -> list[Any]:
        """Where the titles of the file may be told."""
        return [self[f"title_{column.name}"] for column in COLUMNS]

    @property
    def tells_titles(self) -> bool:
        """Whether some title was told."""
        return any(field.value() for field in self.title_fields)

    def titles(self) -> dict[str, str]:
        """The titles told, by the name of the column."""
        return {column.name: self.cleaned_data[f"title_{column.name}"].strip() for column in COLUMNS}


class LineForm(forms.Form):
    """A line as it was read, to mend."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, row: CandidacyImportRow) -> None:
        super().__init__(data, initial={"version": row.version})
        for column in COLUMNS:
            self.fields[column.name] = forms.CharField(
                label=str(column.label),
                required=column.name in NEEDED,
                initial=row.cells.get(column.name, ""),
                max_length=160,
            )

    def show_faults(self, row: CandidacyImportRow) -> None:
        """Put each fault of the line beside its field."""
        for name, sentence in row.faults.items():
            self.add_error(name if name in self.fields else None, sentence)

    def cells(self) -> dict[str, str]:
        """What the line says now."""
        return {column.name: self.cleaned_data[column.name] for column in COLUMNS}
