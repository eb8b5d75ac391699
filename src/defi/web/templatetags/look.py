"""What templates need to show dates, seats and forms. Builtin in every template: nothing to load."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal

from django import template
from django.forms import BaseForm, BoundField
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import ngettext

from defi.kernel import clock
from defi.kernel.documents.french import amount_words
from defi.kernel.documents.french import of_place as after_de
from defi.web import date_words
from defi.web.seats import Gauge

register = template.Library()

NO_BREAK = "\u00a0"
_BEFORE_SIGN = re.compile(r" (?=[?!:;»%€])")
_AFTER_QUOTE = re.compile(r"(?<=«) ")


def _said(words: Callable[[date, date], str], value: date | datetime | None) -> str:
    return words(date_words.day_of(value), clock.today()) if value else ""


@register.filter
def of_place(name: object) -> str:
    """`de Blois`, `d'Orléans`, `du Blanc`."""
    return after_de(str(name))


@register.filter
def long_date(value: date | datetime | None) -> str:
    """`3 nov. 2025`."""
    return date_words.long_date(date_words.day_of(value)) if value else ""


@register.filter
def short_date(value: date | datetime | None) -> str:
    """`14 mai`, with the year when it is not this one."""
    return _said(date_words.short_date, value)


@register.filter
def weekday_date(value: date | datetime | None) -> str:
    """`mardi 4 nov.`."""
    return _said(date_words.weekday_date, value)


@register.filter
def posts(count: int, said_of: str = "") -> str:
    """`1 poste`, `3 postes`; with a word said of them, `3 postes promis`."""
    words = ngettext("%(n)d poste", "%(n)d postes", count) % {"n": count}
    return f"{words} {said_of}" if said_of else words


@register.filter
def relative(value: date | datetime | None) -> str:
    """`dans 6 jours`, `hier`, `il y a 4 jours`."""
    return _said(date_words.relative_words, value)


@register.filter
def late(value: date | datetime | None) -> str:
    """`8 jours de retard`, or nothing."""
    return _said(date_words.late_words, value)


@register.filter
def since(value: date | datetime | None) -> str:
    """`depuis 4 jours`."""
    return _said(date_words.since_words, value)


@register.filter
def since_dated(value: date | datetime | None) -> str:
    """`depuis 4 jours (3 nov. 2025)`; the date once when it is what is said already."""
    words = since(value)
    if not value or (clock.today() - date_words.day_of(value)).days > date_words.DAYS_COUNTED:
        return words
    return f"{words} ({date_words.long_date(date_words.day_of(value))})"


@register.filter
def moment(value: datetime | None) -> str:
    """`hier, 16 h 12`."""
    return date_words.moment_words(value, clock.today()) if value else ""


@register.filter
def clock_time(value: datetime | time | None) -> str:
    """`8 h 30`."""
    return date_words.clock_words(value) if value else ""


@register.simple_tag
def when(value: date | datetime | None) -> SafeString:
    """`3 nov. 2025, dans 12 jours`: the date for the machine, for the eye and for the mouth."""
    if not value:
        return SafeString("")
    day = date_words.day_of(value)
    return format_html(
        '<time datetime="{}">{}</time>, <span class="nowrap">{}</span>',
        day.isoformat(),
        date_words.long_date(day),
        date_words.relative_words(day, clock.today()),
    )


@register.simple_tag
def dates(start: date | None, end: date | None) -> SafeString:
    """`3 nov. 2025 → 10 avr. 2026`, a single day once; either end may still be unknown."""
    days = dict.fromkeys(day for day in (start, end) if day)
    shown = [format_html('<time datetime="{}">{}</time>', d.isoformat(), date_words.long_date(d)) for d in days]
    return mark_safe(" → ".join(shown))  # noqa: S308  (both parts come from format_html)


@register.simple_tag
def gauge(seats: int, paired: int, possible: int = 0, minimum: int | None = None, apart: int = 0) -> Gauge:
    """The seats to draw: `{% gauge seats=12 paired=9 minimum=9 as g %}`."""
    return Gauge(seats, paired, possible, minimum, apart)


@register.filter
def euros(amount: int | Decimal | None) -> str:
    """`3 000,00 €`, as on the documents; nothing when it is unknown."""
    return "" if amount is None else amount_words(amount)


@register.filter
def extra_attributes(attrs: Mapping[str, object]) -> SafeString:
    """The attributes of a component that it does not declare, escaped (the `attrs` of cotton printed alone are not).

    Scripts and styles are dropped: the pages carry none."""
    undeclared: Mapping[str, object] = attrs.attrs_dict() if hasattr(attrs, "attrs_dict") else attrs
    parts = []
    for name, value in undeclared.items():
        if name == "style" or name.startswith("on") or value is False or value is None:
            continue
        parts.append(format_html(" {}", name) if value is True else format_html(' {}="{}"', name, value))
    return mark_safe("".join(parts))  # noqa: S308  (every part comes from format_html)


@register.filter
def typo(text: object) -> SafeString:
    """French typography: no line begins with a mark that belongs to the line before."""
    escaped = conditional_escape(str(text)) if not isinstance(text, SafeString) else text
    return mark_safe(_AFTER_QUOTE.sub(NO_BREAK, _BEFORE_SIGN.sub(NO_BREAK, escaped)))  # noqa: S308  (escaped above)


@register.filter
def beside(values: Iterable[object], heads: Iterable[object]) -> list[tuple[object, object]]:
    """Each column head with its cell: `{% for head, cell in cells|beside:heads %}`."""
    return list(zip(heads, values, strict=True))


@register.filter
def first_line(text: object) -> str:
    """The title of a choice whose label has several lines."""
    return str(text).partition("\n")[0].strip()


@register.filter
def other_lines(text: object) -> str:
    """What explains a choice: its label after the first line."""
    return str(text).partition("\n")[2].strip()


@dataclass(frozen=True, slots=True)
class ErrorLink:
    """A line of the summary of errors; `target` is the id of the control at fault, empty for the whole form."""

    label: str
    sentence: str
    target: str = ""


@register.filter
def error_links(forms: BaseForm | Iterable[BaseForm] | None) -> list[ErrorLink]:
    """The errors of a form, or of several (a formset), in the order of the fields."""
    if forms is None:
        return []
    several = [forms] if isinstance(forms, BaseForm) else list(forms)
    links: list[ErrorLink] = []
    for form in several:
        links += [ErrorLink("", str(sentence)) for sentence in form.non_field_errors()]
        for bound in form:
            links += [ErrorLink(str(bound.label), str(sentence), _target(bound)) for sentence in bound.errors]
    return links


def _target(bound: BoundField) -> str:
    if bound.is_hidden:
        return ""
    if bound.id_for_label:
        return bound.id_for_label
    # A group of radio buttons has no id of its own: its first one takes the focus.
    return f"{bound.auto_id}_0" if bound.auto_id else ""
