"""Two records that look alike: made one, taken apart again, or said to be two. An officer decides, with a reason."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError
from django.db.models import Model
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from defi.kernel.access import Actor
from defi.kernel.journal import Action, acting, type_of
from defi.kernel.models import JournalEntry
from defi.kernel.refusals import Invalid, Refused, Unknown, WrongState
from defi.people.employers import settling  # noqa: F401  (says what becomes of the rows of this room)
from defi.people.employers.actions import lock_firm
from defi.people.employers.merging import REFUSALS, UNDOING, Melding, Undoing, undo, write
from defi.people.employers.models import Contact, Merge
from defi.people.employers.rules import Firm, may_be_one
from defi.people.employers.states import MERGE
from defi.people.models import Organisation, Person

FILLED = ("siret", "commune_id", "address", "email", "phone", "nda")
REACH = ("email", "phone")
EMPTY_IS_NONE = frozenset({"commune_id", "birth_date"})


def merge_employers(actor: Actor, kept_id: int, other_id: int, *, reason: str) -> Merge:
    """Two records of one employer become one: all that pointed to the other points to the kept, which learns the facts
    it lacked. The other stays, and leads to it.

    Raises `Invalid` (one and the same, two firms by their SIREN), `WrongState` (merged already)."""
    with acting(actor, "employer.merge", reason=reason) as act:
        kept, other = _lock_two_firms(act, kept_id, other_id)
        if not may_be_one(_compared(kept), _compared(other)):
            raise Invalid.field(
                "kept",
                _(
                    "Ces deux fiches ont chacune leur SIRET : ce sont deux entreprises ou deux établissements. Si l'un "
                    "des deux est faux, corrigez-le d'abord."
                ),
            )
        _refuse_if_any(Organisation, other.pk)
        moves = melded(act, Organisation, kept.pk, other.pk)
        filled = teach(act, kept, other, FILLED)
        write(act, other, {"merged_into_id": kept.pk})
        return act.create(
            Merge,
            kept_firm=kept,
            other_firm=other,
            firm=kept,
            state=MERGE.take("employer.merge", actor, "", reason).target,
            decided_on=act.today,
            decided_by_id=actor.person_id,
            moves=moves,
            filled=filled,
        )


def merge_contacts(actor: Actor, kept_id: int, other_id: int, *, reason: str) -> Merge:
    """Two contacts of one firm are one person (ids of contacts).

    Raises `Invalid` (not of one firm, more than contacts of firms), `WrongState` (merged already)."""
    with acting(actor, "contact.merge", reason=reason) as act:
        kept_contact, other_contact = (act.lock(Contact, pk) for pk in (kept_id, other_id))
        if kept_contact.organisation_id != other_contact.organisation_id:
            raise Invalid(_("Ces deux contacts ne sont pas de la même entreprise."))
        if kept_contact.person_id == other_contact.person_id:
            raise WrongState(_("Ces deux contacts sont déjà la même personne."))
        firm = lock_firm(act, kept_contact.organisation_id)
        ids = sorted((kept_contact.person_id, other_contact.person_id))
        rows = {p.pk: p for p in Person._base_manager.select_for_update().filter(pk__in=ids).order_by("pk")}
        kept, other = rows[kept_contact.person_id], rows[other_contact.person_id]
        for pk in ids:
            _refuse_if_any(Person, pk)
        moves = melded(act, Person, kept.pk, other.pk)
        filled = teach(act, kept, other, REACH)
        write(act, other, {"merged_into_id": kept.pk})
        return act.create(
            Merge,
            kept_person=kept,
            other_person=other,
            firm=firm,
            state=MERGE.take("contact.merge", actor, "", reason).target,
            decided_on=act.today,
            decided_by_id=actor.person_id,
            moves=moves,
            filled=filled,
        )


def keep_apart(actor: Actor, first_id: int, second_id: int) -> Merge:
    """An officer looked: these are two employers. The pair is not shown again. Twice is once."""
    with acting(actor, "employer.keep_apart") as act:
        first, second = _lock_two_firms(act, *sorted((first_id, second_id)))
        known = Merge._base_manager.filter(kept_firm=first, other_firm=second, state="apart").first()
        return known or act.create(
            Merge,
            kept_firm=first,
            other_firm=second,
            firm=first,
            state=MERGE.take("employer.keep_apart", actor, "").target,
            decided_on=act.today,
            decided_by_id=actor.person_id,
        )


def unmerge(actor: Actor, merge_id: int, *, reason: str, version: int | None = None) -> tuple[Merge, str]:
    """The merge was a mistake: what it changed is put back; what has changed since stays, and the sentence says how
    much. Raises `WrongState` (undone already, the kept record has itself been merged, something was signed since)."""
    with acting(actor, "employer.unmerge", reason=reason) as act:
        merge = act.lock(Merge, merge_id, version)
        step = MERGE.take("employer.unmerge", actor, merge.state, reason)
        kept, other = _lock_merged(merge)
        if kept.merged_into_id is not None:
            raise WrongState(_("La fiche gardée a été réunie depuis avec une autre : séparez d'abord celles-là."))
        refuse_if_signed(merge, merge.moves, kept.pk)
        write(act, other, {"merged_into_id": None})
        forget(act, kept, other, merge.filled)
        left = undo(act, merge.moves)
        act.change(merge, state=step.target)
        return merge, left_words(left)


def refuse_if_signed(merge: Model, moves: list[dict[str, Any]], kept: int) -> None:
    """Raises `WrongState`: what was signed once the two were one says so for ever, and is not given to another."""
    entries = JournalEntry.objects.filter(object_type=type_of(merge), object_id=merge.pk).order_by("pk")
    told = entries.values_list("pk", flat=True)[0]
    for why in UNDOING:
        if sentence := why(Undoing(kept, moves, told)):
            raise WrongState(sentence)


def left_words(left: int) -> str:
    """How many rows changed since and stay, in words."""
    if not left:
        return ""
    return ngettext(
        "%(n)d ligne a changé depuis : elle reste avec la fiche gardée.",
        "%(n)d lignes ont changé depuis : elles restent avec la fiche gardée.",
        left,
    ) % {"n": left}


def _lock_two_firms(act: Action, kept_id: int, other_id: int) -> tuple[Organisation, Organisation]:
    """Both records, locked in one order whatever the order asked."""
    if kept_id == other_id:
        raise Invalid(_("Choisissez deux fiches différentes."))
    found = {pk: lock_firm(act, pk) for pk in sorted((kept_id, other_id))}
    return found[kept_id], found[other_id]


def _lock_merged(merge: Merge) -> tuple[Any, Any]:
    model: type[Model] = Organisation if merge.kept_firm_id else Person
    ids = (merge.kept_firm_id or merge.kept_person_id, merge.other_firm_id or merge.other_person_id)
    rows = {row.pk: row for row in model._base_manager.select_for_update().filter(pk__in=ids).order_by("pk")}
    if len(rows) < len(ids):
        raise Unknown(_("Cette page n'existe pas, ou elle n'est pas pour vous."))
    return rows[ids[0]], rows[ids[1]]


def melded(act: Action, model: type[Model], kept: int, other: int) -> list[dict[str, Any]]:
    """Everything points to the kept record; the moves made. Raises `Refused` when two rows contradict each other."""
    try:
        return Melding(act, model, kept, other).run()
    except IntegrityError as clash:
        raise Refused(
            _("Ces deux fiches ne peuvent pas être réunies : une ligne de l'une contredit une ligne de l'autre.")
        ) from clash


def _refuse_if_any(model: type[Model], pk: int) -> None:
    for why in REFUSALS:
        if sentence := why(model, pk):
            raise Invalid(sentence)


def _compared(firm: Organisation) -> Firm:
    return Firm(firm.pk, firm.name, firm.siret, firm.commune_id or "", firm.email, firm.phone)


def teach(act: Action, kept: Model, other: Model, names: tuple[str, ...]) -> list[str]:
    """The kept record learns what only the other knew; which facts, by their names."""
    learnt = {name: getattr(other, name) for name in names if not getattr(kept, name) and getattr(other, name)}
    if "siret" in learnt:
        # Two records never bear one SIRET.
        write(act, other, {"siret": ""})
    write(act, kept, learnt)
    return list(learnt)


def forget(act: Action, kept: Model, other: Model, names: list[str]) -> None:
    """Take back what the kept record learnt, unless it has been corrected since."""
    for name in names:
        value = getattr(kept, name)
        if name == "siret":
            write(act, kept, {"siret": ""})
            write(act, other, {"siret": value})
        elif value == getattr(other, name):
            write(act, kept, {name: None if name in EMPTY_IS_NONE else ""})
