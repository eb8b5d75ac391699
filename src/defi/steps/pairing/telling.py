"""Who learns that a promise or a pairing changes, how, and whom to call: said as it is, never « tous sont prévenus ».

Source: process.md, « Actors » (paper and phone count as much as a page). The recipients are those of `mails`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from defi.kernel.access import TASK, Actor, scope
from defi.kernel.outbox import Recipient
from defi.operations.models import Operation, Session
from defi.people.models import Organisation, Person
from defi.steps.pairing import mails
from defi.steps.pairing.models import Pairing, Promise
from defi.steps.pairing.queries import paired_by_firm
from defi.steps.pairing.wording import joined
from defi.steps.sourcing.reach import reach_of, reach_sentences, reached_at

House = tuple[Organisation | None, list[Recipient]]


def told_of_promise(actor: Actor, promise: Promise, people: Sequence[Person]) -> list[str]:
    """Who learns that a promise changed, and these people who are, or were, paired with it."""
    return [*_people(actor, people), *_houses(actor, _house_and_region(promise))]


def told_of_withdrawal(actor: Actor, promise: Promise, paired: Sequence[Person]) -> list[str]:
    """The same before posts are withdrawn, when it is not known yet which of the people paired it concerns."""
    reach, said = reach_of(paired), []
    if reach.by_mail:
        said.append(
            ngettext(
                "%(n)d personne appairée a une adresse : elle l'apprend par courriel si son poste est retiré.",
                "%(n)d personnes appairées ont une adresse : elles l'apprennent par courriel si leur poste est retiré.",
                reach.by_mail,
            )
            % {"n": reach.by_mail}
        )
    if reach.to_call and actor.in_provider:
        said.append(
            _("Sans adresse, à appeler si leur poste est retiré : %(names)s.") % {"names": " ; ".join(reach.to_call)}
        )
    elif reach.to_call:
        said.append(
            ngettext(
                "%(n)d est sans adresse : l'organisme de formation l'appelle si son poste est retiré.",
                "%(n)d sont sans adresse : l'organisme de formation les appelle si leur poste est retiré.",
                len(reach.to_call),
            )
            % {"n": len(reach.to_call)}
        )
    return [*said, *_houses(actor, _house_and_region(promise))]


def told_of_end(actor: Actor, pairing: Pairing) -> list[str]:
    """Who learns that a pairing is over. Who left by themself is not told what they said."""
    promise = pairing.post.promise
    people = [] if pairing.ending == Pairing.Ending.PERSON_LEFT else [pairing.candidacy.person]
    houses = [
        (promise.employer, mails.employer_of(promise)),
        (promise.operation.provider, mails.provider_of(promise.operation)),
    ]
    return [*_people(actor, people), *_houses(actor, houses)]


def told_of_admission(actor: Actor, operation: Operation) -> list[str]:
    """Whether the provider learns the decision by mail, or is to be called."""
    return _houses(actor, [(operation.provider, mails.provider_of(operation))])


def told_of_new_end(actor: Actor, session: Session) -> list[str]:
    """Which firms paired with somebody learn the new last day by mail, and which are to be called."""
    with scope(TASK):
        promises = [theirs[0].post.promise for theirs in paired_by_firm(session)]
    if not promises:
        return []
    said = ngettext(
        "Si la fin change, l'employeur appairé l'apprend.",
        "Si la fin change, les employeurs appairés l'apprennent.",
        len(promises),
    )
    return [said, *_houses(actor, [(promise.employer, mails.employer_of(promise)) for promise in promises])]


def told_to_sign(promise: Promise) -> str:
    """How the signature of the firm is asked for again."""
    if mails.employer_of(promise):
        return _("La signature est redemandée à %(firm)s par courriel.") % {"firm": promise.employer}
    return _("%(firm)s n'a pas d'adresse : faites signer sur papier, puis notez la date.") % {
        "firm": reached_at(promise.employer)
    }


def _house_and_region(promise: Promise) -> list[House]:
    operation = promise.operation
    return [
        (operation.provider, mails.provider_of(operation)),
        (operation.region, mails.officers_of(operation)),
    ]


def _people(actor: Actor, people: Iterable[Person]) -> list[str]:
    # Names and numbers are for the provider, who calls: an employer reads how many.
    return reach_sentences(reach_of(people), named=actor.in_provider)


def _houses(actor: Actor, houses: Iterable[House]) -> list[str]:
    """Who else learns it; the house that acts knows already."""
    others = [(house, to) for house, to in houses if house and house.pk != actor.organisation_id]
    reached = [str(house) for house, to in others if to]
    said = []
    if reached:
        said.append(_("Par courriel : %(houses)s.") % {"houses": joined(reached)})
    said += [_("Sans adresse, à appeler : %(house)s.") % {"house": reached_at(house)} for house, to in others if not to]
    return said
