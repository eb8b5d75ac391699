"""Two records that may be one person: made one, taken apart again, or said to be two. Only by who sees both."""

from __future__ import annotations

from django.utils.translation import gettext as _

from defi.kernel.access import Actor
from defi.kernel.journal import Action, acting
from defi.kernel.refusals import Invalid, Unknown, WrongState
from defi.people.employers.deciding import forget, left_words, melded, refuse_if_signed, teach
from defi.people.employers.merging import undo, write
from defi.people.models import Card, Membership, Person
from defi.steps.sourcing import mails
from defi.steps.sourcing.alike_models import PersonPair
from defi.steps.sourcing.models import Candidacy
from defi.steps.sourcing.states import CANDIDACY, PAIR

LEARNT = ("email", "phone", "birth_date")
FOLLOWED = ("entered", "left", "completed")
ENDED = ("declined", "withdrawn", "no_show", "merged")
WAY = ("oriented", "invited", "met", "reserve", "selected", "confirmed", *FOLLOWED)
"""How far a candidacy went, to keep the one that stands; it compares no two people."""


def merge_people(actor: Actor, kept_id: int, other_id: int) -> PersonPair:
    """One person: the candidacies of the other record go to the kept one, which learns the means it lacked to be
    reached. In one session, the other's candidacy ends and leads to the first. Undone by `unmerge_people`.

    Raises `Unknown` (not both seen), `WrongState` (the other is followed elsewhere, trains, holds a place there)."""
    with acting(actor, "person.merge") as act:
        kept, other = _lock_two(act, kept_id, other_id)
        _refuse_to_lose(act, kept, other)
        moves = melded(act, Person, kept.pk, other.pk)
        filled = teach(act, kept, other, LEARNT)
        _tell_who_oriented(act, other)
        write(act, other, {"merged_into_id": kept.pk})
        return act.create(
            PersonPair,
            kept=kept,
            other=other,
            organisation_id=actor.organisation_id,
            state=PAIR.take("person.merge", actor, "").target,
            decided_on=act.today,
            decided_by_id=actor.person_id,
            moves=moves,
            filled=filled,
        )


def keep_people_apart(actor: Actor, first_id: int, second_id: int) -> PersonPair:
    """Two people: they are not asked again. Twice is once. Raises `Unknown` (not both seen)."""
    with acting(actor, "person.keep_apart") as act:
        first, second = _lock_two(act, first_id, second_id)
        return remember_apart(act, first.pk, second.pk)


def remember_apart(act: Action, first_id: int, second_id: int) -> PersonPair:
    """Within an action: what somebody said of two records is kept."""
    first, second = sorted((first_id, second_id))
    mine = PersonPair.objects.filter(organisation_id=act.actor.organisation_id or 0, state="apart")
    known = mine.filter(kept_id=first, other_id=second).first()
    return known or act.create(
        PersonPair,
        kept_id=first,
        other_id=second,
        organisation_id=act.actor.organisation_id,
        state=PAIR.take("person.keep_apart", act.actor, "").target,
        decided_on=act.today,
        decided_by_id=act.actor.person_id,
    )


def unmerge_people(actor: Actor, pair_id: int, *, reason: str, version: int | None = None) -> tuple[PersonPair, str]:
    """The merge was a mistake: what it changed is put back; what has changed since stays, and the sentence says how
    much. Raises `WrongState` (undone already, merged again since, entered a training since)."""
    with acting(actor, "person.unmerge", reason=reason) as act:
        pair = act.lock(PersonPair, pair_id, version)
        step = PAIR.take("person.unmerge", actor, pair.state, reason)
        rows = Person._base_manager.select_for_update().filter(pk__in=(pair.kept_id, pair.other_id)).order_by("pk")
        people = {row.pk: row for row in rows}
        kept, other = people[pair.kept_id], people[pair.other_id]
        if kept.merged_into_id is not None:
            raise WrongState(_("La fiche gardée a été réunie depuis avec une autre : séparez d'abord celles-là."))
        refuse_if_signed(pair, pair.moves, kept.pk)
        write(act, other, {"merged_into_id": None})
        forget(act, kept, other, pair.filled)
        left = undo(act, pair.moves)
        act.change(pair, state=step.target)
        return pair, left_words(left)


def _lock_two(act: Action, kept_id: int, other_id: int) -> tuple[Person, Person]:
    if kept_id == other_id:
        raise Invalid(_("Choisissez deux fiches différentes."))
    seen = set(
        Candidacy.objects.visible_to(act.actor)
        .filter(person_id__in=(kept_id, other_id))
        .order_by()
        .values_list("person_id", flat=True)
    )
    if len(seen) < 2:
        raise Unknown(_("Cette page n'existe pas, ou elle n'est pas pour vous."))
    rows = Person._base_manager.select_for_update().filter(pk__in=seen).order_by("pk")
    people = {row.pk: row for row in rows}
    if any(row.merged_into_id for row in people.values()):
        raise WrongState(_("L'une de ces fiches a déjà été réunie avec une autre."))
    return people[kept_id], people[other_id]


def _refuse_to_lose(act: Action, kept: Person, other: Person) -> None:
    """The record that goes is nobody else's, followed no training, opens nothing."""
    theirs = list(Candidacy.objects.filter(person=other).order_by("pk"))
    seen = Candidacy.objects.visible_to(act.actor).filter(person=other).count()
    if len(theirs) > seen:
        raise WrongState(
            _("La fiche de %(name)s sert aussi hors de ce que vous suivez : gardez plutôt celle-là.") % {"name": other}
        )
    if any(row.state in FOLLOWED for row in theirs):
        raise WrongState(
            _("%(name)s suit ou a suivi une formation sous cette fiche : gardez plutôt celle-là.") % {"name": other}
        )
    opens = Membership._base_manager.filter(person=other).exists() or Card._base_manager.filter(person=other).exists()
    if opens:
        raise WrongState(
            _("La fiche de %(name)s porte un accès ou une carte : gardez plutôt celle-là.") % {"name": other}
        )
    _refuse_to_go_back(act, kept, other, theirs)


def _tell_who_oriented(act: Action, other: Person) -> None:
    """Who oriented the same person too is owed an answer: its candidacy goes on under another."""
    left = Candidacy.objects.filter(person=other, state="merged").order_by("pk")
    for row in left.select_related("person", "session", "operation__provider", "prescriber", "oriented_by"):
        mails.ended(act, row)


def _refuse_to_go_back(act: Action, kept: Person, other: Person, theirs: list[Candidacy]) -> None:
    """Twice in one session, the candidacy that went further is the one that goes on."""
    mine = {row.session_id: row for row in Candidacy.objects.filter(person=kept).order_by("pk")}
    for row in theirs:
        twin = mine.get(row.session_id)
        if twin is None or row.state in ENDED:
            continue
        if WAY.index(row.state) > (WAY.index(twin.state) if twin.state in WAY else -1):
            raise WrongState(
                _("Les deux fiches sont dans la même session, et %(name)s y est plus avancée : gardez plutôt celle-là.")
                % {"name": other}
            )
        CANDIDACY.take("candidacy.merge", act.actor, row.state)
