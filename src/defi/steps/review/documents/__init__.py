"""What the bilan prints: the convening, and the bilan itself."""

from __future__ import annotations

from defi.steps.review.documents.convening import CONVENING, ConveningData
from defi.steps.review.documents.review import (
    REVIEW,
    Decision,
    Point,
    QuestionLine,
    ReviewData,
    VoiceLine,
)

__all__ = ["CONVENING", "REVIEW", "ConveningData", "Decision", "Point", "QuestionLine", "ReviewData", "VoiceLine"]
