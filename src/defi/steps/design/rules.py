"""When a plan may be submitted, when it is approved: pure. Source: process.md, step 2."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from defi.kernel.clock import PARIS
from defi.kernel.documents.french import long_date
from defi.operations.eos import eos_fault

MOST_MODULES = 200
"""Past this many modules nobody reads a plan any more (decision)."""


def too_many() -> str:
    """The sentence for one module more than a plan may count."""
    return ngettext(
        "Un plan compte %(n)d module au plus : réunissez-en plusieurs.",
        "Un plan compte %(n)d modules au plus : réunissez-en plusieurs.",
        MOST_MODULES,
    ) % {"n": MOST_MODULES}


@dataclass(frozen=True, slots=True)
class WantedCompetence:
    """A competence and what became of it: taught by so many modules, or not and why."""

    label: str
    modules: int
    gap_reason: str = ""

    @property
    def is_answered(self) -> bool:
        return self.modules > 0 or bool(self.gap_reason)


@dataclass(frozen=True, slots=True)
class PlanFacts:
    """What the submission looks at. Whole hours per trainee; those of the session are None until it is fixed.
    A calendar not laid yet has no fault."""

    competences: Sequence[WantedCompetence]
    modules: int
    hours_centre: int
    hours_company: int
    session_centre: int | None
    session_company: int | None
    specific: str
    public_need: str
    profiles: int
    tailorings: int = 0
    certification_fault: str = ""
    calendar_faults: Sequence[str] = ()
    block_faults: Sequence[str] = ()
    lenders_left: Sequence[str] = ()


def same(label: str) -> str:
    """What makes two wordings the same competence: case and spaces forgotten."""
    return " ".join(label.split()).casefold()


def known_later(number: str) -> str:
    """The sentence when this, as EOS writes it, cannot be its number; none yet is no fault."""
    fault = eos_fault(number) if number else ""
    return fault and _("%(fault)s Ou laissez vide tant qu'il n'est pas connu.") % {"fault": fault}


def submission_faults(plan: PlanFacts) -> list[str]:
    """What keeps the plan from being submitted, a sentence each; nothing when it may."""
    faults = []
    if not plan.competences:
        faults.append(_("Le plan ne dit encore aucune compétence voulue par les employeurs."))
    faults += unanswered([competence.label for competence in plan.competences if not competence.is_answered])
    if not plan.modules:
        faults.append(_("Le plan n'a encore aucun module."))
    faults += hours_faults(plan)
    faults += plan.calendar_faults
    if plan.certification_fault:
        faults.append(plan.certification_fault)
    faults += [*plan.block_faults, *plan.lenders_left]
    if not plan.specific.strip() and not plan.tailorings:
        faults.append(
            _("Dites ce qui diffère du programme habituel, et pour quel employeur : c'est ce que la prime valorise.")
        )
    if fault := public_fault(plan.public_need, plan.profiles):
        faults.append(fault)
    return faults


ALIKE = 3
"""Past this many sentences that say the same of different things, one says it of all (decision)."""


def unanswered(labels: Sequence[str]) -> list[str]:
    """The competences that have neither module nor reason: a sentence each, or one that counts them and names the
    first."""
    if len(labels) > ALIKE:
        first = ", ".join(f"« {label} »" for label in labels[:ALIKE])
        return [
            _(
                "%(n)d compétences n'ont ni module ni raison (%(first)s…) : remplissez la grille, ou dites pourquoi "
                "elles ne sont pas enseignées."
            )
            % {"n": len(labels), "first": first}
        ]
    return [
        _("« %(label)s » n'a ni module ni raison : reliez-la à un module, ou dites pourquoi elle n'est pas enseignée.")
        % {"label": label}
        for label in labels
    ]


_BLOCK_CODE = re.compile(r"((?:rncp|rs)\s*\d+)\s*bc\s*\d+", re.IGNORECASE)
"""How the registers write the code of a block: the number of its certification first."""


def block_fault(title: str, block: str, certification: str, known: Sequence[tuple[str, str]]) -> str:
    """The sentence for a module that leads to a block which is not of the certification aimed at; nothing when it may
    (source: the register of certifications, France compétences).

    `certification` is its number in the registers, empty without one; `known` its blocks (code, label). When a register
    does not detail them, a code tells whose block it is and mere words are taken as they are."""
    words, coded = same(block), _BLOCK_CODE.match(block.strip())
    if not words:
        return ""
    if coded and not certification:
        return _(
            "« %(module)s » mène au bloc « %(block)s » : choisissez d'abord la certification visée (%(number)s), dans "
            "« Ce que dit le plan », ou effacez ce bloc."
        ) % {"module": title, "block": block, "number": coded[1]}
    if known and certification:
        stray = not any(same(code) in words or words in same(label) for code, label in known)
    else:
        stray = coded is not None and _tight(coded[1]) != _tight(certification)
    return stray_block(title, block) if stray else ""


def _tight(number: str) -> str:
    return "".join(number.split()).upper()


def stray_block(title: str, block: str) -> str:
    """The sentence for a module that leads to a block of another certification (source: its register)."""
    return _(
        "« %(module)s » mène au bloc « %(block)s », qui n'est pas de la certification visée : choisissez-en un autre, "
        "ou aucun."
    ) % {"module": title, "block": block}


def public_fault(public_need: str, profiles: int) -> str:
    """No plan without the need of the public, or the reason of its absence (process.md, step 0): `profiles` counts the
    prescribers who told it, or said why they cannot."""
    if profiles or public_need.strip():
        return ""
    return _(
        "Aucun prescripteur n'a dit le besoin du public, ni pourquoi il manque : demandez-le depuis la page des "
        "besoins, ou écrivez dans le plan comment il est pris en compte, ou pourquoi il manque."
    )


def hours_faults(plan: PlanFacts) -> list[str]:
    """The hours of the modules must be those of the session, with the numbers when they are not."""
    faults = []
    for where, planned, wanted in (
        (_("en centre"), plan.hours_centre, plan.session_centre),
        (_("en entreprise"), plan.hours_company, plan.session_company),
    ):
        if wanted is None or planned == wanted:
            continue
        gap = abs(planned - wanted)
        faults.append(
            ngettext(
                "Les modules font %(planned)d h %(where)s, la session %(wanted)d h : %(gap)d heure d'écart.",
                "Les modules font %(planned)d h %(where)s, la session %(wanted)d h : %(gap)d heures d'écart.",
                gap,
            )
            % {"planned": planned, "where": where, "wanted": wanted, "gap": gap}
        )
    return faults


def is_approved(required: Iterable[int], approved: Iterable[int]) -> bool:
    """Whether every party (ids of organisations) approved this edition."""
    return set(required) <= set(approved)


def held_elsewhere(name: str, since: datetime) -> str:
    """The sentence for who would change a plan that somebody else holds."""
    return _("Le plan est chez %(name)s depuis le %(day)s : reprenez-le d'abord, avec un motif.") % {
        "name": name,
        "day": long_date(since.astimezone(PARIS).date()),
    }


def by_request_only() -> str:
    """The sentence for who would change an approved plan while the training runs."""
    return _(
        "La session a démarré : le plan approuvé ne se reprend plus. Demandez une modification, depuis la page du plan "
        "de formation : ses effets sont dits avant, et la Région décide."
    )


def next_in_turn(required: Sequence[int], approved: Iterable[int], but: Iterable[int] = ()) -> int | None:
    """Who is asked next: the first of the required parties (ids, in their order) that has not approved."""
    left_out = {*approved, *but}
    return next((party for party in required if party not in left_out), None)


def mandate_faults(let_by: str, reason: str, let_on: date, opened_on: date, today: date) -> dict[str, str]:
    """The sentence beside each field of a mandate that cannot be. Small employers may let the provider answer for them,
    visibly (issue of the plan designed in turns): it is known who let it, when, how and why."""
    faults = {}
    if not let_by.strip():
        faults["let_by"] = _("Dites qui, chez cet employeur, vous a laissé répondre : sa fonction suffit.")
    if not reason.strip():
        faults["reason"] = _("Dites pourquoi il ne répond pas lui-même : toutes les parties le liront.")
    if let_on > today:
        faults["let_on"] = _("Cette date est à venir : notez-le quand il vous l'aura dit.")
    elif let_on < opened_on:
        faults["let_on"] = _("L'opération n'a été ouverte que le %(day)s : vérifiez la date.") % {
            "day": long_date(opened_on)
        }
    return faults


def nobody_let(name: str) -> str:
    """The sentence for a provider that would approve for an employer which did not let it."""
    return _(
        "%(name)s ne vous a pas laissé répondre à sa place : notez d'abord qui l'a fait, quand, comment, pourquoi, ou "
        "laissez-lui le plan."
    ) % {"name": name}


def may_answer(state: str, *, is_open_to: bool) -> str:
    """The sentence when a party may not approve now, or nothing: the plan is submitted and it is its turn."""
    if state != "submitted" or is_open_to:
        return ""
    return _("Ce n'est pas encore votre tour : vous recevrez le plan quand il vous sera passé.")


def approved_by_all(day: date, provider: str) -> str:
    """The sentence for who would give back a plan that everybody has approved."""
    return _(
        "Le plan est approuvé par tous depuis le %(day)s : il ne se rend plus. Si quelque chose doit changer, dites-le "
        "à %(name)s ou à la Région."
    ) % {"day": long_date(day), "name": provider}


def already_approved(day: date) -> str:
    """The sentence for a party that has approved, and would still do something with the plan."""
    return _(
        "Votre accord est déjà donné, le %(day)s : le plan n'est plus chez vous. Si quelque chose doit changer, "
        "dites-le par une remarque : l'organisme de formation peut le reprendre."
    ) % {"day": long_date(day)}


def not_taken(*, is_away: bool) -> str:
    """The sentence for who approves a plan that is in preparation: it was given back since the page was opened, or goes
    round for advice (`is_away`)."""
    if is_away:
        return _(
            "Le plan n'est pas fini, il circule pour avis : votre accord n'a pas été enregistré. Dites ce qui manque ; "
            "votre accord vous sera demandé quand le plan sera complet."
        )
    return _(
        "Entre-temps, le plan est revenu à l'organisme de formation, qui le modifie : votre accord n'a pas été "
        "enregistré. Vous n'avez rien à faire : il vous sera demandé de nouveau quand le plan sera prêt. S'il manque "
        "quelque chose, dites-le maintenant par une remarque."
    )
