"""What a session holds as evidence of the firms: periods in company, presence there, exchanges, what they brought."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.utils.translation import gettext as _

from defi.kernel import clock
from defi.kernel.access import Actor
from defi.operations.models import Operation
from defi.steps.design.models import Contribution
from defi.steps.training.company_hours import lapsed_of
from defi.steps.training.corrections import Correction, corrections_of
from defi.steps.training.documents import PLACEMENT_AGREEMENT
from defi.steps.training.interruptions import living, over
from defi.steps.training.models import CompanyPresence, Exchange, Placement, PlacementSignature
from defi.steps.training.period_words import stopped_on, told
from defi.steps.training.periods import and_words, missing_parties
from defi.steps.training.progress import Progress
from defi.web.evidence_held import Dossier, Table, lack


def of_the_company(
    held: Dossier, actor: Actor, operation: Operation, placements: list[Placement], facts: Progress
) -> None:
    """Indicator 13, the periods (those that did not take place too) and their presence; indicator 28, the exchanges
    with the employers."""
    lapsed = lapsed_of(placements)
    _periods(held, placements, lapsed)
    _agreements(held, actor, placements, lapsed)
    _presence(held, actor, placements)
    _exchanges(held, actor, operation, facts)


def _periods(held: Dossier, placements: list[Placement], lapsed: set[int]) -> None:
    today, away = clock.today(), living(p.candidacy_id for p in placements)
    held.tables[13].append(
        Table(
            _("Périodes en entreprise"),
            (
                _("Stagiaire"),
                _("Entreprise"),
                _("Tuteur"),
                _("Prévue du"),
                _("Prévue au"),
                _("État"),
                _("Commencée le"),
                _("Finie le"),
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
                    told(p, today, lapsed=p.pk in lapsed, away=over(p, away.get(p.candidacy_id), today)),
                    p.begun_on,
                    stopped_on(p),
                    p.aims,
                    p.prepared_on,
                    p.visited_on,
                    p.debriefed_on,
                )
                for p in placements
            ],
        )
    )


def _agreements(held: Dossier, actor: Actor, placements: list[Placement], lapsed: set[int]) -> None:
    """What the manifest says beside a paper of a period that did not take place, or that not all have signed."""
    signed: dict[int, set[str]] = defaultdict(set)
    given = PlacementSignature.objects.visible_to(actor).filter(placement__in=placements, voided_on=None)
    for placement_id, party in given.values_list("placement_id", "party"):
        signed[placement_id].add(party)
    known = {p.pk: p for p in placements}
    for paper in held.documents.get(13, []):
        period = known.get(paper.object_id or 0)
        if period is None:
            continue
        said = [_("période annulée")] if period.state == "cancelled" else []
        if period.pk in lapsed:
            said = [_("la période n'a pas commencé")]
        missing = missing_parties(signed[period.pk]) if paper.kind == PLACEMENT_AGREEMENT.kind else ()
        if missing:
            said.append(_("non signée par %(who)s") % {"who": and_words(missing)})
        if said:
            held.notes[paper.pk] = ", ".join(said)
    lack(
        held,
        13,
        len(lapsed),
        "%(n)d période n'a pas commencé : sa convention n'est pas signée par les trois.",
        "%(n)d périodes n'ont pas commencé : leur convention n'est pas signée par les trois.",
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
