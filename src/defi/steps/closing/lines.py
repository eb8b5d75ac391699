"""The lines of the certificate, in the order of the sources, each with the way the facts show it. Pure.

Source: process.md, « What makes a training a DEFI » (seeds 000 and 001)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy

from defi.schemes.rulebook import Rulebook
from defi.steps.closing import lines_commitments as owed
from defi.steps.closing import lines_training as training
from defi.steps.closing.evidence import Facts, Group, Shown

Text = str | LazyText


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the sources and the way the facts show it. `where`: the part of the operation's page that mends it."""

    key: str
    group: Group
    label: Text
    source: Text
    show: Callable[[Rulebook, Facts], Shown]
    where: str


_DEFI = gettext_lazy("fiche DEFI, « une opération DEFI si… »")
_ENGAGED = gettext_lazy("fiche DEFI, « Engagements »")
_VALUED = gettext_lazy("fiche DEFI, « Valorisation financière »")
_PROCESS = gettext_lazy("fiche process DEFI, étapes 8 et 9")

LINES: tuple[Line, ...] = (
    Line(
        "needs",
        Group.TRAINING,
        gettext_lazy("Besoins des entreprises et du public analysés"),
        _DEFI,
        training.needs,
        "needs",
    ),
    Line(
        "region_told",
        Group.TRAINING,
        gettext_lazy("Région informée des besoins et des adaptations"),
        _DEFI,
        training.told,
        "design",
    ),
    Line(
        "co_design",
        Group.TRAINING,
        gettext_lazy("Ingénierie conçue avec la Région et les employeurs"),
        _DEFI,
        training.co_design,
        "design",
    ),
    Line(
        "partners_won",
        Group.TRAINING,
        gettext_lazy("Objectifs de la convention portés aux partenaires"),
        _DEFI,
        training.partners,
        "sourcing",
    ),
    Line(
        "conformity",
        Group.TRAINING,
        gettext_lazy("Un stagiaire pour une promesse d'emploi"),
        _DEFI,
        training.conformity,
        "pairing",
    ),
    Line(
        "firms_hire",
        Group.TRAINING,
        gettext_lazy("Embauches suivies au terme de la formation"),
        _DEFI,
        training.hires,
        "review",
    ),
    Line(
        "content",
        Group.TRAINING,
        gettext_lazy("Contenus, modalités et rythme mis à jour"),
        _DEFI,
        training.content,
        "design",
    ),
    Line(
        "platform",
        Group.TRAINING,
        gettext_lazy("Formation sur le plateau technique de l'entreprise"),
        _DEFI,
        training.platform,
        "design",
    ),
    Line(
        "carried_out",
        Group.TRAINING,
        gettext_lazy("Projet mené comme la convention le dit"),
        _DEFI,
        training.carried_out,
        "session",
    ),
    Line(
        "evaluated",
        Group.TRAINING,
        gettext_lazy("Formation et insertion évaluées, enseignements partagés"),
        _DEFI,
        training.evaluated,
        "review",
    ),
    Line(
        "innovative",
        Group.TRAINING,
        gettext_lazy("Ingénierie innovante et spécifique"),
        _VALUED,
        training.innovative,
        "design",
    ),
    Line(
        "campaign", Group.COMMITMENT, gettext_lazy("Recruter avec les entreprises"), _ENGAGED, owed.campaign, "sourcing"
    ),
    Line(
        "matrix",
        Group.COMMITMENT,
        gettext_lazy("Adapter l'ingénierie aux compétences listées"),
        _ENGAGED,
        owed.matrix,
        "design",
    ),
    Line(
        "dialogue",
        Group.COMMITMENT,
        gettext_lazy("Dialoguer avec chaque employeur, avant, pendant et après"),
        _ENGAGED,
        owed.dialogue,
        "session",
    ),
    Line(
        "periods",
        Group.COMMITMENT,
        gettext_lazy("Préparer, accompagner et reprendre chaque période en entreprise"),
        _ENGAGED,
        owed.periods,
        "session",
    ),
    Line(
        "at_review",
        Group.COMMITMENT,
        gettext_lazy("Associer employeurs et tuteurs aux évaluations et bilans"),
        _ENGAGED,
        owed.at_review,
        "review",
    ),
    Line(
        "follow_up",
        Group.COMMITMENT,
        gettext_lazy("Suivre les personnes et en rendre compte à la Région"),
        _ENGAGED,
        owed.follow_up,
        "followup",
    ),
    Line(
        "committee",
        Group.COMMITMENT,
        gettext_lazy("Participer au comité de pilotage"),
        _ENGAGED,
        owed.committee,
        "review",
    ),
    Line(
        "convention_signed",
        Group.COMMITMENT,
        gettext_lazy("Signer la convention"),
        _ENGAGED,
        owed.convention,
        "convention",
    ),
    Line(
        "session_held", Group.BALANCE, gettext_lazy("Session menée à son terme"), _PROCESS, owed.session_held, "session"
    ),
    Line("review_held", Group.BALANCE, gettext_lazy("Bilan tenu"), _PROCESS, owed.review_held, "review"),
)
