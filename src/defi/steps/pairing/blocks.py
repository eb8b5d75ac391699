"""What keeps people and posts from being paired: facts in sentences, never an order of merit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

if TYPE_CHECKING:
    from defi.steps.pairing.board import Column, Row


def blocks(rows: list[Row], columns: list[Column]) -> list[str]:
    """A sentence per person who has no pairing, and one on the posts, in the order of the board."""
    free = [column for column in columns if column.free_posts > 0]
    sentences = [_person(row, columns, free) for row in rows if not row.is_paired]
    # The reserve waits for a seat, not for a promise.
    waiting = sum(not row.is_paired and row.candidacy.state != "reserve" for row in rows)
    posts = sum(column.free_posts for column in free)
    if waiting > posts:
        missing = waiting - posts
        sentences.append(
            ngettext(
                "Il manque %(n)d promesse pour les personnes sans appairage.",
                "Il manque %(n)d promesses pour les personnes sans appairage.",
                missing,
            )
            % {"n": missing}
        )
    return sentences


def _person(row: Row, columns: list[Column], free: list[Column]) -> str:
    employers = {column.promise.pk: column.employer for column in columns}
    agreed = [employers[c.promise_id] for c in row.cells if c.state == "agreed"]
    waiting = [employers[c.promise_id] for c in row.cells if c.state == "waiting"]
    if agreed:
        return _("%(name)s et %(employers)s sont d'accord : il reste à les appairer.") % {
            "name": row.name,
            "employers": ", ".join(agreed),
        }
    if waiting:
        return _("%(name)s attend une réponse avec %(employers)s.") % {
            "name": row.name,
            "employers": ", ".join(waiting),
        }
    places = ", ".join(f"{column.employer} {column.free_posts}" for column in free) or _("aucun")
    if row.has_met:
        return _("%(name)s n'a d'accord avec aucun employeur. Postes libres : %(places)s.") % {
            "name": row.name,
            "places": places,
        }
    return _("%(name)s n'a rencontré aucun employeur. Postes libres : %(places)s.") % {
        "name": row.name,
        "places": places,
    }
