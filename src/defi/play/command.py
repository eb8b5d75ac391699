"""`defi play FILE…`: plays each file in a database of its own, cloned from a template, and tells what came of it."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.utils.translation import gettext as _

from defi.kernel import clock
from defi.kernel.database.templates import (
    clone,
    connected_to,
    migrated_template,
    temporary_clone,
)
from defi.kernel.models import Document
from defi.play.ending import differences, ending
from defi.play.file import Play, read
from defi.play.glossary import words_as_markdown
from defi.play.runner import Performance, perform
from defi.play.world import PlayError
from defi.reference.builtin import ensure_builtin


def command(files: list[str], keep: str | None = None, documents: str | None = None) -> int:
    """Play the files one after the other; 0 when all went as they say, 1 otherwise."""
    if not files:
        print(_("Indiquez un fichier à jouer (docs/scenario.md)."), file=sys.stderr)
        return 2
    if keep and len(files) > 1:
        print(_("« --keep » garde la base d'un seul fichier : jouez-les l'un après l'autre."), file=sys.stderr)
        return 2
    if keep and not re.fullmatch(r"[a-z][a-z0-9_]{0,40}", keep):
        print(_("« --keep » attend un nom en minuscules, chiffres et tirets bas, comme ma_base."), file=sys.stderr)
        return 2
    outcomes = [_play_one(Path(name), keep, Path(documents) if documents else None) for name in files]
    return 0 if all(outcomes) else 1


def write_words() -> int:
    """Print the words of play files, as docs/scenario.md lists them."""
    print(words_as_markdown(), end="")
    return 0


def _play_one(path: Path, keep: str | None, documents: Path | None) -> bool:
    print(f"# {path}")
    try:
        play = read(path)
        with _stage(os.environ["DATABASE_URL"], keep):
            ensure_builtin()
            return tell(play, perform(play), documents)
    except PlayError as fault:
        print(_("Arrêt : %(fault)s") % {"fault": fault})
        return False


@contextmanager
def _stage(url: str, keep: str | None) -> Iterator[None]:
    """A database to play in, dropped afterwards unless it is to be kept."""
    with migrated_template(url) as template:
        if keep:
            with connected_to(clone(url, keep, template)):
                yield
            print(_("Base gardée : %(name)s") % {"name": keep})
            return
        with temporary_clone(url, f"{template}_play_{os.getpid()}", template) as address, connected_to(address):
            yield


def tell(play: Play, performance: Performance, documents: Path | None = None) -> bool:
    """Print the journal and the end; whether the play went as its file says."""
    print(play.title)
    print("\n".join(performance.lines))
    if performance.stopped:
        print(_("Arrêt : %(sentence)s") % {"sentence": performance.stopped})
        return False
    last = play.steps[-1].on if play.steps else clock.today()
    with clock.at(last):
        end = ending(performance.world)
    print("\n".join(["", end.title, *end.lines]))
    if documents:
        print(_("Documents : %(n)d dans %(folder)s") % {"n": write_documents(documents), "folder": documents})
    faults = differences(play.expect, end.values)
    for fault in faults:
        print(f"! {fault}")
    return not faults


def write_documents(folder: Path) -> int:
    """Write every document of the database in the folder, by kind and number; how many."""
    folder.mkdir(parents=True, exist_ok=True)
    written = 0
    for document in Document.objects.order_by("id").iterator():
        suffix = "pdf" if document.media_type == "application/pdf" else "bin"
        (folder / f"{document.kind}-{document.number}.{suffix}").write_bytes(bytes(document.content))
        written += 1
    return written
