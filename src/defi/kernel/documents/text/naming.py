"""Which names a line may use, given the lists open around it; and the sentence for one it may not."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping

from django.utils.translation import gettext as _

from defi.kernel.documents.text.vocabulary import Field, Kind, Listing, Vocabulary, key


def nearest(name: str, known: Iterable[str]) -> str:
    """The known name that looks most like this one; nothing when none does."""
    found = difflib.get_close_matches(name, list(known), n=1, cutoff=0.55)
    return found[0] if found else ""


class Names:
    """The fields and lists in reach: those of the document, then those of each list that is open."""

    def __init__(self, words: Vocabulary) -> None:
        self._open: list[tuple[Listing | None, int]] = []
        self._words = words

    def fields(self) -> dict[str, Field]:
        """By key, the innermost first."""
        found = {key(field.name): field for field in self._words.fields}
        for listing, _line in self._open:
            found |= {key(field.name): field for field in listing.fields} if listing else {}
        return found

    def lists(self) -> dict[str, Listing]:
        """By key."""
        found = {key(listing.name): listing for listing in self._words.lists}
        for listing, _line in self._open:
            found |= {key(inner.name): inner for inner in listing.lists} if listing else {}
        return found

    def enter(self, name: str, line: int) -> str:
        """Open a list. The sentence of a fault, else nothing."""
        known = self.lists()
        listing = known.get(key(name))
        if listing is None:
            return self.unknown(name, _("liste inconnue"), {k: one.name for k, one in known.items()})
        opened = next((at for one, at in self._open if one is listing), 0)
        if opened:
            return _("la liste « %(name)s » est déjà ouverte, à la ligne %(line)d.") % {
                "name": listing.name,
                "line": opened,
            }
        self._open.append((listing, line))
        return ""

    def skip(self) -> None:
        """A list that could not be opened still has its end."""
        self._open.append((None, 0))

    def leave(self) -> None:
        """The end of the innermost list."""
        self._open.pop()

    def unprintable(self, name: str) -> str:
        """Why a field of this name cannot be printed here; nothing when it can."""
        found = self.fields().get(key(name))
        if found is None:
            return self._elsewhere(name) or self.unknown(
                name,
                _("champ inconnu"),
                {k: one.name for k, one in self.fields().items() if one.kind is not Kind.YES_NO},
            )
        if found.kind is Kind.YES_NO:
            return _("« %(name)s » se demande et ne s'imprime pas : écrivez « [Si %(name)s] ».") % {"name": found.name}
        return ""

    def unaskable(self, name: str) -> str:
        """Why a condition cannot be asked on this name; nothing when it can."""
        known: dict[str, str] = {k: one.name for k, one in self.fields().items()}
        known |= {k: one.name for k, one in self.lists().items()}
        if key(name) in known:
            return ""
        return self._elsewhere(name) or self.unknown(name, _("champ inconnu"), known)

    def _elsewhere(self, name: str) -> str:
        """The name is that of a field of a list that is not open here."""
        for listing in every_list(self._words.lists):
            if key(name) in {key(field.name) for field in listing.fields}:
                return _("« %(name)s » n'a de sens que dans « [Pour chaque %(list)s] … [Fin] ».") % {
                    "name": name,
                    "list": listing.name,
                }
        return ""

    def unknown(self, name: str, what: str, known: Mapping[str, str]) -> str:
        """No such name: the one that looks most like it, else all of them."""
        close = nearest(key(name), known)
        if close:
            return _("%(what)s : « %(name)s » ; pensiez-vous à « %(close)s » ?") % {
                "what": what,
                "name": name,
                "close": known[close],
            }
        return _("%(what)s : « %(name)s » ; choisissez parmi : %(known)s.") % {
            "what": what,
            "name": name,
            "known": ", ".join(sorted(known.values(), key=key)) or _("aucun ici"),
        }


def every_list(lists: Iterable[Listing]) -> Iterable[Listing]:
    """The lists, and those inside their rows."""
    for listing in lists:
        yield listing
        yield from every_list(listing.lists)
