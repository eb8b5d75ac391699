"""What the recruiting room prints."""

from defi.steps.sourcing.documents.poster import POSTER, PosterData, PosterFirm, PosterMeeting

__all__ = ["POSTER", "PosterData", "PosterFirm", "PosterMeeting"]
