"""Every field kept of a person who is recruited is justified in docs/personal-data.md, and nothing else is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.db.models import Model

from defi.people.models import Person
from defi.steps.sourcing.models import (
    Application,
    Booking,
    Candidacy,
    CandidacyImport,
    CandidacyImportRow,
    Declared,
    PersonPair,
)

PAGE = Path(__file__).resolve().parents[3] / "docs" / "personal-data.md"
MECHANISM = {"id", "version", "created_at", "merged_into"}

KEPT = [Person, Candidacy, CandidacyImport, CandidacyImportRow, PersonPair, Booking, Application, Declared]


@pytest.mark.parametrize("model", KEPT, ids=lambda model: model.__name__)
def test_each_field_is_justified_and_none_is_left_over(model: type[Model]) -> None:
    section = PAGE.read_text(encoding="utf-8").split(f"(`{model._meta.label}`)")[1].split("\n## ")[0]
    rows = [line.split("|") for line in section.splitlines() if line.startswith("| `")]
    documented = {name for row in rows for name in re.findall(r"`(\w+)`", row[1])}
    assert documented == {field.name for field in model._meta.concrete_fields} - MECHANISM
    assert all(cell.strip() for row in rows for cell in row[1:5])
