"""What the paying office checks of a claim, one named check at a time, so that each non-payment has its reason. Pure.

Which of them block is the rulebook's choice. Source: process.md, step 9; style.md (« payments store the result of each
named check »)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from defi.kernel.documents.french import amount_words, long_date
from defi.schemes.conformity import Conformity
from defi.schemes.rulebook import Rulebook
from defi.steps.closing.checks import Check
from defi.steps.closing.evidence import Group, Lack, Shown
from defi.steps.closing.lines_training import conformity_sentence

INTERIM = "interim"
BALANCE = "balance"


@dataclass(frozen=True, slots=True)
class ClaimFacts:
    """What a claim rests on, on a day. `balance` are the lines that a claim on the solde asks and the file lacks.

    `amount_due` is the rulebook's on the day the claim was sent, None when it holds none; `pieces` counts the request,
    the certificate, the convention and each avenant to it as they were kept, `amendments` the avenants that all have
    signed; `stale` says what changed since the certificate was issued, be it withdrawn or paid on since; `rules` is the
    title and version of the rulebook."""

    kind: str
    sent_on: date
    amount: Decimal | None
    amount_due: Decimal | None
    order_number: str
    session_order: str
    eos_number: str
    eos_requested_on: date | None
    eos_kind: str
    certificate: str
    certificate_number: str
    held_by_holder: bool
    holder: str
    conformity: Conformity | None
    found_on: date | None
    started_on: date | None
    balance: tuple[Check, ...]
    pieces: int
    paid_before: bool
    stale: tuple[str, ...] = ()
    amendments: int = 0
    rules: str = ""
    decided_on: date | None = None
    paid_on: date | None = None


def _certificate(f: ClaimFacts) -> Shown:
    if f.certificate == "issued":
        return Shown(True, _("Attestation %(number)s, en vigueur.") % {"number": f.certificate_number})
    if f.certificate == "withdrawn":
        return Shown(False, _("L'attestation %(number)s a été retirée.") % {"number": f.certificate_number})
    return Shown(False, _("Aucune attestation de conformité n'est délivrée."))


def _unchanged(f: ClaimFacts) -> Shown:
    if f.stale:
        return Shown(False, " ".join(f.stale), lack=Lack.DIFFERS)
    if f.certificate == "withdrawn":
        return Shown(True, _("L'attestation retirée portait les dates et les places de la session."))
    return Shown(True, _("Les dates et les places sont celles de l'attestation ; aucun avenant n'attend."))


def _conformity(f: ClaimFacts) -> Shown:
    if f.conformity is None or f.found_on is None:
        return Shown(False, _("La session n'a pas démarré : la conformité n'est pas constatée."))
    return Shown(f.conformity.certifiable, conformity_sentence(f.conformity, f.found_on))


def _holder(f: ClaimFacts) -> Shown:
    if f.held_by_holder:
        return Shown(True, _("Demandée par le titulaire du marché, %(holder)s.") % {"holder": f.holder})
    return Shown(
        False,
        _("Demandée par %(holder)s, qui n'est plus le titulaire du marché de cette opération.") % {"holder": f.holder},
        lack=Lack.ASIDE,
    )


def _kind(f: ClaimFacts) -> Shown:
    if f.kind == INTERIM:
        if f.started_on is None:
            return Shown(False, _("Un acompte se demande à partir du démarrage."))
        return Shown(True, _("Sur un acompte : la session a démarré le %(on)s.") % {"on": long_date(f.started_on)})
    if f.balance:
        return Shown(False, _("Sur le solde. %(facts)s") % {"facts": " ".join(check.facts for check in f.balance)})
    return Shown(True, _("Sur le solde : la session est tenue et son bilan aussi."))


def _order(f: ClaimFacts) -> Shown:
    if not f.order_number:
        return Shown(False, _("Aucun bon de commande n'est indiqué."))
    if f.session_order and f.session_order != f.order_number:
        return Shown(
            False,
            _("La demande porte sur le bon de commande %(asked)s, la session sur le bon %(known)s.")
            % {"asked": f.order_number, "known": f.session_order},
            lack=Lack.DIFFERS,
        )
    return Shown(True, _("Bon de commande %(number)s.") % {"number": f.order_number})


def _eos_number(f: ClaimFacts) -> Shown:
    if not f.eos_number:
        return Shown(False, _("La session n'a pas de numéro EOS au dossier."))
    return Shown(True, _("Session EOS n° %(number)s.") % {"number": f.eos_number})


def _eos_request(f: ClaimFacts) -> Shown:
    if f.eos_requested_on is None:
        return Shown(False, _("La demande faite dans EOS n'est pas encore notée."))
    day, asked = long_date(f.eos_requested_on), _on_what(f.eos_kind)
    if f.eos_kind and f.eos_kind != f.kind:
        said = _("Ne concorde pas : dans EOS, le %(on)s, la prime a été demandée sur %(there)s ; ici, sur %(here)s.")
        words = {"on": day, "there": asked, "here": _on_what(f.kind)}
        return Shown(False, said % words, lack=Lack.DIFFERS)
    return Shown(True, _("Demande faite dans EOS le %(on)s.") % {"on": day})


def _on_what(kind: str) -> str:
    return _("l'acompte") if kind == INTERIM else _("le solde")


def _pieces(f: ClaimFacts) -> Shown:
    if not f.amendments:
        said = _("Pièces gardées (demande, attestation, convention) : %(n)d sur %(due)d.")
    else:
        said = ngettext(
            "Pièces gardées (demande, attestation, convention et son avenant signé) : %(n)d sur %(due)d.",
            "Pièces gardées (demande, attestation, convention et ses avenants signés) : %(n)d sur %(due)d.",
            f.amendments,
        )
    due = 3 + f.amendments
    return Shown(f.pieces >= due, said % {"n": f.pieces, "due": due})


def _amount(f: ClaimFacts) -> Shown:
    if f.paid_on is not None and f.amount is not None:
        return _paid(f, f.paid_on, f.amount)
    if f.amount_due is None and f.amount is None:
        return Shown(True, _("Le règlement ne fixe pas de montant : il se note au paiement."))
    if f.amount == f.amount_due and f.amount is not None:
        return Shown(
            True,
            _("%(amount)s, montant du règlement au %(on)s.")
            % {"amount": amount_words(f.amount), "on": long_date(f.sent_on)},
        )
    return Shown(
        False,
        _("Montant demandé : %(asked)s ; montant du règlement au %(on)s : %(due)s.")
        % {"asked": _euros(f.amount), "due": _euros(f.amount_due), "on": long_date(f.sent_on)},
    )


def _paid(f: ClaimFacts, on: date, amount: Decimal) -> Shown:
    """What was paid, and by what: the rulebook's amount is a ceiling; without one, the Region's decision fixed it."""
    words = {
        "on": long_date(on),
        "paid": amount_words(amount),
        "rules": f.rules,
        "decided": long_date(f.decided_on or f.sent_on),
        "due": _euros(f.amount_due),
        "sent": long_date(f.sent_on),
    }
    if f.amount_due is None:
        said = _(
            "Payée le %(on)s : %(paid)s, montant noté au paiement. Le règlement (%(rules)s) n'en fixe pas ; "
            "la Région a accordé la prime le %(decided)s."
        )
    elif amount > f.amount_due:
        said = _("Payée le %(on)s : %(paid)s. C'est plus que le montant du règlement au %(sent)s : %(due)s.")
    elif amount < f.amount_due:
        said = _("Payée le %(on)s : %(paid)s. Le règlement (%(rules)s) fixait %(due)s au plus, au %(sent)s.")
    else:
        said = _("Payée le %(on)s : %(paid)s, montant du règlement (%(rules)s) au %(sent)s.")
    return Shown(f.amount_due is None or amount <= f.amount_due, said % words)


def _euros(amount: Decimal | None) -> str:
    return amount_words(amount) if amount is not None else _("à fixer par la Région")


def _once(f: ClaimFacts) -> Shown:
    if f.paid_before:
        return Shown(False, _("La prime de cette opération a déjà été payée."))
    return Shown(True, _("Aucun autre paiement pour cette opération."))


@dataclass(frozen=True, slots=True)
class Named:
    """A check by its name, and how the facts show it."""

    key: str
    label: str | LazyText
    show: Callable[[ClaimFacts], Shown]


NAMED: tuple[Named, ...] = (
    Named("certificate", gettext_lazy("Attestation de conformité en vigueur"), _certificate),
    Named("unchanged", gettext_lazy("Attestation toujours conforme à la session"), _unchanged),
    Named("conformity", gettext_lazy("Session DEFI"), _conformity),
    Named("holder", gettext_lazy("Demande du titulaire du marché"), _holder),
    Named("kind", gettext_lazy("Acompte ou solde, au bon moment"), _kind),
    Named("order_number", gettext_lazy("Bon de commande"), _order),
    Named("eos_number", gettext_lazy("Numéro EOS"), _eos_number),
    Named("eos_request", gettext_lazy("Demande faite dans EOS"), _eos_request),
    Named("pieces", gettext_lazy("Pièces du dossier"), _pieces),
    Named("amount", gettext_lazy("Montant"), _amount),
    Named("once", gettext_lazy("Payée une seule fois"), _once),
)

SOURCE = gettext_lazy("fiche process DEFI, étape 9")


def claim_checks(book: Rulebook, facts: ClaimFacts) -> list[Check]:
    """Every check of a claim, as `facts` show it; those that block say "claim"."""
    return [
        Check(
            key=named.key,
            label=str(named.label),
            found=shown.found,
            facts=shown.facts,
            source=str(SOURCE),
            blocks="claim" if named.key in book.claim_blocks and not _is_past(named.key, facts) else "",
            group=Group.BALANCE,
            lack="" if shown.found else shown.lack,
        )
        for named in NAMED
        for shown in [named.show(facts)]
    ]


def _is_past(key: str, facts: ClaimFacts) -> bool:
    """Whether it can block no more: a session that changes once the bonus is paid is shown, nothing is unpaid by it."""
    return key == "unchanged" and facts.paid_on is not None


def claim_gaps(checks: Iterable[Check]) -> list[Check]:
    """The checks that block and that nothing shows: why the bonus is not granted."""
    return [check for check in checks if check.blocks and not check.found]


def to_explain(checks: Iterable[Check]) -> list[Check]:
    """The checks where the file and another source contradict each other without blocking: who grants says why."""
    return [check for check in checks if not check.found and not check.blocks and check.lack == Lack.DIFFERS]
