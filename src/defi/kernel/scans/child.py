"""The process that opens a file nobody vouches for: `python -m defi.kernel.scans.child`, on its standard input.

It writes per page one line of JSON and the bytes it announces (the page alone, a picture of it to look at), then one
last line: `done`, or the `fault` for which the file is refused. It has a bounded memory, time and output, opens no
other file, and is free of Django: it starts in a moment, and what breaks it breaks nothing else."""

from __future__ import annotations

import json
import resource
import sys
from collections.abc import Iterator
from typing import BinaryIO

from defi.kernel.processes import die_with_announced_parent
from defi.kernel.scans.limits import LARGEST, MEMORY, OUTPUT, SECONDS
from defi.kernel.scans.pictures import FaultError, Sheet, of_photo, opened


def confine() -> None:
    """Bound what this process may take, before it looks at anything."""
    die_with_announced_parent()
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (OUTPUT, OUTPUT))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main(source: BinaryIO, sink: BinaryIO, *, only_look: bool = False) -> None:
    """Read the file, write what was found; `only_look`: nothing but whether it may be kept."""
    content = source.read(LARGEST + 1)
    try:
        if only_look:
            _look(content)
        else:
            for sheet in _sheets(content):
                _write(sink, sheet)
        _line(sink, {"done": True})
    except FaultError as fault:
        _line(sink, {"fault": str(fault)})
    except MemoryError:
        _line(sink, {"fault": "bomb"})


def _is_pdf(content: bytes) -> bool:
    return content[:1024].lstrip().startswith(b"%PDF-")


# Only a PDF needs its readers, which take time to start: they are imported when one comes.


def _look(content: bytes) -> None:
    if not _is_pdf(content):
        opened(content)
        return
    from defi.kernel.scans.pdfs import opened_safely

    opened_safely(content).close()


def _sheets(content: bytes) -> Iterator[Sheet]:
    if not _is_pdf(content):
        yield of_photo(content)
        return
    from defi.kernel.scans.pdfs import of_pdf

    yield from of_pdf(content)


def _write(sink: BinaryIO, sheet: Sheet) -> None:
    facts: dict[str, object] = {
        "codes": [code.text for code in sheet.found.codes],
        "blank": sheet.blank,
        "media_type": sheet.media_type,
        "content": len(sheet.content),
        "preview": len(sheet.preview),
    }
    _line(sink, facts)
    sink.write(sheet.content)
    sink.write(sheet.preview)


def _line(sink: BinaryIO, facts: dict[str, object]) -> None:
    sink.write(json.dumps(facts).encode() + b"\n")


if __name__ == "__main__":
    confine()
    main(sys.stdin.buffer, sys.stdout.buffer, only_look="look" in sys.argv[1:])
