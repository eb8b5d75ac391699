"""What a PDF could do besides being looked at: run, launch, carry a file. Such a PDF is refused, never washed.

Free of Django: runs in the child process. Source of the names: ISO 32000-1, 12.6 (actions), 7.11.4 (embedded files)."""

from __future__ import annotations

from collections.abc import Iterator

import pikepdf

from defi.kernel.scans.limits import MOST_OBJECTS

KEYS = frozenset({"/JS", "/JavaScript", "/AA", "/EmbeddedFiles", "/EF", "/RichMediaContent", "/XFA"})
ACTIONS = frozenset(
    {
        "/JavaScript",
        "/Launch",
        "/SubmitForm",
        "/ImportData",
        "/GoToE",
        "/Rendition",
        "/Movie",
        "/Sound",
        "/RichMediaExecute",
    }
)
ANNOTATIONS = frozenset({"/FileAttachment", "/RichMedia", "/Movie", "/Sound", "/Screen", "/3D"})


class TooManyObjectsError(Exception):
    """More objects than a scan ever holds."""


def is_active(pdf: pikepdf.Pdf) -> bool:
    """Whether any object of the file, used by a page or not, holds more than something to look at."""
    return any(_acts(found) for found in _dictionaries(pdf))


def _acts(found: pikepdf.Object) -> bool:
    keys = set(found.keys())
    if keys & KEYS:
        return True
    return _name(found, "/S") in ACTIONS or _name(found, "/Subtype") in ANNOTATIONS


def _name(found: pikepdf.Object, key: str) -> str:
    value = found.get(key)
    return str(value) if isinstance(value, pikepdf.Name) else ""


def _dictionaries(pdf: pikepdf.Pdf) -> Iterator[pikepdf.Object]:
    """Every dictionary, those written inside another included."""
    waiting: list[pikepdf.Object] = [*pdf.objects, pdf.trailer]
    seen = 0
    while waiting:
        found = waiting.pop()
        seen += 1
        if seen > MOST_OBJECTS:
            raise TooManyObjectsError
        if isinstance(found, pikepdf.Dictionary | pikepdf.Stream):
            yield found
            inside = [found.get(key) for key in found.keys()]  # noqa: SIM118  (not a dict: iterating it gives values)
        elif isinstance(found, pikepdf.Array):
            inside = list(found)
        else:
            continue
        # What is referred to is in `objects` already.
        waiting += [one for one in inside if isinstance(one, pikepdf.Object) and not one.is_indirect]
