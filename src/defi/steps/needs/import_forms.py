"""The forms of the import of a spreadsheet: the file, what its columns hold, one line to mend."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from defi.steps.needs.import_models import NeedImport, NeedImportRow
from defi.steps.needs.import_rules import COLUMNS, missing

ESSENTIAL = ("employer", "siret", "wording", "rome", "posts", "place")
NEVER_EMPTY = {"posts", "place"}
LONG = {"comment", "technical", "behavioural"}
EXAMPLES = 2


class ColumnsForm(forms.Form):
    """For each thing we can read, the column that tells it."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, source: NeedImport) -> None:
        super().__init__(data, initial={"version": source.version})
        samples = [row.raw for row in source.rows.all()[:EXAMPLES]]
        choices = [("", _("aucune colonne"))]
        for place, title in enumerate(source.head):
            seen = ", ".join(cells[place] for cells in samples if place < len(cells) and cells[place])[:60]
            named = title or _("colonne %(n)d, sans titre") % {"n": place + 1}
            choices.append((str(place), f"{named} ({seen})" if seen else named))
        for column in COLUMNS:
            self.fields[column.name] = forms.ChoiceField(
                label=str(column.label),
                choices=choices,
                required=False,
                initial=str(source.columns.get(column.name, "")),
            )

    def places(self) -> dict[str, int]:
        """Where each thing stands."""
        return {column.name: int(place) for column in COLUMNS if (place := self.cleaned_data.get(column.name))}

    @property
    def lacking(self) -> list[str]:
        """What no column tells yet and no line can do without."""
        return missing(column.name for column in COLUMNS if self.initial_of(column.name))

    def initial_of(self, name: str) -> str:
        """The column shown for this thing."""
        return str(self.fields[name].initial or "") if not self.is_bound else str(self.data.get(name, ""))


class LineForm(forms.Form):
    """A line as it was read, to mend."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, row: NeedImportRow) -> None:
        super().__init__(data, initial={"version": row.version})
        for column in COLUMNS:
            self.fields[column.name] = forms.CharField(
                label=str(column.label),
                required=column.name in NEVER_EMPTY,
                widget=forms.Textarea(attrs={"rows": 2}) if column.name in LONG else forms.TextInput(),
                initial=row.cells.get(column.name, ""),
                max_length=2000,
            )

    @property
    def essential(self) -> list[Any]:
        """What a line cannot do without."""
        return [self[name] for name in ESSENTIAL]

    @property
    def more(self) -> list[Any]:
        """Everything else."""
        return [self[column.name] for column in COLUMNS if column.name not in ESSENTIAL]

    @property
    def more_is_at_fault(self) -> bool:
        """Whether something is wrong beyond the essential."""
        return any(field.errors for field in self.more)

    def initial_cells(self) -> dict[str, str]:
        """What the line said when the page was drawn."""
        return {column.name: str(self.fields[column.name].initial or "") for column in COLUMNS}

    def show_faults(self, row: NeedImportRow) -> None:
        """Put each fault of the line beside its field, or on top when it concerns none."""
        for name, sentence in row.faults.items():
            self.add_error(name if name in self.fields else None, sentence)

    def cells(self) -> dict[str, str]:
        """What the line says now."""
        return {column.name: self.cleaned_data[column.name] for column in COLUMNS}
