"""How long a document takes: one line per kind, then 200 conventions in a row. Budget: 50 ms a document.

    python bench/documents.py [rounds]

Each document differs from the one before (number and title), so that nothing is measured out of a cache."""

from __future__ import annotations

import dataclasses
import os
import resource
import statistics
import sys
from pathlib import Path
from time import perf_counter

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests" / "steps"))

from document_samples import SAMPLES, Sample, convention_data, made  # noqa: E402

from defi.steps.convention.documents import CONVENTION  # noqa: E402

BUDGET_MS = 50
CONVENTIONS = 200


def main(rounds: int) -> int:
    """Print the table; the answer is 1 when a median passes the budget."""
    start = perf_counter()
    made(SAMPLES[0])
    print(f"first document of the process: {1000 * (perf_counter() - start):.0f} ms")
    print(f"{'document':<20}{'median':>10}{'95 %':>10}{'most':>10}{'pages':>8}{'bytes':>10}")
    medians = [_line(sample, rounds) for sample in SAMPLES]
    before = _memory()
    medians.append(_line(Sample(CONVENTION, convention_data()), CONVENTIONS, f"{CONVENTIONS} conventions"))
    print(f"memory: {before} MB before the {CONVENTIONS} conventions, {_memory()} MB after")
    return int(max(medians) > BUDGET_MS)


def _line(sample: Sample, rounds: int, label: str = "") -> float:
    """Make `rounds` documents, print their times in milliseconds, give back the median."""
    named = "training" if hasattr(sample.data, "training") else "employer"
    times = []
    for turn in range(rounds):
        facts = dataclasses.replace(sample.data, **{named: f"{getattr(sample.data, named)} {turn}"})
        start = perf_counter()
        rendered = made(dataclasses.replace(sample, data=facts), f"BANC-2025-{turn:04d}")
        times.append(1000 * (perf_counter() - start))
    times.sort()
    median = statistics.median(times)
    kind = label or sample.template.kind
    print(
        f"{kind:<20}{median:>7.1f} ms{times[int(0.95 * (rounds - 1))]:>7.1f} ms{times[-1]:>7.1f} ms"
        f"{rendered.pages:>8}{len(rendered.pdf):>10}"
    )
    return median


def _memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "defi.settings")
    import django

    django.setup()
    raise SystemExit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 30))
