"""Documents: Typst templates with typed data, to tagged and archivable PDF (docs/decisions).

CONVENTION = Template(kind="convention", title=_("Convention"), folder=…, data=ConventionData, prefix="CONV")
made = render(CONVENTION, data, number=…, code=…, verify_url=…, now=clock.now())
made.pdf, made.sha256, made.pages
"""

from __future__ import annotations

from defi.kernel.documents.engine import read_as, render
from defi.kernel.documents.fingerprint import fingerprint, matches, readable
from defi.kernel.documents.template import DocumentError, Letterhead, Rendered, Template

__all__ = [
    "DocumentError",
    "Letterhead",
    "Rendered",
    "Template",
    "fingerprint",
    "matches",
    "read_as",
    "readable",
    "render",
]
