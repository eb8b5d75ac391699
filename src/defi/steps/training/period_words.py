"""How a period in company stands, in words that hold on that day: its state alone says « en cours » past its last day.

Source: process.md, step 6 (periods in company agreed, done)."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from defi.kernel.documents.french import short_date
from defi.steps.training.models import Placement, Suspension


def stopped_on(placement: Placement) -> date | None:
    """The last day it really had: the one noted, or that of somebody who left during it; None while it goes on, and for
    one that did not take place."""
    if placement.finished_on:
        return placement.finished_on
    left_on = placement.candidacy.left_on
    return left_on if placement.state == "begun" and left_on and left_on <= placement.ends_on else None


def told(placement: Placement, today: date, *, lapsed: bool, away: Suspension | None) -> str:
    """The state in words. `lapsed`: its first day passed without the three signatures; `away`: the interruption within
    which it falls (`interruptions.over`), told without its reason."""
    stopped = stopped_on(placement)
    if lapsed:
        return _("n'a pas commencé")
    if placement.state == "debriefed" and stopped:
        return _("terminée le %(day)s, retour d'expérience fait") % {"day": short_date(stopped)}
    if stopped:
        return _("terminée le %(day)s") % {"day": short_date(stopped)}
    if away:
        return _("formation interrompue depuis le %(day)s") % {"day": short_date(away.from_on)}
    if placement.state == "begun" and placement.ends_on < today:
        return _("dernier jour passé, fin à noter")
    if placement.state == "planned" and placement.starts_on < today:
        return _("prévue, aucune présence signée")
    return str(placement.get_state_display())
