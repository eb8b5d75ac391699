"""Sets Django up on an open database, once the environment says all that the settings read."""

from __future__ import annotations

import os

from defi.serving import demonstration

_NO = {"", "0", "false", "no", "non"}


def set_up(url: str, *, demonstrate: bool | None = None) -> None:
    """Load the settings and the applications for the database of `url`.

    `demonstrate`: whether anybody may sign in as any role; by default, whether the database is marked for it."""
    os.environ["DEFI_DEMONSTRATION"] = demonstration_setting(url, demonstrate)
    os.environ["DATABASE_URL"] = url
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "defi.settings")
    import django

    django.setup()


def demonstration_setting(url: str, demonstrate: bool | None) -> str:
    """The value of DEFI_DEMONSTRATION for the settings: "1" or "0". One given as no forbids it in any case."""
    if os.environ.get("DEFI_DEMONSTRATION", "1").lower() in _NO:
        return "0"
    wanted = demonstration.is_marked(url) if demonstrate is None else demonstrate
    return "1" if wanted else "0"
