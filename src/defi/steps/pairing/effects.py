"""What changing or suspending a promise would do to the pairings that stand, told before it is done."""

from __future__ import annotations

from dataclasses import replace

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from defi.kernel.access import Actor
from defi.kernel.documents.french import long_date
from defi.people.models import Person
from defi.steps.pairing.actions import Terms, judge_terms
from defi.steps.pairing.board import Board
from defi.steps.pairing.models import Promise
from defi.steps.pairing.possible import picture_of
from defi.steps.pairing.rules import say_forecast
from defi.steps.pairing.telling import told_of_promise, told_to_sign


def effects_of_change(actor: Actor, promise: Promise, terms: Terms, board: Board) -> list[str]:
    """For the pairings, the gauge, the signature, and who learns it: a sentence each."""
    verdict, paired = judge_terms(promise.operation, terms), _paired(promise, board)
    sentences = []
    if verdict.conforms != promise.conforms:
        sentences.append(
            _("Elle compterait désormais pour la conformité.")
            if verdict.conforms
            else _("Elle ne compterait plus pour la conformité. %(why)s") % {"why": verdict.reason}
        )
        sentences += _gauge(promise, board, counts=verdict.conforms)
    elif not verdict.conforms:
        sentences.append(_("Elle ne compterait toujours pas. %(why)s") % {"why": verdict.reason})
    sentences.append(
        ngettext(
            "%(n)d personne est appairée avec elle et peut renoncer ; son appairage reste.",
            "%(n)d personnes sont appairées avec elle et peuvent renoncer ; les appairages restent.",
            len(paired),
        )
        % {"n": len(paired)}
        if paired
        else _("Personne n'est appairé avec elle.")
    )
    if promise.signed_on:
        sentences.append(_("La signature du %(day)s ne vaudrait plus.") % {"day": long_date(promise.signed_on)})
        sentences.append(told_to_sign(promise))
    return [*sentences, *told_of_promise(actor, promise, paired)]


def effects_of_suspension(actor: Actor, promise: Promise, board: Board) -> list[str]:
    """For the pairings, the gauge, and who learns it: a sentence each."""
    paired = _paired(promise, board)
    return [
        _("Personne de plus n'est appairé avec cette promesse tant qu'elle n'est pas reprise."),
        ngettext(
            "%(n)d appairage reste, sans compter pour la conformité.",
            "%(n)d appairages restent, sans compter pour la conformité.",
            len(paired),
        )
        % {"n": len(paired)}
        if paired
        else _("Personne n'est appairé avec elle."),
        *_gauge(promise, board, counts=False),
        *told_of_promise(actor, promise, paired),
    ]


def _paired(promise: Promise, board: Board) -> list[Person]:
    return [p.candidacy.person for p in board.pairings if p.state == "active" and p.post.promise_id == promise.pk]


def _gauge(promise: Promise, board: Board, *, counts: bool) -> list[str]:
    """The gauge before and after; nothing for who does not see the whole board, nor when it would not move."""
    picture = picture_of(board)
    if picture is None:
        return []
    offers = tuple(replace(o, counts=counts) if o.id == promise.pk else o for o in picture.offers)
    after = replace(picture, offers=offers)
    if after.counts == picture.counts:
        return []
    return [
        _("La jauge passerait de %(before)d à %(after)d appairés : %(words)s.")
        % {"before": picture.counts.paired, "after": after.counts.paired, "words": say_forecast(after.judged)}
    ]
