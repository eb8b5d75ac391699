"""What a text may use, as it is offered beside it: names to insert, what they say, and what they hold today."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from defi.kernel.documents.text.vocabulary import KIND_WORDS, Field, Kind, Listing, Vocabulary, printed

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise


@dataclass(frozen=True, slots=True)
class Offer:
    """A line of the list. `insert` is what is put in the text; `today` what it holds for the operation shown."""

    name: str
    label: _StrOrPromise
    insert: str
    kind: _StrOrPromise = ""
    today: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Names that may be used in the same place."""

    title: str
    offers: tuple[Offer, ...]


def offers(words: Vocabulary, facts: object) -> tuple[Group, ...]:
    """All that a text may use, with what it holds in these facts: fields, then lists, tables and passages."""
    groups = [Group(_("Champs, partout"), tuple(_offer(field, facts) for field in words.fields))]
    for listing in words.lists:
        groups += _of_list(listing, facts)
    drawn = [Offer(one.name, one.label, f"\n[Tableau : {one.name}]\n") for one in words.tables]
    drawn += [Offer(one.name, one.label, f"\n[Engagements : {one.name}]\n- \n[Fin]\n") for one in words.passages]
    if drawn:
        groups.append(Group(_("Tableaux et passages"), tuple(drawn)))
    return tuple(group for group in groups if group.offers)


def _of_list(listing: Listing, owner: object) -> Iterator[Group]:
    rows = listing.rows(owner) if owner is not None else ()
    first = rows[0] if rows else None
    whole = Offer(
        _("toute la liste"),
        listing.label,
        f"\n[Pour chaque {listing.name}]\n- \n[Fin]\n",
        today=_("%(n)d en tout") % {"n": len(rows)},
    )
    inside = tuple(_offer(field, first) for field in listing.fields)
    yield Group(_("Dans « [Pour chaque %(name)s] »") % {"name": listing.name}, (whole, *inside))
    for inner in listing.lists:
        yield from _of_list(inner, first)


def _offer(field: Field, facts: object) -> Offer:
    value = field.value(facts) if facts is not None else None
    kind = KIND_WORDS[field.kind]
    if field.kind is Kind.YES_NO:
        today = "" if facts is None else (_("oui") if value else _("non"))
        return Offer(field.name, field.label, f"\n[Si {field.name}]\n\n[Fin]\n", kind, today)
    return Offer(field.name, field.label, "{" + field.name + "}", kind, printed(value) or field.otherwise)
