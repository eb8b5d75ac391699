"""What keeps people and posts from being paired: facts in sentences, never an order of merit."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from defi.steps.pairing.queries import SEATED
from defi.steps.pairing.wording import joined
from defi.steps.sourcing.models import Candidacy

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from defi.steps.pairing.board import Board, Column, Row
    from defi.steps.pairing.matching import Idle, Shortage
    from defi.steps.pairing.outlook import Picture


def blocks(rows: list[Row], columns: list[Column], seats: int | None = None) -> list[str]:
    """A sentence per person who has no pairing, and one on the posts, in the order of the board."""
    free = [column for column in columns if column.free_posts > 0]
    sentences = [_person(row, columns, free) for row in rows if not row.is_paired]
    waiting = _to_be_paired(rows, seats)
    posts = sum(column.free_posts for column in free if column.counts)
    if waiting > posts:
        missing = waiting - posts
        sentences.append(
            ngettext(
                "Il manque %(n)d promesse qui compte pour les personnes retenues sans appairage.",
                "Il manque %(n)d promesses qui comptent pour les personnes retenues sans appairage.",
                missing,
            )
            % {"n": missing}
        )
    if unknown := _once(column.employer for column in columns if column.lacks_pay):
        sentences.append(
            _("Salaire pas encore connu : %(employers)s. La personne le lit avant de dire oui : demandez-le.")
            % {"employers": joined(unknown)}
        )
    return sentences


def _to_be_paired(rows: list[Row], seats: int | None) -> int:
    """How many more pairings the people retained could need: for the seats of the Region, never more than these seats,
    whatever the number of people retained."""
    kept = [row for row in rows if row.candidacy.state in SEATED]
    mine = [row for row in kept if row.candidacy.funding == Candidacy.Funding.REGION]
    waiting = sum(not row.is_paired for row in mine)
    if seats is not None:
        waiting = min(waiting, max(0, seats - sum(row.is_paired for row in mine)))
    return waiting + sum(not row.is_paired for row in kept if row not in mine)


def _person(row: Row, columns: list[Column], free: list[Column]) -> str:
    employers = {column.promise.pk: column.employer for column in columns}
    has_room = {column.promise.pk for column in free}
    agreed = _once(employers[c.promise_id] for c in row.cells if c.state == "agreed" and c.promise_id in has_room)
    full = _once(employers[c.promise_id] for c in row.cells if c.state == "agreed" and c.promise_id not in has_room)
    waiting = _once(employers[c.promise_id] for c in row.cells if c.state == "waiting")
    if agreed:
        return _("%(name)s et %(employers)s sont d'accord : il reste à les appairer.") % {
            "name": row.name,
            "employers": joined(agreed),
        }
    if undated := _once(employers[c.promise_id] for c in row.cells if c.state == "undated"):
        return _("%(name)s et %(employers)s ont dit oui : notez le jour de leur rencontre pour les appairer.") % {
            "name": row.name,
            "employers": joined(undated),
        }
    if waiting:
        return _("%(name)s attend une réponse avec %(employers)s.") % {
            "name": row.name,
            "employers": joined(waiting),
        }
    if full:
        return _("%(name)s est d'accord avec %(employers)s, qui n'a plus de poste libre.") % {
            "name": row.name,
            "employers": joined(full),
        }
    counting = _places((column.employer, column.free_posts) for column in free if column.counts)
    others = _places((column.employer, column.free_posts) for column in free if not column.counts)
    if others:
        others = _("%(places)s (ne compte pas)") % {"places": others}
    places = ", ".join(said for said in (counting, others) if said) or _("aucun")
    if row.has_met:
        return _("%(name)s n'a d'accord avec aucun employeur. Postes libres : %(places)s.") % {
            "name": row.name,
            "places": places,
        }
    return _("%(name)s n'a rencontré aucun employeur. Postes libres : %(places)s.") % {
        "name": row.name,
        "places": places,
    }


def group_sentences(
    short: Iterable[Shortage], idle: Iterable[Idle], names: Mapping[int, str], firms: Mapping[int, str]
) -> list[str]:
    """People who hang on the same few posts, posts on the same few people: what no way of pairing can mend.

    Names come in the order of `names`, that of the board."""
    return [
        *(_shortage(group, names, firms) for group in short if group.promises),
        *(_idle(group, names, firms) for group in idle if group.left),
    ]


def _shortage(group: Shortage, names: Mapping[int, str], firms: Mapping[int, str]) -> str:
    people = joined([name for person, name in names.items() if person in group.people])
    where = joined(_once(firms[promise] for promise in group.promises))
    if not group.posts:
        return _("%(people)s : un accord avec %(where)s, et aucun poste libre.") % {"people": people, "where": where}
    posts = ngettext("%(n)d poste", "%(n)d postes", group.posts) % {"n": group.posts}
    return ngettext(
        "%(people)s n'ont d'accord que pour %(posts)s (%(where)s) : une de ces personnes restera sans promesse.",
        "%(people)s n'ont d'accord que pour %(posts)s (%(where)s) : %(n)d de ces personnes resteront sans promesse.",
        group.left,
    ) % {"people": people, "posts": posts, "where": where, "n": group.left}


def _idle(group: Idle, names: Mapping[int, str], firms: Mapping[int, str]) -> str:
    where = joined(_once(firms[promise] for promise in group.promises))
    posts = ngettext("%(n)d poste", "%(n)d postes", group.posts) % {"n": group.posts}
    if not group.people:
        return _("%(where)s (%(posts)s) : personne n'est encore d'accord des deux côtés.") % {
            "where": where,
            "posts": posts,
        }
    return ngettext(
        "%(where)s (%(posts)s) : le seul accord est avec %(people)s, %(left)d restera libre.",
        "%(where)s (%(posts)s) : les seuls accords sont avec %(people)s, %(left)d resteront libres.",
        group.left,
    ) % {
        "where": where,
        "posts": posts,
        "people": joined([name for person, name in names.items() if person in group.people]),
        "left": group.left,
    }


def to_do_sentences(board: Board, before: Picture, after: Picture) -> list[str]:
    """What there would be to do: for each person left without a post, for each post left without a person."""
    firms = {column.promise.pk: column.titled for column in board.columns}
    names = {row.candidacy.pk: row.name for row in board.rows}
    here = {one.id for one in after.people}
    taken = list(after.paired.values())
    free = {offer.id: offer.posts - taken.count(offer.id) for offer in after.offers}
    counting = {offer.id: free[offer.id] for offer in after.offers if offer.counts}
    sentences = []
    for row in board.rows:
        person = row.candidacy.pk
        if person in here and person in before.paired and person not in after.paired:
            sentences.append(_left_without_post(row.name, person, after, counting, firms))
    for person, promise in before.paired.items():
        if person not in here and free.get(promise, 0) > 0:
            sentences.append(_left_without_person(names[person], promise, after, names, firms))
    best = after.reach
    if not after.within_reach and best.missing:
        sentences.append(
            ngettext(
                "Il manquerait %(n)d accord pour le minimum.",
                "Il manquerait %(n)d accords pour le minimum.",
                best.missing,
            )
            % {"n": best.missing}
        )
    posts = sum(offer.posts for offer in after.offers if offer.counts)
    if posts < after.seats:
        missing = after.seats - posts
        sentences.append(
            ngettext(
                "Il faudrait trouver %(n)d promesse de plus pour les %(seats)d places.",
                "Il faudrait trouver %(n)d promesses de plus pour les %(seats)d places.",
                missing,
            )
            % {"n": missing, "seats": after.seats}
        )
    return sentences


def _left_without_post(
    name: str, person: int, after: Picture, free: Mapping[int, int], firms: Mapping[int, str]
) -> str:
    open_to = [promise for one, promise in sorted(after.agreed) if one == person and free.get(promise, 0) > 0]
    agreed = _once(firms[promise] for promise in open_to)
    if agreed:
        return _("%(name)s n'aurait plus de poste, mais est déjà d'accord avec %(where)s : les appairer.") % {
            "name": name,
            "where": joined(agreed),
        }
    places = _places((firms[promise], posts) for promise, posts in free.items() if posts > 0)
    if places:
        return _("%(name)s n'aurait plus de poste : lui faire rencontrer un employeur. Postes libres : %(places)s.") % {
            "name": name,
            "places": places,
        }
    return _("%(name)s n'aurait plus de poste, et aucun ne serait libre : chercher une promesse.") % {"name": name}


def _left_without_person(
    gone: str, promise: int, after: Picture, names: Mapping[int, str], firms: Mapping[int, str]
) -> str:
    # In the order of the board, which is that of names: nobody comes before another for the post.
    agreed = [
        name for person, name in names.items() if (person, promise) in after.agreed and person not in after.paired
    ]
    words = {"gone": gone, "where": firms[promise], "people": joined(agreed)}
    if agreed:
        return (
            _("Le poste laissé par %(gone)s chez %(where)s serait libre ; %(people)s : déjà d'accord des deux côtés.")
            % words
        )
    return (
        _("Le poste laissé par %(gone)s chez %(where)s serait libre, et personne d'autre n'est encore d'accord.")
        % words
    )


def _places(free: Iterable[tuple[str, int]]) -> str:
    """`Les Tilleuls 2, Val à Domicile 1`: a firm is named once, whatever it promised."""
    posts: Counter[str] = Counter()
    for firm, n in free:
        posts[firm] += n
    return ", ".join(f"{firm} {n}" for firm, n in posts.items())


def _once(names: Iterable[str]) -> list[str]:
    """Each name once, in the order they come."""
    return list(dict.fromkeys(names))
