"""Nobody leaves, or is away, on a day on which a sheet or a tutor says them present.

Source: law.md 4.3 (each half-day is signed as it is lived, and proves the hours)."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from defi.kernel.refusals import Invalid
from defi.steps.training.company import half_words
from defi.steps.training.models import Attendance, CompanyPresence
from defi.steps.training.rules import Text

LAST_DAY = gettext_lazy("vérifiez ce dernier jour")
FIRST_DAY_AWAY = gettext_lazy("vérifiez ce premier jour d'absence")


def refuse_present_from(candidacy_id: int, day: date, *, says: Text) -> None:
    """Raises `Invalid` beside the date when this person is present, in the centre or in a firm, on `day` or later.

    `says`: what to check first; the other way is to correct the half-day that is wrong."""
    sheets = Attendance._base_manager.filter(
        candidacy=candidacy_id, state=Attendance.State.PRESENT, sheet__on__gte=day
    ).exclude(sheet__state="cancelled")
    signed = CompanyPresence._base_manager.filter(
        placement__candidacy=candidacy_id, state=CompanyPresence.State.PRESENT, on__gte=day
    )
    centre = sheets.order_by("-sheet__on", "-sheet__starts_at").values_list("sheet__on", "sheet__half").first()
    if centre is not None:
        raise Invalid.field(
            "on",
            _(
                "Une feuille d'émargement dit cette personne présente %(half)s : %(check)s, ou corrigez d'abord la "
                "feuille."
            )
            % {"half": half_words(centre), "check": says},
        )
    firm = signed.order_by("-on", "half").values_list("on", "half").first()
    if firm is not None:
        raise Invalid.field(
            "on",
            _("Le tuteur a signé sa présence en entreprise %(half)s : %(check)s, ou corrigez d'abord la demi-journée.")
            % {"half": half_words(firm), "check": says},
        )
