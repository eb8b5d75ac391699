"""How long a document takes, in milliseconds of one core: each kind, conventions in a row, sealed, and by WeasyPrint.

    python bench/documents.py [--rounds 30] [--conventions 1000]

Aims: 20 ms for one unsealed document (median), 20 s for 1,000 conventions. The process is held to one core; the time
of that core is given (a busy machine changes it less), then the median by the clock. Each document differs from the one
before by its number, by every name of its facts and by the order of every list: what Typst finds again is only what two
documents of a kind share in life, the look and the words of the text.

WeasyPrint renders a page of the same words as HTML, tagged as well: `pip install -e '.[bench]'` (it needs Pango, from
the system). Without it the line says so."""

from __future__ import annotations

import argparse
import dataclasses
import hashlib
import os
import resource
import statistics
import sys
from collections.abc import Callable, Iterator
from datetime import date
from enum import Enum
from html import escape
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "tests" / "steps"), str(ROOT / "tests")]

BUDGET_MS = 20
BUDGET_S = 20
HEAD = f"{'document':<26}{'median':>10}{'95 %':>10}{'most':>10}{'clock':>10}{'pages':>8}{'bytes':>10}"


def main(rounds: int, conventions: int) -> int:
    """Print the table; the answer is 1 when a median, or the conventions together, pass the aim."""
    from document_samples import SAMPLES, Sample, convention_data, made

    from defi.steps.convention.documents import CONVENTION

    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    start = perf_counter()
    made(SAMPLES[0])
    print(f"first document of the process: {1000 * (perf_counter() - start):.0f} ms by the clock")
    print(HEAD)

    def maker(sample: Sample, rounds: int = rounds) -> Callable[[int], tuple[bytes, int]]:
        facts = [varied(sample.data, turn) for turn in range(rounds + 1)]

        def make(turn: int) -> tuple[bytes, int]:
            rendered = made(dataclasses.replace(sample, data=facts[turn]), f"BANC-2025-{turn:04d}")
            return rendered.pdf, rendered.pages

        return make

    medians = [line(sample.template.kind, maker(sample), rounds)[0] for sample in SAMPLES]
    convention = Sample(CONVENTION, convention_data())
    before = memory()
    median, core, clock = line(f"{conventions} conventions", maker(convention, conventions), conventions)
    together = core * 1000 / conventions
    print(f"{conventions} conventions: {core:.1f} s of one core, {clock:.1f} s by the clock", end="; ")
    print(f"1,000 would take {together:.1f} s (aim {BUDGET_S}); memory {before} MB before, {memory()} MB after")
    line("convention, sealed", sealer(maker(convention)), rounds)
    line("  the seal alone", sealer(maker(convention), apart=True), rounds)
    weasyprint(convention_data(), rounds)
    return int(max(*medians, median) > BUDGET_MS or together > BUDGET_S)


def varied(value: Any, turn: int) -> Any:
    """The same facts with other names (those of a person shown by initials apart), each list begun elsewhere."""
    if isinstance(value, str) and not isinstance(value, Enum):
        return f"{value} {turn}" if len(value) > 3 and value[0].isupper() else value
    if isinstance(value, tuple):
        start = turn % len(value) if value and dataclasses.is_dataclass(value[0]) else 0
        return tuple(varied(item, turn) for item in (*value[start:], *value[:start]))
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        names = (field.name for field in dataclasses.fields(value) if field.name != "initials")
        return dataclasses.replace(value, **{name: varied(getattr(value, name), turn) for name in names})
    return value


def line(label: str, make: Callable[[int], tuple[bytes, int]], rounds: int) -> tuple[float, float, float]:
    """Make `rounds` documents and print their times; median in milliseconds, seconds of the core and by the clock."""
    times, clocks = [], []
    pdf, pages = make(rounds)
    for turn in range(rounds):
        core, clock = process_time(), perf_counter()
        pdf, pages = make(turn)
        times.append(1000 * (process_time() - core))
        clocks.append(1000 * (perf_counter() - clock))
    times.sort()
    median = statistics.median(times)
    print(
        f"{label:<26}{median:>7.1f} ms{times[int(0.95 * (rounds - 1))]:>7.1f} ms{times[-1]:>7.1f} ms"
        f"{statistics.median(clocks):>7.1f} ms{pages:>8}{len(pdf):>10}",
        flush=True,
    )
    return median, sum(times) / 1000, sum(clocks) / 1000


def sealer(make: Callable[[int], tuple[bytes, int]], *, apart: bool = False) -> Callable[[int], tuple[bytes, int]]:
    """The convention, then its seal; `apart`: the seal of one made before. No database: a key of our own."""
    from cryptography.hazmat.primitives.asymmetric import rsa

    from defi.kernel.clock import now
    from defi.kernel.signing import certificates, seal
    from defi.kernel.signing.proof import Edition, Given, Proof

    key = rsa.generate_private_key(public_exponent=65537, key_size=certificates.KEY_BITS)
    own = certificates.Sealer(certificates._self_signed(key, now()), key)
    seal.current = lambda: own
    ready = make(0)

    def sealed(turn: int) -> tuple[bytes, int]:
        pdf, pages = ready if apart else make(turn)
        print_ = hashlib.sha256(pdf).hexdigest()
        given = Given("Amina Exemple", "employeur", "Les Tilleuls", "click", date(2025, 11, 5), print_, now())
        text = Edition("BANC-2025-0001", now(), pages, print_, in_force=True)
        proof = Proof("Convention", "BANC-2025-0001", (text,), (given,) * 8)
        address = "https://defi.example.fr/verifier/ABCDE23456/"
        done = seal.seal(
            pdf, proof, pages=pages, number=f"BANC-{turn}-S", code="ABCDE23456", verify_url=address, now=now()
        )
        return done.pdf, done.pages

    return sealed


def weasyprint(data: object, rounds: int) -> None:
    """The words of the convention as HTML, rendered by WeasyPrint; says so when it is not installed."""
    try:
        from weasyprint import HTML
        from weasyprint.text.fonts import FontConfiguration
    except (ImportError, OSError) as problem:
        print(f"{'WeasyPrint':<26}not measured: {problem}".splitlines()[0])
        return
    fonts = FontConfiguration()

    def make(turn: int) -> tuple[bytes, int]:
        page = HTML(string=html(data, turn)).render(font_config=fonts, pdf_variant="pdf/ua-1")
        return page.write_pdf(pdf_variant="pdf/ua-1"), len(page.pages)

    line("WeasyPrint, same words", make, max(3, rounds // 3))


def html(data: object, turn: int) -> str:
    """Every word of the convention, in headings, lists and tables, with the look of a plain letter."""
    style = "@page { size: A4; margin: 29mm 20mm 39mm } body { font: 10pt 'PT Sans', sans-serif } table { width: 100% }"
    body = "".join(told(dataclasses.asdict(data)))  # type: ignore[call-overload]
    return f"<html lang=fr><title>Convention {turn}</title><style>{style}</style><body><h1>Convention {turn}</h1>{body}"


def told(fields: dict[str, object]) -> Iterator[str]:
    """Each field under its heading: a row per record, an item per word."""
    for name, value in fields.items():
        yield f"<h2>{escape(name)}</h2>"
        if isinstance(value, tuple | list) and value and isinstance(value[0], dict):
            head = "".join(f"<th scope=col>{escape(str(key))}</th>" for key in value[0])
            rows = ("".join(f"<td>{escape(str(cell))}</td>" for cell in row.values()) for row in value)
            yield f"<table><tr>{head}</tr>{''.join(f'<tr>{row}</tr>' for row in rows)}</table>"
        elif isinstance(value, tuple | list):
            yield "<ul>" + "".join(f"<li>{escape(str(item))}</li>" for item in value) + "</ul>"
        else:
            yield f"<p>{escape(str(value))}</p>"


def memory() -> int:
    """The most that this process held, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "defi.settings")
    import django

    django.setup()
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rounds", type=int, default=30)
    asked.add_argument("--conventions", type=int, default=1000)
    wanted = asked.parse_args()
    raise SystemExit(main(wanted.rounds, wanted.conventions))
