"""Signatures as docs/decisions/0001 writes them."""

from __future__ import annotations

import importlib
import inspect
import re
from collections.abc import Iterator
from operator import attrgetter

from house.sources import ROOT

PAGE = ROOT / "docs" / "decisions" / "0001-frozen-signatures.md"
_HEADING = re.compile(r"^## .*`(defi\.[\w.]+)`")
_ENTRY = re.compile(r"^- `([\w.]+)(\(.*)`$")


def frozen() -> Iterator[tuple[str, str, str]]:
    """Each entry of the page: the module of its heading, the name, the signature written."""
    module = ""
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        if heading := _HEADING.match(line):
            module = heading[1]
        if entry := _ENTRY.match(line):
            yield module, entry[1], entry[2]


def signature(module: str, name: str) -> str:
    """`(actor: Actor, verb: str, *, reason: str = '') -> Iterator[Action]`, as the source has it."""
    thing = attrgetter(name)(importlib.import_module(module))
    found = inspect.signature(thing)
    bare = [p for p in found.parameters.values() if p.name != "self"]
    parts: list[str] = []
    for parameter in bare:
        if parameter.kind is inspect.Parameter.KEYWORD_ONLY and "*" not in parts:
            parts.append("*")
        parts.append(_parameter(parameter))
    said = f"({', '.join(parts)})"
    back = found.return_annotation
    return said if inspect.isclass(thing) or back is inspect.Signature.empty else f"{said} -> {_words(back)}"


def _parameter(parameter: inspect.Parameter) -> str:
    stars = "**" if parameter.kind is inspect.Parameter.VAR_KEYWORD else ""
    said = f"{stars}{parameter.name}: {_words(parameter.annotation)}"
    return said if parameter.default is inspect.Parameter.empty else f"{said} = {_default(parameter.default)}"


def _words(annotation: object) -> str:
    return annotation if isinstance(annotation, str) else getattr(annotation, "__name__", str(annotation))


def _default(value: object) -> str:
    """Plain values as they are typed; of anything else, its name would say nothing."""
    return repr(value) if isinstance(value, str | int | bool | tuple | frozenset | type(None)) else "…"
