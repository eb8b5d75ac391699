"""Makes a document of a text that nobody has tried yet: in a child process with limits of time and memory.

A text is data, and what it may produce is counted before; the child is what stands when that reasoning is wrong. It
costs a few hundred milliseconds: texts in force are made in this process (decision 0012)."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass, field
from pathlib import Path

import typst
from django.utils.translation import gettext as _

from defi.kernel.documents.fonts import font_folder
from defi.kernel.documents.template import LOOK
from defi.kernel.documents.text.nodes import Fault, TextRefused

CHILD = Path(__file__).with_name("child.py")

_few_at_a_time = threading.BoundedSemaphore(2)


@dataclass(frozen=True, slots=True)
class Limits:
    """What a trial may spend: seconds by the clock and of processor, bytes of memory (addresses, threads included)."""

    seconds: float = 10.0
    processor: int = 6
    memory: int = 1_500_000_000


def _look() -> dict[str, bytes]:
    """What the template imports: the root of the child is empty."""
    return {source.name: source.read_bytes() for source in LOOK.iterdir()}


def _as_typst_says(answer: dict[str, str]) -> typst.TypstError:
    error = typst.TypstError(answer["message"], answer["diagnostic"])
    # The class that Typst raises fills these itself; the one that Python makes does not.
    error.message, error.diagnostic = answer["message"], answer["diagnostic"]
    return error


@dataclass
class Trial:
    """A way of typesetting, for `engine.render`: it keeps pictures of the first `most` pages, `dots` to the inch."""

    limits: Limits = Limits()
    dots: int = 0
    most: int = 12
    pages: list[bytes] = field(default_factory=list)

    def __call__(self, files: dict[str, bytes], *, standards: list[typst.PDFStandard], timestamp: int) -> bytes:
        """The PDF. Raises `typst.TypstError` as Typst does, `TextRefused` when the child passed its limits."""
        with tempfile.TemporaryDirectory(prefix="defi-") as empty:
            order = {
                "files": {name: base64.b64encode(content).decode() for name, content in (_look() | files).items()},
                "fonts": str(font_folder()),
                "root": empty,
                "standards": standards,
                "timestamp": timestamp,
                "dots": self.dots,
                "pages": self.most,
                "memory": self.limits.memory,
                "seconds": self.limits.processor,
            }
            answer = self._ask(json.dumps(order).encode(), empty)
        if "pdf" not in answer:
            raise _as_typst_says(answer)
        self.pages = [base64.b64decode(page) for page in answer["pages"]]
        return base64.b64decode(answer["pdf"])

    def _ask(self, order: bytes, empty: str) -> dict[str, str]:
        if not _few_at_a_time.acquire(timeout=self.limits.seconds):
            raise TextRefused(Fault(0, _("Trop d'aperçus sont en cours : réessayez dans quelques secondes.")))
        try:
            done = subprocess.run(  # noqa: S603  (our own interpreter and file, nothing of the text in the command)
                [sys.executable, "-I", str(CHILD)],
                input=order,
                capture_output=True,
                timeout=self.limits.seconds,
                cwd=empty,
                env={"RAYON_NUM_THREADS": "2"},
                check=False,
            )
        except subprocess.TimeoutExpired as late:
            raise TextRefused(
                Fault(0, _("L'aperçu a pris trop de temps et a été arrêté : raccourcissez le texte."))
            ) from late
        finally:
            _few_at_a_time.release()
        if done.returncode != 0:
            raise TextRefused(
                Fault(0, _("L'aperçu demandait trop de mémoire ou de temps et a été arrêté : raccourcissez le texte."))
            )
        answer: dict[str, str] = json.loads(done.stdout)
        return answer
