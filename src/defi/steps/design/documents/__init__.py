"""What the design step prints: the co-design plan."""

from __future__ import annotations

from defi.steps.design.documents.plan import PLAN, Approval, Change, Coverage, Module, PlanData

__all__ = ["PLAN", "Approval", "Change", "Coverage", "Module", "PlanData"]
