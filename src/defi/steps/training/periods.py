"""Periods in company: dates, the three signatures, what the certificate will ask about each. Pure.

Sources: process.md, « Documents the system produces » and the commitments of the certificate (seed 000)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from defi.kernel.refusals import Invalid
from defi.steps.training.rules import Text, day_words

HOURS_A_DAY = 10

PARTIES: dict[str, Text] = {
    "trainee": gettext_lazy("le stagiaire"),
    "employer": gettext_lazy("l'entreprise"),
    "provider": gettext_lazy("l'organisme de formation"),
}


def check_period(starts_on: date, ends_on: date, hours: int, *, first: date, last: date) -> None:
    """Raises `Invalid` naming each field that cannot be: dates outside the session or reversed, impossible hours."""
    faults: dict[str, str] = {}
    if ends_on < starts_on:
        faults["ends_on"] = _("La fin de la période ne vient pas avant son début.")
    bounds = {"first": day_words(first), "last": day_words(last)}
    if starts_on < first:
        faults["starts_on"] = _("La période tient dans la session, du %(first)s au %(last)s.") % bounds
    if ends_on > last:
        faults.setdefault("ends_on", _("La période tient dans la session, du %(first)s au %(last)s.") % bounds)
    days = (ends_on - starts_on).days + 1
    if hours <= 0:
        faults["hours"] = _("Indiquez les heures de la période.")
    elif days > 0 and hours > days * HOURS_A_DAY:
        faults["hours"] = _("%(hours)d heures ne tiennent pas dans %(days)d jours.") % {"hours": hours, "days": days}
    if faults:
        raise Invalid(" ".join(faults.values()), faults)


def missing_parties(signed: Collection[str]) -> tuple[str, ...]:
    """Who has not signed the agreement yet, in words, in the order trainee, firm, provider."""
    return tuple(str(label) for party, label in PARTIES.items() if party not in signed)


def and_words(words: Collection[str]) -> str:
    """`le stagiaire, l'entreprise et l'organisme de formation`."""
    names = list(words)
    if len(names) < 2:
        return "".join(names)
    return _("%(first)s et %(last)s") % {"first": ", ".join(names[:-1]), "last": names[-1]}


def agreement_gap(signed: Collection[str]) -> str:
    """The sentence that says who is missing under the agreement; empty when the period may begin.

    Source: process.md, « Documents »: without it the period cannot begin."""
    missing = missing_parties(signed)
    if not missing:
        return ""
    return _("La convention de cette période n'est pas signée par : %(who)s. Sans elle la période ne commence pas.") % {
        "who": and_words(missing)
    }


def not_begun(state: str, starts_on: date, signed: Collection[str], today: date) -> bool:
    """Whether the first day passed without the three signatures: the period did not begin, its dates are to be moved.

    Source: process.md, « Documents »: it is signed before the first day, else the period cannot begin."""
    return state == "planned" and starts_on < today and bool(missing_parties(signed))


def too_late(starts_on: date, ends_on: date, signed_on: date) -> str:
    """The sentence that refuses a signature given after the first day, or on the only one; empty for one in time."""
    if signed_on < starts_on or signed_on == starts_on < ends_on:
        return ""
    if signed_on == starts_on:
        return _(
            "Cette période d'un seul jour se signe la veille au plus tard : elle ne peut plus commencer. L'organisme "
            "de formation change d'abord sa date, puis chacun signe de nouveau."
        )
    return _(
        "Le premier jour de cette période, le %(day)s, est passé sans les trois signatures : elle n'a pas commencé. "
        "L'organisme de formation change d'abord ses dates, puis chacun signe de nouveau."
    ) % {"day": day_words(starts_on)}


def begins_on(starts_on: date, *, agreed_on: date | None, entered_on: date | None) -> date:
    """The day a period really begins: as planned, unless its agreement (the day after) or the person came later."""
    after = agreed_on + timedelta(days=1) if agreed_on else starts_on
    return max(starts_on, after, entered_on or starts_on)


PREPARATION: dict[str, Text] = {
    "role_explained": gettext_lazy("le rôle de chacun est expliqué"),
    "tutor_met": gettext_lazy("le tuteur et la personne se sont rencontrés"),
    "material_ready": gettext_lazy("la tenue et le matériel sont prévus"),
    "hours_told": gettext_lazy("les horaires et le trajet sont dits"),
}
"""What is ready before the first day (employers.md, R12 and R13)."""


@dataclass(frozen=True, slots=True)
class PeriodFacts:
    """A period as the provider's list looks at it. `by_hand`: its hours are one figure, no half-day is signed;
    `late`: half-days signed more than a week after; `left_on`: when the person left, if they did; `away_from`: since
    when their path is interrupted, when that falls on the period."""

    state: str
    starts_on: date
    ends_on: date
    today: date
    prepared: bool
    accompanied: bool
    signatory_firm: bool
    signed: Collection[str]
    evaluated: bool = False
    unsigned: int = 0
    by_hand: bool = False
    late: int = 0
    left_on: date | None = None
    away_from: date | None = None


def placement_flags(facts: PeriodFacts) -> tuple[str, ...]:
    """What the certificate and an inspector will ask: prepared, accompanied, debriefed, in a firm that signs (seed
    000), with half-days that somebody signed (law.md 4.3)."""
    if facts.state == "cancelled":
        return ()
    planned, begun, over = facts.state == "planned", facts.state == "begun", facts.state in {"done", "debriefed"}
    gone = begun and facts.left_on is not None
    lapsed = not_begun(facts.state, facts.starts_on, facts.signed, facts.today)
    flags: list[tuple[bool, str]] = [
        (
            facts.away_from is not None,
            _("parcours interrompu depuis le %(day)s : période à déplacer, à annuler ou à terminer")
            % {"day": day_words(facts.away_from or facts.today)},
        ),
        (not facts.signatory_firm, _("cette entreprise n'a pas signé la convention DEFI")),
        (not facts.prepared, _("préparation à noter")),
        (planned and bool(missing_parties(facts.signed)) and not lapsed, _("convention de période à signer")),
        (
            lapsed,
            _("n'a pas commencé le %(day)s, faute de signatures : changez ses dates, ou annulez-la")
            % {"day": day_words(facts.starts_on)},
        ),
        (
            planned and facts.starts_on < facts.today and not missing_parties(facts.signed),
            _("aurait dû commencer le %(day)s") % {"day": day_words(facts.starts_on)},
        ),
        (gone, _("la personne est partie le %(day)s") % {"day": day_words(facts.left_on or facts.today)}),
        (begun and facts.ends_on < facts.today, _("fin à noter")),
        (
            begun and facts.unsigned > 0,
            ngettext("%(n)d demi-journée à signer", "%(n)d demi-journées à signer", facts.unsigned)
            % {"n": facts.unsigned},
        ),
        (over and facts.by_hand, _("heures notées d'un bloc : aucune demi-journée n'est signée par le tuteur")),
        (
            facts.late > 0,
            ngettext(
                "%(n)d demi-journée signée plus d'une semaine après",
                "%(n)d demi-journées signées plus d'une semaine après",
                facts.late,
            )
            % {"n": facts.late},
        ),
        (not planned and not facts.accompanied, _("visite ou appel à noter")),
        (over and not facts.evaluated, _("avis du tuteur attendu")),
        (facts.state == "done", _("retour d'expérience à faire")),
    ]
    return tuple(sentence for here, sentence in flags if here)
