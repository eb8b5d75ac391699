"""The table of mails: hours, urgency of each kind, reminders, read from `mail.toml` and put in force in the kernel."""

from __future__ import annotations

import tomllib
from datetime import timedelta
from importlib import resources
from typing import Any

from defi.kernel.mail.hours import Hours
from defi.kernel.mail.purposes import Purpose, Retries, Rule, Table, Urgency


def read(text: str) -> Table:
    """The table of a TOML text. Raises ValueError or KeyError naming what is missing or absurd."""
    raw: dict[str, Any] = tomllib.loads(text)
    hours, retries, reminders = raw["hours"], raw["retries"], raw["reminders"]
    told = Table(
        hours=Hours(hours["opens"], hours["closes"], hours["digest"]),
        retries=Retries(
            waits=_minutes(retries["wait_minutes"]),
            server=_minutes(retries["server_minutes"]),
            late=timedelta(hours=retries["late_hours"]),
            code=timedelta(minutes=retries["code_minutes"]),
        ),
        gap=reminders["gap_days"],
        purposes={
            name: Purpose(one["label"], Urgency(one["urgency"]), one.get("asks", ""))
            for name, one in raw["purposes"].items()
        },
        rules={key: _rule(key, one) for key, one in reminders["rules"].items()},
    )
    for source in (hours["source"], retries["source"], retries["late_source"], reminders["gap_source"]):
        if not source.strip():
            raise ValueError("mail.toml: a value stands beside its source")
    return told


def shipped() -> Table:
    """The table of the package."""
    return read((resources.files("defi.schemes") / "mail.toml").read_text(encoding="utf-8"))


def _minutes(values: list[int]) -> tuple[timedelta, ...]:
    return tuple(timedelta(minutes=value) for value in values)


def _rule(key: str, raw: dict[str, Any]) -> Rule:
    return Rule(
        key=key,
        label=raw["label"],
        source=raw["source"],
        asks=tuple(raw.get("asks", ())),
        after=tuple(raw.get("after", ())),
        before=tuple(raw.get("before", ())),
        every=raw.get("every", 0),
        times=raw.get("times", 0),
        first=tuple(raw.get("first", ())),
    )
