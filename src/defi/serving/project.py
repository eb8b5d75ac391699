"""Sets Django up on an open database, once the environment says all that the settings read."""

from __future__ import annotations

import os

from defi.serving import demonstration


def set_up(url: str, *, demonstrate: bool | None = None) -> None:
    """Load the settings and the applications for the database of `url`.

    `demonstrate`: whether anybody may sign in as any role; by default as the database is marked. DEFI_DEMONSTRATION=0
    forbids it in any case."""
    allowed = os.environ.get("DEFI_DEMONSTRATION", "1") == "1"
    wanted = demonstration.is_marked(url) if demonstrate is None else demonstrate
    os.environ["DEFI_DEMONSTRATION"] = "1" if allowed and wanted else "0"
    os.environ["DATABASE_URL"] = url
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "defi.settings")
    import django

    django.setup()
