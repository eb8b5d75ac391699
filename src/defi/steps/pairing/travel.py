"""The way to work as a person says it: for them and the provider, never read by an employer. Source: decision 0010."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy


class Means(models.TextChoices):
    """By what one comes to work."""

    FOOT = "foot", lazy("à pied")
    BIKE = "bike", lazy("à vélo")
    BUS = "bus", lazy("en bus")
    TRAIN = "train", lazy("en train")
    CAR = "car", lazy("en voiture")
    CARPOOL = "carpool", lazy("en covoiturage")


@dataclass(frozen=True, slots=True)
class Travel:
    """Minutes one way, and by which means; nothing said when both are empty."""

    minutes: int | None = None
    means: str = ""


def travel_words(travel: Travel) -> str:
    """`25 min en bus`; empty while they said nothing."""
    if travel.minutes is None:
        return ""
    return _("%(n)d min %(means)s") % {"n": travel.minutes, "means": Means(travel.means).label}
