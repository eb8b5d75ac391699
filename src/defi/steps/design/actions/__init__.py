"""What changes the content of the plan: its description, its competences, its modules, what teaches what.

Only the provider changes it, while it holds it (`turns` tells who does). Every change goes through `content_change`:
the approvals of those it touches are cancelled with it. Source: process.md, step 2."""

from __future__ import annotations

from defi.steps.design.actions.competences import (
    add_competence,
    cover_competence,
    explain_gap,
    remove_competence,
    set_modules,
)
from defi.steps.design.actions.describing import Description, aim_at, describe_plan, gather_competences, start_plan
from defi.steps.design.actions.drafting import (
    check_employers,
    check_party,
    draft,
    keep_what_was_said,
    of_draft,
    refuse_nir,
    touch,
)
from defi.steps.design.actions.modules import (
    ModuleFacts,
    add_module,
    change_module,
    check_module,
    make_module,
    put_module,
    remove_module,
    take_out_module,
)

__all__ = [
    "Description",
    "ModuleFacts",
    "add_competence",
    "add_module",
    "aim_at",
    "change_module",
    "check_employers",
    "check_module",
    "check_party",
    "cover_competence",
    "describe_plan",
    "draft",
    "explain_gap",
    "gather_competences",
    "keep_what_was_said",
    "make_module",
    "of_draft",
    "put_module",
    "refuse_nir",
    "remove_competence",
    "remove_module",
    "set_modules",
    "start_plan",
    "take_out_module",
    "touch",
]
