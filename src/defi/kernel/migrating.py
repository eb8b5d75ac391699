"""The tables of an application made at once, when a new database is filled."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations import AddConstraint, AddField, AddIndex, CreateModel
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState


class Together(Operation):
    """Operations that are told to Django's state first, then done to the database.

    Between two operations Django renders again every model related to the one that changed, and here all of them are
    related: making the tables one by one costs ten times what PostgreSQL takes (docs/decisions/0015). Fields,
    constraints and indexes added to a table of the same list are part of it when it is made. It cannot be undone."""

    reversible = False

    def __init__(self, operations: Sequence[Operation]) -> None:
        self.operations = operations

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        state.__dict__.pop(
            "apps", None
        )  # The rendered models: Django makes them again, whole, when they are asked for.
        for operation in self.operations:
            operation.state_forwards(app_label, state)

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        made = {one.name_lower for one in self.operations if isinstance(one, CreateModel)}
        for operation in self.operations:
            if isinstance(operation, AddField | AddConstraint | AddIndex) and operation.model_name_lower in made:
                continue
            operation.database_forwards(app_label, schema_editor, from_state, to_state)

    def describe(self) -> str:
        return f"{len(self.operations)} operations at once"
