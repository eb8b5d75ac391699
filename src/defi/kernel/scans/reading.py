"""Has a file read by a process of its own: a hostile one can neither hang nor fill the one that serves pages."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from defi.kernel.codes import PageCode, read_page_code
from defi.kernel.processes import PARENT
from defi.kernel.refusals import Invalid
from defi.kernel.scans.faults import sentence
from defi.kernel.scans.limits import LARGEST, WALL

AT_ONCE = 2
"""Readings at the same time in one process; the others wait their turn, `WAIT` seconds at most."""

WAIT = 20.0

_turns = threading.BoundedSemaphore(AT_ONCE)
_BEGINNINGS = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")
_HEIC = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1")


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a scan. `content` is the page alone (a photo as sent, a page of a PDF as a PDF); `preview` a JPEG of
    it, upright when its code was read. Two codes: the picture shows two pages."""

    codes: tuple[PageCode, ...]
    blank: bool
    content: bytes
    media_type: str
    preview: bytes


def read(name: str, content: bytes) -> list[Page]:
    """The pages of a file. Raises `Invalid` on the field `scans`, with what is wrong with the file called `name`."""
    fault = fault_at_sight(content)
    if fault:
        raise refused(fault, name)
    return _in_turn(name, content)


def look(name: str, content: bytes) -> None:
    """Whether a PDF, a JPEG or a PNG may be kept. Raises `Invalid` as `read` does, without reading its pages."""
    _in_turn(name, content, "look")


def _in_turn(name: str, content: bytes, *how: str) -> list[Page]:
    if not _turns.acquire(timeout=WAIT):
        raise refused("busy", name)
    try:
        return _read(name, content, *how)
    finally:
        _turns.release()


def refused(fault: str, name: str) -> Invalid:
    """The refusal of the file called `name`."""
    return Invalid.field("scans", sentence(fault, name))


def fault_at_sight(content: bytes) -> str:
    """What its first bytes and its size say against a file: a key of `faults`, or nothing."""
    if not content:
        return "empty"
    if len(content) > LARGEST:
        return "large"
    if content[4:8] == b"ftyp" and content[8:12] in _HEIC:
        return "heic"
    if content.startswith(b"PK\x03\x04"):
        return "zip"
    is_pdf = content[:1024].lstrip().startswith(b"%PDF-")
    return "" if is_pdf or content.startswith(_BEGINNINGS) else "kind"


def _read(name: str, content: bytes, *how: str) -> list[Page]:
    with tempfile.TemporaryFile() as source, tempfile.TemporaryFile() as sink:
        source.write(content)
        source.seek(0)
        try:
            ended = subprocess.run(  # noqa: S603
                [sys.executable, "-I", "-m", "defi.kernel.scans.child", *how],
                stdin=source,
                stdout=sink,
                stderr=subprocess.DEVNULL,
                env=_environment(),
                timeout=WALL,
                check=False,
            )
        except subprocess.TimeoutExpired as late:
            raise refused("slow", name) from late
        sink.seek(0)
        if ended.returncode:
            # Killed by its own limit of processor time, or broken by what it read.
            raise refused("slow" if ended.returncode in {-24, -9} else "stopped", name)
        return list(_pages(name, sink))


def _environment() -> dict[str, str]:
    # One thread: those of the mathematics library would each reserve memory.
    return {"PATH": os.defpath, "LC_ALL": "C.UTF-8", "OPENBLAS_NUM_THREADS": "1", PARENT: str(os.getpid())}


def _pages(name: str, sink: BinaryIO) -> Iterator[Page]:
    for line in iter(sink.readline, b""):
        facts = json.loads(line)
        if "fault" in facts:
            raise refused(facts["fault"], name)
        if "done" in facts:
            return
        yield Page(
            codes=tuple(code for text in facts["codes"] if (code := read_page_code(text))),
            blank=facts["blank"],
            media_type=facts["media_type"],
            content=sink.read(facts["content"]),
            preview=sink.read(facts["preview"]),
        )
    raise refused("stopped", name)
