"""Makes one document in a process of its own, then ends. Run by `sandbox`, as a file: it imports nothing of the house.

What it may spend is fixed before it reads what it has to print: memory, processor time, no file written. Its root is an
empty folder, its packages too, and it has no way out to the network."""

from __future__ import annotations

import base64
import json
import os
import resource
import sys
from typing import Any

NOWHERE = "http://127.0.0.1:9"


def main() -> int:
    """Read the order on the standard input, answer on the standard output, both in JSON."""
    order = json.load(sys.stdin)
    _bound(order["memory"], order["seconds"])
    os.environ.update(dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"), NOWHERE))
    json.dump(_answer(order), sys.stdout)
    return 0


def _bound(memory: int, seconds: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))


def _answer(order: dict[str, Any]) -> dict[str, Any]:
    import typst

    root = order["root"]
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[order["fonts"]])
    compiler = typst.Compiler(
        font_paths=fonts, ignore_system_fonts=True, root=root, package_path=root, package_cache_path=root
    )
    files = {name: base64.b64decode(content) for name, content in order["files"].items()}
    asked = {"input": files, "root": root, "timestamp": order["timestamp"]}
    try:
        pdf = compiler.compile(format="pdf", pdf_standards=order["standards"], **asked)
        pages = compiler.compile(format="png", ppi=order["dots"], **asked) if order["dots"] else []
    except typst.TypstError as error:
        return {"message": error.message, "diagnostic": error.diagnostic}
    return {"pdf": _all(pdf)[0], "pages": _all(pages)[: order["pages"]]}


def _all(made: bytes | list[bytes] | None) -> list[str]:
    """What Typst gives is one piece, or one for each page."""
    pieces = [made] if isinstance(made, bytes) else made or []
    return [base64.b64encode(piece).decode() for piece in pieces]


if __name__ == "__main__":
    raise SystemExit(main())
