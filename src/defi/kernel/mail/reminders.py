"""Reminders: rules that are data, sources that say what is still owed now, mails that look again when they leave.

A room registers a source for the rules it can tell of. Each morning what falls due is written once per stage of its
rule (the key is unique: run twice, it writes once); of stages that were missed only the last is said, and the others
are kept as dropped."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Max

from defi.kernel import clock, links
from defi.kernel.access import TASK, scope
from defi.kernel.mail import secret_links
from defi.kernel.mail.directory import directory
from defi.kernel.mail.outbox import Recipient, worded
from defi.kernel.mail.purposes import Rule, Urgency, table
from defi.kernel.mail.states import Dropped
from defi.kernel.models import Link, Mail

PREFIX = "reminder/"
REMEMBERED = 30
"""Days for which a stage that was missed is still said in the history."""


@dataclass(frozen=True, slots=True)
class Owed:
    """Something that somebody still owes: `about` names the matter, the same from day to day; `what` says it as an
    infinitive (« signer la convention »). With a `link`, it is a new one for the same hand that leaves."""

    about: str
    to: Recipient
    what: str
    url: str
    file_id: int | None = None
    since: date | None = None
    due_on: date | None = None
    link: Link | None = None
    answers_to: int | None = None

    def is_late(self, today: date) -> bool:
        return self.due_on is not None and self.due_on < today


@dataclass(frozen=True, slots=True)
class Stage:
    """A day on which a rule has something to say."""

    on: date
    key: str


Source = Callable[[Rule, Collection[int] | None], Iterable[Owed]]
_SOURCES: dict[str, Source] = {}


def source(*rules: str) -> Callable[[Source], Source]:
    """Ask the decorated function what is still owed under these rules: in these files, or in all (None)."""

    def register(told: Source) -> Source:
        _SOURCES.update(dict.fromkeys(rules, told))
        return told

    return register


def told_rules() -> frozenset[str]:
    """The rules that some room can tell of."""
    return frozenset(_SOURCES)


def stages(rule: Rule, since: date | None, due_on: date | None, today: date) -> list[Stage]:
    """The days of this rule up to today, in order. A date that moves makes new ones."""
    found = [Stage(since + timedelta(days=n), f"a{n}:{since:%y%m%d}") for n in rule.after] if since else []
    if due_on:
        found += [Stage(due_on - timedelta(days=n), f"b{n}:{due_on:%y%m%d}") for n in rule.before]
        found += [
            Stage(due_on + timedelta(days=1 + rule.every * n), f"l{n}:{due_on:%y%m%d}") for n in range(rule.times)
        ]
    return sorted((s for s in found if s.on <= today and (since is None or s.on > since)), key=lambda s: (s.on, s.key))


def remind(today: date | None = None) -> int:
    """Write the reminders of the day; how many are to leave. Run twice, it writes once."""
    day = today or clock.today()
    with scope(TASK):
        return sum(_remind(rule, day) for key, rule in table().rules.items() if key in _SOURCES)


def _remind(rule: Rule, day: date) -> int:
    due = [(owed, found) for owed in _SOURCES[rule.key](rule, None) if (found := _stages(rule, owed, day))]
    purpose = PREFIX + rule.key
    keys = {_key(owed, stage) for owed, found in due for stage in found}
    known = set(Mail.objects.filter(purpose=purpose, key__in=keys).values_list("key", "address"))
    said = last_said(rule, [owed for owed, _found in due])
    written = 0
    for owed, found in due:
        new = [stage for stage in found if (_key(owed, stage), owed.to.address) not in known]
        if not new or _too_soon(said.get((owed.about, owed.to.address)), day):
            continue
        with transaction.atomic():
            for stage in new:
                is_last = stage is found[-1]
                written += _write(rule, owed, _key(owed, stage), outdated=not is_last) and is_last
    return written


def _stages(rule: Rule, owed: Owed, day: date) -> list[Stage]:
    found = stages(rule, owed.since, owed.due_on, day)
    return [s for s in found if s is found[-1] or s.on > day - timedelta(days=REMEMBERED)]


def _key(owed: Owed, stage: Stage) -> str:
    return f"{owed.about}|{stage.key}"


def _too_soon(said: datetime | None, day: date) -> bool:
    return said is not None and (day - said.astimezone(clock.PARIS).date()).days < table().gap


def _write(rule: Rule, owed: Owed, key: str, *, outdated: bool) -> bool:
    now = clock.now()
    subject, body, line = _words(rule, owed, None, owed.url)
    _mail, made = Mail.objects.get_or_create(
        purpose=PREFIX + rule.key,
        key=key,
        address=owed.to.address,
        defaults={
            "person_id": owed.to.person_id,
            "organisation_id": owed.to.organisation_id,
            "file_id": owed.file_id,
            "from_organisation_id": owed.answers_to,
            "about": owed.about,
            "urgency": Urgency.DIGEST,
            "subject": subject,
            "body": body,
            "line": line,
            "url": owed.url,
            "queued_at": now,
            "due_at": now,
            "dropped_at": now if outdated else None,
            "dropped_why": Dropped.OUTDATED if outdated else "",
        },
    )
    return made


def still_owed(mail: Mail) -> Owed | None:
    """What this reminder reminds of, as it stands now; None: nothing is owed any more."""
    rule = table().rules.get(mail.purpose.removeprefix(PREFIX))
    if rule is None or rule.key not in _SOURCES:
        return None
    files = None if mail.file_id is None else [mail.file_id]
    rows = _SOURCES[rule.key](rule, files)
    return next((one for one in rows if one.about == mail.about and one.to.address == mail.address), None)


def reword(mail: Mail, owed: Owed) -> None:
    """Put in this reminder what is true as it leaves: its words, its date, a new link."""
    rule = table().rules[mail.purpose.removeprefix(PREFIX)]
    url = links.again(owed.link) if owed.link else owed.url
    mail.subject, mail.body, mail.line = _words(
        rule, owed, last_said(rule, [owed]).get((owed.about, mail.address)), url
    )
    mail.url, mail.link_id = url, secret_links.link_of(url)
    mail.save(update_fields=["subject", "body", "line", "url", "link_id"])


def last_said(rule: Rule, rows: Sequence[Owed]) -> dict[tuple[str, str], datetime]:
    """When each matter was last written about to its address: by a reminder, or by the mail that first asked."""
    reminded = Mail.objects.filter(about__in={o.about for o in rows}, sent_at__isnull=False).values("about", "address")
    found = {(r["about"], r["address"]): r["at"] for r in reminded.annotate(at=Max("sent_at")).order_by()}
    asked = Mail.objects.filter(purpose__in=rule.first, file_id__in={o.file_id for o in rows}, sent_at__isnull=False)
    first = {
        (r["file_id"], r["address"]): r["at"]
        for r in asked.values("file_id", "address").annotate(at=Max("sent_at")).order_by()
    }
    for owed in rows:
        pair = (owed.about, owed.to.address)
        at = max((t for t in (found.get(pair), first.get((owed.file_id, owed.to.address))) if t), default=None)
        if at:
            found[pair] = at
    return found


def _words(rule: Rule, owed: Owed, said: datetime | None, url: str) -> tuple[str, str, str]:
    titles = directory.titles([owed.file_id]) if owed.file_id else {}
    context = {
        "what": owed.what,
        "title": titles.get(owed.file_id or 0, ""),
        "since": owed.since,
        "due_on": owed.due_on,
        "is_late": owed.is_late(clock.today()),
        "said": said,
        "url": url,
        "is_personal": owed.link is not None,
    }
    subject, body = worded("kernel/mail/reminder.txt", context)
    line, _rest = worded("kernel/mail/reminder_line.txt", context)
    return subject, body, line
