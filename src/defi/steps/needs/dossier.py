"""What changes the diagnosis of a collective need: its figures, its files, the page printed of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from defi.kernel.access import Actor
from defi.kernel.journal import Action, acting
from defi.kernel.models import Document
from defi.kernel.refusals import Invalid, WrongState
from defi.kernel.uploads import Upload
from defi.steps.needs.access import must_pilot
from defi.steps.needs.collective_printing import print_collective as keep_sheet
from defi.steps.needs.models import CollectiveFile, CollectiveNeed, DiagnosisFigure
from defi.steps.needs.rules import nir_faults

MOST_FILES = 20


@dataclass(frozen=True, slots=True)
class FigureFacts:
    """A figure to add: what it says, its value and unit, where it is read and of when it is."""

    label: str
    value: Decimal
    source: str
    established_on: date
    unit: str = ""


def record_figure(actor: Actor, collective_id: int, facts: FigureFacts) -> DiagnosisFigure:
    """A figure without its source and its date cannot be defended: both are asked."""
    with acting(actor, "collective.record_figure") as act:
        collective = _lock(act, collective_id)
        faults = nir_faults({"label": facts.label, "source": facts.source})
        if not facts.label.strip():
            faults["label"] = _("Dites ce que compte ce chiffre.")
        if not facts.source.strip():
            faults["source"] = _("Indiquez d'où vient ce chiffre (enquête, fichier, étude).")
        if facts.established_on > act.today:
            faults["established_on"] = _("Cette date est à venir : indiquez de quand date le chiffre.")
        if facts.value < 0:
            faults["value"] = _("Indiquez un nombre positif.")
        if faults:
            raise Invalid(" ".join(faults.values()), faults)
        return act.create(
            DiagnosisFigure,
            collective=collective,
            label=facts.label.strip()[:120],
            value=facts.value,
            unit=facts.unit.strip()[:20],
            source=facts.source.strip()[:200],
            established_on=facts.established_on,
            recorded_by_id=actor.person_id,
        )


def remove_figure(actor: Actor, figure_id: int) -> CollectiveNeed:
    """A figure that was wrong leaves the diagnosis; the journal keeps it."""
    with acting(actor, "collective.remove_figure") as act:
        figure = act.lock(DiagnosisFigure, figure_id)
        collective = _lock(act, figure.collective_id)
        act.remove(figure)
        return collective


def attach_file(actor: Actor, collective_id: int, upload: Upload, *, note: str = "") -> CollectiveFile:
    """A file joins the diagnosis; the same bytes twice are once, and said."""
    with acting(actor, "collective.attach") as act:
        collective = _lock(act, collective_id)
        if faults := nir_faults({"note": note}):
            raise Invalid(" ".join(faults.values()), faults)
        living = CollectiveFile.objects.filter(collective=collective, withdrawn_on=None)
        known = living.filter(sha256=upload.sha256).defer("content").first()
        if known:
            raise Invalid.field(
                "file", _("Ce fichier est déjà joint, sous le nom « %(name)s ».") % {"name": known.name}
            )
        if living.count() >= MOST_FILES:
            raise WrongState(
                _("Ce diagnostic porte déjà %(most)d fichiers : retirez-en un d'abord.") % {"most": MOST_FILES}
            )
        return act.create(
            CollectiveFile,
            collective=collective,
            name=upload.name,
            note=note.strip()[:200],
            media_type=upload.media_type,
            size=upload.size,
            sha256=upload.sha256,
            content=upload.content,
            added_on=act.today,
            added_by_id=actor.person_id,
        )


def withdraw_file(actor: Actor, file_id: int, *, reason: str) -> CollectiveFile:
    """The file is no longer shown; its bytes stay in the base, as everything that was shown once."""
    with acting(actor, "collective.withdraw_file", reason=reason) as act:
        file = act.lock(CollectiveFile, file_id)
        _lock(act, file.collective_id)
        if file.withdrawn_on:
            raise WrongState(_("Ce fichier est déjà retiré."))
        return act.change(file, withdrawn_on=act.today)


def print_collective(actor: Actor, collective_id: int) -> Document:
    """The collective need on one page, kept as a document."""
    with acting(actor, "collective.print") as act:
        collective = _lock(act, collective_id)
        document = keep_sheet(act, collective)
        act.note(collective, document=document.number)
        return document


def _lock(act: Action, collective_id: int) -> CollectiveNeed:
    collective = act.lock(CollectiveNeed, collective_id)
    must_pilot(act.actor, collective.basin_id)
    if collective.state in {"closed", "dissolved"}:
        raise WrongState(_("Ce besoin collectif est classé ou défait : il se lit, il ne se modifie plus."))
    return collective
