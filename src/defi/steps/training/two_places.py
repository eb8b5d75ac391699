"""Nobody is in two places at once: a half-day signed in the centre is not signed in the firm, nor the other way round.

The rule itself is pure (`company.in_both`). Sources: law.md 4.3 (a false sheet sinks the others); the handbook.
Guarded by who calls it, within an action that holds the operation."""

from __future__ import annotations

from collections.abc import Collection

from django.utils.translation import gettext as _

from defi.kernel.access import Actor, Who
from defi.kernel.refusals import WrongState
from defi.steps.training.company import Half, half_words, in_both
from defi.steps.training.models import Attendance, AttendanceSheet, CompanyPresence, Placement


def in_firm(sheet: AttendanceSheet) -> set[int]:
    """Those (candidacy ids) who are signed present in a firm on the half-day of this sheet. One query."""
    rows = CompanyPresence._base_manager.filter(
        placement__candidacy__session=sheet.session_id, on=sheet.on, state=CompanyPresence.State.PRESENT
    )
    kept = rows.values_list("placement__candidacy_id", "on", "half")
    here = {(sheet.on, sheet.half)}
    return {candidacy_id for candidacy_id, on, half in kept if in_both(here, {(on, half)})}


def refuse_in_firm(actor: Actor, sheet: AttendanceSheet, lines: Collection[Attendance]) -> None:
    """Raises `WrongState` when one of these people, said present on this sheet, is signed present in a firm then."""
    firm = in_firm(sheet)
    line = next((line for line in lines if line.candidacy_id in firm), None)
    if line is None:
        return
    half = half_words((sheet.on, sheet.half))
    if actor.who is Who.TRAINEE:
        raise WrongState(
            _(
                "Votre présence en entreprise est déjà signée %(half)s : on ne signe pas aux deux endroits. Appelez "
                "votre organisme de formation."
            )
            % {"half": half}
        )
    raise WrongState(
        _(
            "La présence de %(name)s est déjà signée en entreprise %(half)s : corrigez d'abord sa période en "
            "entreprise si c'est une erreur."
        )
        % {"name": line.candidacy.person.short_name, "half": half}
    )


def refuse_in_centre(actor: Actor, placement: Placement, present: Collection[Half]) -> None:
    """Raises `WrongState` when one of these half-days, said present in the firm, is signed in the centre."""
    rows = Attendance._base_manager.filter(
        candidacy=placement.candidacy_id,
        state=Attendance.State.PRESENT,
        sheet__on__in={on for on, _half in present},
    )
    both = in_both(present, set(rows.values_list("sheet__on", "sheet__half")))
    if not both:
        return
    words = (
        _("Cette personne a signé sa présence au centre %(half)s : corrigez d'abord la feuille si c'est une erreur.")
        if actor.in_provider
        else _("Cette personne a signé sa présence au centre %(half)s : appelez l'organisme de formation.")
    )
    raise WrongState(words % {"half": half_words(both[0])})
