"""Finds a job by any of its titles, a commune by its name or postcode, a competence or a certification by its words.

What is typed is folded as the stored keys are (see `words`), each word counts as the start of a word while one types,
and PostgreSQL filters by an index. The order is the same every time; only jobs, communes, competences and
certifications are ordered, never people.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from defi.kernel import clock
from defi.reference import words
from defi.reference.models import Certification, Commune, Competence, Job

LONGEST_QUERY = 200
MOST_WORDS = 8
ALL, ANY = " & ", " | "
CODE_ROME = re.compile(r"[a-z][0-9]{1,4}")
# As plain words: "rncp 35506", "rncp n 35 506", "35506", "rs6117", and the code of a block.
SHEET = re.compile(r"(rncp|rs)? ?(?:n|no|numero|fiche)? ?([0-9][0-9 ]{0,8})(?:bc ?[0-9]{0,3})?")


@dataclass(frozen=True)
class JobFound:
    """A job, the title of it that answers what was typed, and which of the typed words that title holds."""

    job: Job
    title: str
    recognised: tuple[str, ...]
    unrecognised: tuple[str, ...] = ()


@dataclass(frozen=True)
class CommuneFound:
    """A current commune and the name that was found: its own, or that of a commune merged into it."""

    commune: Commune
    name: str


def search_jobs(text: str, limit: int = 10) -> list[JobFound]:
    """The jobs whose titles answer `text` best, at most `limit`, each once with its best title.

    Words may come in any order, unfinished, without accents, feminine or masculine. Titles with every word come
    first; when no title has them all, those with most of them. A ROME code, whole or begun, finds its job, then the
    jobs that ROME 4.0 split from it."""
    typed = words.words_of(text[:LONGEST_QUERY])[:MOST_WORDS]
    if not typed or limit < 1:
        return []
    if len(typed) == 1 and CODE_ROME.fullmatch(typed[0]):
        return _jobs_by_code(typed[0].upper(), limit)
    found = _titles(typed, ALL, limit)
    if not found and len(typed) > 1:
        found = _titles(typed, ANY, limit)
    jobs = Job.objects.in_bulk([job_id for job_id, _title, _key in found])
    return [
        JobFound(
            jobs[job_id],
            title,
            tuple(word for word in typed if words.held(word, key)),
            tuple(word for word in typed if not words.held(word, key)),
        )
        for job_id, title, key in found
    ]


def search_communes(text: str, limit: int = 10) -> list[CommuneFound]:
    """The current communes whose name, postcode or INSEE code answers `text`, the most populated first.

    "st" and "saint" are the same word; a merged commune leads to the one that succeeded it."""
    typed = words.commune_words(text[:LONGEST_QUERY])[:MOST_WORDS]
    if not typed or limit < 1:
        return []
    rows = _read(
        "SELECT DISTINCT ON (COALESCE(c.successor_id, c.code)) COALESCE(c.successor_id, c.code), c.name,"
        "  c.sort_key = %s AS same, c.current, COALESCE(c.population, 0) AS people, c.sort_key "
        "FROM reference_commune AS c WHERE c.search_words @@ %s::tsquery "
        "AND (c.current OR c.successor_id IS NOT NULL) "
        "ORDER BY COALESCE(c.successor_id, c.code), same DESC, c.current DESC, c.code",
        [words.commune_name(text[:LONGEST_QUERY]), ALL.join(f"{word}:*" for word in typed)],
    )
    rows.sort(key=lambda row: (not row[2], not row[3], -row[4], row[5], row[0]))
    communes = Commune.objects.select_related("basin").in_bulk([row[0] for row in rows[:limit]])
    return [CommuneFound(communes[code], name) for code, name, *_rest in rows[:limit]]


def search_competences(text: str, limit: int = 20, kind: Competence.Kind | None = None) -> list[Competence]:
    """The competences and knowledge that hold every word of `text`, the shortest label first."""
    typed = words.words_of(text[:LONGEST_QUERY])[:MOST_WORDS]
    if not typed or limit < 1:
        return []
    rows = _read(
        "SELECT c.id FROM reference_competence AS c "
        "WHERE c.search_words @@ %s::tsquery AND NOT c.removed "
        "AND (%s::text IS NULL OR c.kind = %s) ORDER BY length(c.label), c.sort_key, c.ogr, c.kind LIMIT %s",
        [ALL.join(_either(word) for word in typed), kind, kind, limit],
    )
    competences = Competence.objects.in_bulk([row[0] for row in rows])
    return [competences[row[0]] for row in rows]


def search_certifications(text: str, limit: int = 20, on_day: date | None = None) -> list[Certification]:
    """The certifications of a number, however it is typed and even begun, or whose title holds the words of `text`:
    those in force on that day (today) first. When no title has every word, those with most of them."""
    typed = words.plain(text[:LONGEST_QUERY])
    if not typed or limit < 1:
        return []
    number = SHEET.fullmatch(typed)
    day = on_day or clock.today()
    found = _by_number(number.group(1) or "", number.group(2), day, limit) if number else []
    found = found or _by_title(words.words_of(typed)[:MOST_WORDS], day, limit)
    certifications = Certification.objects.in_bulk(found)
    return [certifications[pk] for pk in found]


IN_FORCE = "(c.active AND (c.ends_on IS NULL OR c.ends_on >= %(day)s))"

NUMBERED = f"""
SELECT c.id FROM reference_certification AS c
WHERE (c.number LIKE %(begun)s OR c.number LIKE %(other)s) AND NOT c.removed
ORDER BY c.number = ANY(%(wanted)s) DESC, {IN_FORCE} DESC, length(c.number), c.number LIMIT %(limit)s
"""  # noqa: S608


def _by_number(register: str, typed: str, day: date, limit: int) -> list[int]:
    digits = typed.replace(" ", "").lstrip("0")
    if not digits:
        return []
    wanted = [f"{register.upper()}{digits}"] if register else [f"RNCP{digits}", f"RS{digits}"]
    # Two literals rather than an array: the index of the numbers answers them.
    begun, other = f"{wanted[0]}%", f"{wanted[-1]}%"
    rows = _read(NUMBERED, {"begun": begun, "other": other, "wanted": wanted, "day": day, "limit": limit})
    return [row[0] for row in rows]


CERTIFICATIONS = f"""
WITH hits AS (
    SELECT c.id, c.number, c.title, {IN_FORCE} AS alive, {{held}} AS held,
           c.search_words @@ %(whole)s::tsquery AS whole
    FROM reference_certification AS c
    WHERE c.search_words @@ %(query)s::tsquery AND NOT c.removed
)
SELECT id FROM hits WHERE held = (SELECT max(held) FROM hits)
ORDER BY alive DESC, whole DESC, length(title), title, number LIMIT %(limit)s
"""  # noqa: S608


def _by_title(typed: Sequence[str], day: date, limit: int) -> list[int]:
    each = {f"word_{number}": _either(word) for number, word in enumerate(typed)}
    asked = {"whole": ALL.join(words.fold(word) for word in typed), "day": day, "limit": limit}
    rows = _read(CERTIFICATIONS.format(held="0"), {**asked, "query": ALL.join(each.values())})
    if not rows and len(typed) > 1:
        held = " + ".join(f"(c.search_words @@ %({name})s::tsquery)::int" for name in each)
        rows = _read(CERTIFICATIONS.format(held=held), {**asked, **each, "query": ANY.join(each.values())})
    return [row[0] for row in rows]


TITLES = """
WITH hits AS (
    SELECT t.job_id, t.label, t.ogr, t.search_key, t.kind = 'PRINCIPALE' AS main, t.rarely_used,
           {held} AS held,
           t.search_words @@ %(whole)s::tsquery AS whole,
           starts_with(t.search_key, %(first)s) OR starts_with(t.search_key, %(folded)s) AS leads
    FROM reference_jobtitle AS t JOIN reference_job AS j ON j.id = t.job_id
    WHERE t.search_words @@ %(query)s::tsquery AND NOT t.removed AND NOT j.removed
), best AS (
    SELECT DISTINCT ON (job_id) * FROM hits
    ORDER BY job_id, held DESC, whole DESC, leads DESC, main DESC, rarely_used, length(label), label, ogr
)
SELECT job_id, label, search_key FROM best
ORDER BY held DESC, whole DESC, leads DESC, main DESC, rarely_used, length(label), label, ogr
LIMIT %(limit)s
"""


def _titles(typed: Sequence[str], operator: str, limit: int) -> list[tuple[int, str, str]]:
    """The best title of each job that answers, in order: job, title, its key.

    More words held, then words held whole, then the title that opens with the first word, then the official and the
    shortest title."""
    each = {f"word_{number}": _either(word) for number, word in enumerate(typed)}
    folded = [words.fold(word) for word in typed]
    # When every word is required, counting them says nothing.
    held = "0" if operator == ALL else " + ".join(f"(t.search_words @@ %({name})s::tsquery)::int" for name in each)
    return _read(
        TITLES.format(held=held),
        {
            **each,
            "query": operator.join(each.values()),
            "whole": ALL.join(folded),
            "first": typed[0],
            "folded": f"{folded[0]} ",
            "limit": limit,
        },
    )


def _jobs_by_code(code: str, limit: int) -> list[JobFound]:
    living = Job.objects.filter(removed=False)
    jobs = list(living.filter(code_rome__startswith=code).order_by("code_rome")[:limit])
    split = living.filter(parent_code=code).exclude(code_rome=code).order_by("code_rome")
    return [JobFound(job, job.label, (code.lower(),)) for job in [*jobs, *split][:limit]]


def _either(word: str) -> str:
    """The query for one typed word: something that begins so, or the same word in another gender or number.

    Words hold only letters and digits (see `words.plain`), so nothing typed can be read as an operator."""
    return f"({word}:* | {words.fold(word)})"


def _read(statement: str, parameters: Sequence[Any] | dict[str, Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return list(cursor.fetchall())
