"""When a certificate may be issued, a bonus asked and paid, an operation closed. Pure.

Source: process.md, step 9, « The conformity rule » and « What makes a training a DEFI » (seeds 000 and 001)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from defi.kernel.documents.french import amount_words, long_date
from defi.schemes.conformity import Conformity, Verdict
from defi.steps.closing.checks import Check
from defi.steps.closing.lines_training import conformity_sentence

CENT = Decimal("0.01")
LARGEST = Decimal("99999999.99")
INTERIM = "interim"
BALANCE = "balance"


def blocking(checks: Iterable[Check], what: str) -> list[Check]:
    """The lines that block "certificate" or "balance" and that no fact shows yet."""
    return [check for check in checks if check.blocks == what and not check.found]


def issue_faults(conformity: Conformity | None, found_on: date | None, checks: Iterable[Check]) -> list[str]:
    """Why the certificate cannot be issued, in sentences; empty when it can.

    No certificate before the finding of the start, nor before target or admission, whatever the rulebook blocks; then
    each blocking line without fact (process.md, « The conformity rule »)."""
    if conformity is None or found_on is None:
        return [_("La session n'a pas démarré : la conformité se constate au démarrage.")]
    faults = []
    if not conformity.certifiable:
        faults.append(_uncertifiable(conformity, found_on))
    faults += [
        _("« %(label)s » manque : %(facts)s") % {"label": check.label, "facts": check.facts}
        for check in blocking(checks, "certificate")
        if check.key != "conformity"
    ]
    return faults


def _uncertifiable(conformity: Conformity, found_on: date) -> str:
    sentence = conformity_sentence(conformity, found_on)
    if conformity.verdict == Verdict.TO_DECIDE:
        return _("%(finding)s Décidez d'abord l'admission, avec un motif.") % {"finding": sentence}
    return _("%(finding)s Une session qui n'est pas DEFI ne reçoit pas d'attestation.") % {"finding": sentence}


class Fate(StrEnum):
    """What became of a certificate that was issued: who mends it, and whether it still can be."""

    IN_FORCE = "in_force"
    PAID = "paid"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Standing:
    """What a certificate says of the session, and what the file says of it today.

    `printed` and `now` are the first day, the last one and the seats; `amendment` is the state of the one that is not
    signed yet ("owed", "sent"; "" when none is)."""

    printed: tuple[date, date, int]
    now: tuple[date, date, int]
    amendment: str = ""
    amendment_since: date | None = None
    fate: Fate = Fate.IN_FORCE


def stale_sentences(standing: Standing) -> tuple[str, ...]:
    """What changed since the certificate was issued, and who does what; empty while it says what stands.

    The certificate rests on the signed convention (process.md, « What makes a training a DEFI »): what amends it is
    signed first; a certificate that bears former dates or seats is withdrawn and asked again, unless the bonus was
    paid on it: it is then said, and nothing is withdrawn."""
    found = []
    since = long_date(standing.amendment_since) if standing.amendment_since else ""
    if standing.amendment:
        found.append(_amendment_words(standing) % {"on": since})
    if standing.printed != standing.now:
        words = {"printed": _session_words(standing.printed), "now": _session_words(standing.now)}
        found.append(_former_words(standing.fate) % words)
    return tuple(found)


def _amendment_words(standing: Standing) -> str:
    paid = standing.fate == Fate.PAID
    if standing.amendment == "sent" and paid:
        return _("Un avenant à la convention, dû depuis le %(on)s, n'est pas signé par tous.")
    if standing.amendment == "sent":
        return _("Un avenant à la convention, dû depuis le %(on)s, n'est pas signé par tous : il se signe d'abord.")
    if paid:
        return _(
            "Un avenant à la convention est dû depuis le %(on)s : "
            "l'organisme de formation le transmet et les signataires le signent."
        )
    return _(
        "Un avenant à la convention est dû depuis le %(on)s : "
        "l'organisme de formation le transmet et les signataires le signent d'abord."
    )


def _former_words(fate: Fate) -> str:
    if fate == Fate.WITHDRAWN:
        return _(
            "L'attestation retirée portait d'autres faits (%(printed)s), la session est maintenant : %(now)s. "
            "L'organisme de formation en demande une nouvelle."
        )
    if fate == Fate.PAID:
        return _(
            "L'attestation porte les anciens faits (%(printed)s), la session est maintenant : %(now)s. "
            "La prime est payée : l'attestation ne se retire plus, et la suite se voit avec la cellule de gestion."
        )
    return _(
        "L'attestation porte les anciens faits (%(printed)s), la session est maintenant : %(now)s. "
        "La Région retire l'attestation, puis l'organisme de formation la demande de nouveau."
    )


def _session_words(facts: tuple[date, date, int]) -> str:
    first, last, seats = facts
    places = ngettext("%(n)d place", "%(n)d places", seats) % {"n": seats}
    return _("du %(first)s au %(last)s, %(seats)s") % {
        "first": long_date(first),
        "last": long_date(last),
        "seats": places,
    }


def claim_faults(
    kind: str,
    *,
    certificate: str,
    conformity: Conformity | None,
    checks: Iterable[Check],
    order_number: str,
    session_order: str = "",
    stale: Iterable[str] = (),
) -> dict[str, str]:
    """Why the bonus cannot be asked, by form field ("" for the whole); empty when it can.

    The certificate opens the right to ask, on an acompte from the start, on the solde after the end and the bilan; a
    bon de commande is needed; below the minimum there is nothing to ask (process.md, step 9; seed 001, step 5).
    `stale`: what changed since the certificate was issued, when the rulebook makes it block."""
    faults: dict[str, str] = {}
    if certificate != "issued":
        faults[""] = _("La prime se demande une fois l'attestation de conformité délivrée.")
    elif conformity is None or not conformity.certifiable:
        faults[""] = _("La session n'est pas DEFI : aucune prime n'est due.")
    elif said := " ".join(stale):
        faults[""] = said
    if kind not in {INTERIM, BALANCE}:
        faults["kind"] = _("Dites si la demande porte sur un acompte ou sur le solde.")
    missing = blocking(checks, "balance") if kind == BALANCE else []
    if missing:
        facts = " ".join(check.facts for check in missing)
        faults["kind"] = _("Le solde ne peut pas encore être demandé. %(facts)s Demandez un acompte, ou attendez.") % {
            "facts": facts
        }
    if not order_number.strip():
        faults["order_number"] = _("Indiquez le numéro du bon de commande.")
    elif session_order and order_number.strip() != session_order:
        faults["order_number"] = _(
            "La session porte le bon de commande %(known)s : reprenez ce numéro, ou corrigez d'abord la session."
        ) % {"known": session_order}
    return faults


def amount_fault(known: Decimal | None, typed: Decimal | None) -> str:
    """What is wrong with the amount paid: the claim's own when the rulebook had one, else typed, exact to the cent."""
    if known is not None:
        if typed is not None and typed != known:
            return _("Le montant du règlement est %(amount)s : il ne se modifie pas au paiement.") % {
                "amount": amount_words(known)
            }
        return ""
    if typed is None:
        return _("Le règlement ne fixe pas de montant : indiquez le montant payé.")
    return _inexact(typed)


def correction_fault(due: Decimal | None, typed: Decimal) -> str:
    """What is wrong with the amount a payment is corrected to: exact to the cent, never above the rulebook's."""
    if due is not None and typed > due:
        return _("Le règlement fixe %(amount)s : un paiement ne le dépasse pas.") % {"amount": amount_words(due)}
    return _inexact(typed)


def _inexact(typed: Decimal) -> str:
    if not CENT <= typed <= LARGEST:
        return _("Indiquez un montant en euros, plus grand que zéro.")
    if typed != typed.quantize(CENT):
        return _("Indiquez un montant exact, au centime près.")
    return ""


def payment_fault(paid_on: date, decided_on: date, today: date) -> str:
    """What is wrong with a day of payment: it follows the decision and is not to come."""
    if paid_on > today:
        return _("Cette date est à venir : notez le paiement une fois fait.")
    if paid_on < decided_on:
        return _("La prime a été accordée le %(on)s : le paiement vient après.") % {"on": long_date(decided_on)}
    return ""


@dataclass(frozen=True, slots=True)
class ClosingFacts:
    """What the closing of an operation looks at. States are "" when the thing does not exist.

    What is not in (sheets left open, periods not ended, an avenant out for signature, results at the certification) is
    counted as far as the rulebook asks for it."""

    ended_on: date | None
    review_held_on: date | None
    conformity: Conformity | None
    found_on: date | None
    certificate: str
    claim: str
    eos_closed_on: date | None
    sheets_open: int = 0
    periods_open: int = 0
    amendments_waiting: int = 0
    results_unknown: int = 0


def closing_gaps(facts: ClosingFacts) -> list[str]:
    """What is missing before the operation can be closed, in sentences; empty when nothing is.

    A session that is not DEFI needs no certificate, and without certificate there is no bonus to settle. The follow-up
    goes on after the closing. Source: process.md, step 9; the list is a decision."""
    gaps = []
    if facts.ended_on is None:
        gaps.append(_("La fin de la session n'est pas constatée : l'organisme de formation la note."))
    if facts.review_held_on is None:
        gaps.append(_("Le bilan n'est pas tenu : l'organisme de formation le note, avec les présents."))
    not_defi = facts.found_on is not None and facts.conformity is not None and _is_not_defi(facts.conformity)
    if facts.certificate in {"requested", "correction", "signed"}:
        gaps.append(_("La demande d'attestation attend une décision : délivrez-la ou refusez-la, avec un motif."))
    elif not facts.certificate and not not_defi:
        gaps.append(_("L'attestation de conformité n'est pas demandée : l'organisme de formation la demande."))
    if facts.certificate == "issued":
        gaps += _claim_gaps(facts.claim)
    gaps += _proof_gaps(facts)
    if facts.eos_closed_on is None:
        gaps.append(_("La session n'est pas close dans EOS : l'organisme de formation la clôt et note la date."))
    return gaps


def _proof_gaps(facts: ClosingFacts) -> list[str]:
    gaps = []
    if facts.sheets_open:
        gaps.append(
            ngettext(
                "%(n)d demi-journée passée n'est pas verrouillée : l'organisme de formation complète sa feuille.",
                "%(n)d demi-journées passées ne sont pas verrouillées : l'organisme complète leurs feuilles.",
                facts.sheets_open,
            )
            % {"n": facts.sheets_open}
        )
    if facts.periods_open:
        gaps.append(
            ngettext(
                "%(n)d période en entreprise n'est pas terminée : l'organisme de formation note sa fin et ses heures.",
                "%(n)d périodes en entreprise ne sont pas terminées : l'organisme de formation note leur fin.",
                facts.periods_open,
            )
            % {"n": facts.periods_open}
        )
    if facts.amendments_waiting:
        gaps.append(_("Un avenant à la convention attend d'être signé, ou déclaré inutile."))
    if facts.results_unknown:
        gaps.append(
            ngettext(
                "%(n)d résultat à la certification n'est pas connu : l'organisme de formation le note au bilan, même "
                "« non présenté ». Après la clôture, il ne se note plus.",
                "%(n)d résultats à la certification ne sont pas connus : l'organisme de formation les note au bilan, "
                "même « non présenté ». Après la clôture, ils ne se notent plus.",
                facts.results_unknown,
            )
            % {"n": facts.results_unknown}
        )
    return gaps


def _is_not_defi(conformity: Conformity) -> bool:
    return conformity.verdict == Verdict.NOT_DEFI


def _claim_gaps(claim: str) -> list[str]:
    if not claim:
        return [_("La prime n'est ni demandée ni écartée : le titulaire du marché la demande, ou dit qu'il y renonce.")]
    if claim == "sent":
        return [_("La demande de prime attend une décision de la cellule de gestion.")]
    if claim == "correction":
        return [
            _(
                "La demande de prime attend une correction : le titulaire du marché corrige ce que la cellule de "
                "gestion a demandé, puis la renvoie."
            )
        ]
    return []
