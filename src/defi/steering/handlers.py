"""The figures of an operation are rewritten with its journey, in the transaction of each action."""

from __future__ import annotations

from defi.journey.projection import followed_by
from defi.steering.counting import rewrite_figures

followed_by(rewrite_figures)
