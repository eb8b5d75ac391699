"""What a session holds as evidence of the firms: periods in company, presence there, exchanges, what they brought."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from defi.kernel import clock
from defi.kernel.access import Actor
from defi.operations.models import Operation
from defi.steps.design.models import Contribution
from defi.steps.training.corrections import Correction, corrections_of
from defi.steps.training.models import CompanyPresence, Exchange, Placement
from defi.steps.training.progress import Progress
from defi.web.evidence_held import Dossier, Table, lack


def of_the_company(
    held: Dossier, actor: Actor, operation: Operation, placements: list[Placement], facts: Progress
) -> None:
    """Indicator 13, the periods and their presence; indicator 28, the exchanges with the employers."""
    _periods(held, placements)
    _presence(held, actor, placements)
    _exchanges(held, actor, operation, facts)


def _periods(held: Dossier, placements: list[Placement]) -> None:
    held.tables[13].append(
        Table(
            _("Périodes en entreprise"),
            (
                _("Stagiaire"),
                _("Entreprise"),
                _("Tuteur"),
                _("Du"),
                _("Au"),
                _("Objectifs"),
                _("Préparée le"),
                _("Visite ou appel"),
                _("Retour d'expérience"),
            ),
            [
                (
                    str(p.candidacy.person),
                    p.employer,
                    p.tutor_name,
                    p.starts_on,
                    p.ends_on,
                    p.aims,
                    p.prepared_on,
                    p.visited_on,
                    p.debriefed_on,
                )
                for p in placements
            ],
        )
    )


def _presence(held: Dossier, actor: Actor, placements: list[Placement]) -> None:
    kept = CompanyPresence.objects.visible_to(actor).filter(placement__in=placements)
    lines = list(kept.select_related("placement__candidacy__person", "placement__employer").order_by("placement", "on"))
    corrections = corrections_of(lines)
    held.tables[13].append(
        Table(
            _("Présence en entreprise, par demi-journée"),
            (
                _("Stagiaire"),
                _("Entreprise"),
                _("Jour"),
                _("Demi-journée"),
                _("Présence"),
                _("Signé"),
                _("Signé par"),
                _("Signé le"),
                _("Correction"),
            ),
            [_presence_row(row, corrections.get(row.pk)) for row in lines],
        )
    )
    signed = {row.placement_id for row in lines}
    lack(
        held,
        13,
        sum(p.state in {"done", "debriefed"} and p.pk not in signed for p in placements),
        "%(n)d période faite n'a aucune demi-journée signée par son tuteur.",
        "%(n)d périodes faites n'ont aucune demi-journée signée par leur tuteur.",
    )
    alone = sum(p.state in {"done", "debriefed"} and p.visited_on is None for p in placements)
    lack(
        held,
        13,
        alone,
        "%(n)d période faite n'a ni visite ni appel noté.",
        "%(n)d périodes faites n'ont ni visite ni appel noté.",
    )
    waiting = sum(p.state == "done" for p in placements)
    lack(
        held,
        13,
        waiting,
        "%(n)d période faite n'a pas de retour d'expérience.",
        "%(n)d périodes faites n'ont pas de retour d'expérience.",
    )


def _presence_row(row: CompanyPresence, correction: Correction | None) -> tuple[Any, ...]:
    """What is kept of a half-day; beside it what was signed, by whom, and who corrected it since."""
    return (
        str(row.placement.candidacy.person),
        row.placement.employer,
        row.on,
        row.get_half_display(),
        row.get_state_display(),
        correction.signed_words if correction else row.get_state_display(),
        row.signed_by,
        row.signed_at.astimezone(clock.PARIS).date(),
        correction.sentence if correction else "",
    )


def _exchanges(held: Dossier, actor: Actor, operation: Operation, facts: Progress) -> None:
    exchanges = Exchange.objects.visible_to(actor).filter(operation=operation).select_related("organisation", "by")
    held.tables[28].append(
        Table(
            _("Échanges avec les employeurs"),
            (_("Employeur"), _("Date"), _("Comment"), _("Avec qui"), _("Convenu"), _("Noté par")),
            [(e.organisation, e.on, e.get_how_display(), e.with_whom, e.agreed, e.by) for e in exchanges],
        )
    )
    brought = Contribution.objects.visible_to(actor).filter(plan__operation=operation).select_related("employer")
    held.tables[28].append(
        Table(
            _("Apports des employeurs à la formation"),
            (_("Employeur"), _("Apport"), _("Précision")),
            [(c.employer, c.get_kind_display(), c.detail) for c in brought.order_by("pk")],
        )
    )
    for row in facts.employers:
        if row.missing:
            held.gaps[28].append(
                _("%(name)s : aucun échange noté %(when)s la formation.")
                % {"name": row.name, "when": ", ".join(row.missing)}
            )
