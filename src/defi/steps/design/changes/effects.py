"""What a request does to hours, calendar, competences, approvals and to what other rooms keep: pure.

Shown before it is sent, and computed again for whoever decides. Source: issue of the plan, « During the training »."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from defi.steps.design.calendar.durations import day_words, duration_words
from defi.steps.design.calendar.rules import Closed
from defi.steps.design.changes.lines import Change, applied, lost_competences, title_faults
from defi.steps.design.changes.relaying import GroupLaid, again_sentences, gap_sentences, laid_again, prefixed
from defi.steps.design.content import EMPLOYER, Content, hours
from defi.steps.design.seeing import touched


@dataclass(frozen=True, slots=True)
class Hours:
    """Whole hours per trainee, as they are counted: at a distance with the centre, in work situation with the
    company."""

    centre: int
    company: int

    @property
    def total(self) -> int:
        return self.centre + self.company


@dataclass(frozen=True, slots=True)
class Taught:
    """Of a module: minutes of its half-days up to today, and how many half-days to come name it."""

    minutes: int = 0
    to_come: int = 0


@dataclass(frozen=True, slots=True)
class Told:
    """An employer whom the change touches, and the competences and modules it asked for that change."""

    organisation: int
    name: str
    about: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Effect:
    """What the page shows: hours before and after, those of the session, sentences. `faults` keep it from being sent;
    `approvals` names who is asked again."""

    before: Hours
    after: Hours
    session: Hours | None = None
    calendar: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    employers: tuple[Told, ...] = ()
    approvals: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()

    @property
    def rows(self) -> list[tuple[str, int, int, int | None]]:
        """A line of the table of hours: where, before, after, what the session counts."""
        session = self.session
        return [
            (_("En centre"), self.before.centre, self.after.centre, session.centre if session else None),
            (_("En entreprise"), self.before.company, self.after.company, session.company if session else None),
            (_("En tout"), self.before.total, self.after.total, session.total if session else None),
        ]

    @property
    def session_sentence(self) -> str:
        """How the hours after stand to those of the session, which the order and EOS hold."""
        return hours_gap(self.after, self.session, _("la session (bon de commande et EOS)")) if self.session else ""


@dataclass(frozen=True, slots=True)
class Ground:
    """What the effect is computed from, besides the plan: session, calendar, what was taught, who takes part.

    `parties` are pairs of an organisation (id) and its quality, `approved` those whose approval stands."""

    today: date
    effective_on: date
    starts_on: date
    ends_on: date
    session: Hours | None = None
    groups: tuple[GroupLaid, ...] = ()
    closed: tuple[Closed, ...] = ()
    taught: Mapping[int, Taught] = field(default_factory=dict)
    parties: Sequence[tuple[int, str]] = ()
    approved: frozenset[int] = frozenset()
    names: Mapping[int, str] = field(default_factory=dict)

    @property
    def from_on(self) -> date:
        """From when half-days may change: the day of effect, never a day gone by."""
        return max(self.effective_on, self.today)


def counted(content: Content) -> Hours:
    """The hours of a plan."""
    return Hours(content.hours_centre, content.hours_company)


def effect(content: Content, change: Change, ground: Ground) -> Effect:
    """What the change does to this plan; sentences of other rooms are added by `with_others`."""
    after = applied(content, change)
    calendar, impossible = calendar_effect(change, ground, counted(after))
    concerned = touched(content, after, ground.parties)
    employers = [pk for pk, quality in ground.parties if quality == EMPLOYER and pk in concerned]
    return Effect(
        before=counted(content),
        after=counted(after),
        session=ground.session,
        calendar=tuple(calendar),
        employers=tuple(Told(pk, ground.names.get(pk, ""), about(content, after, pk)) for pk in employers),
        approvals=tuple(ground.names.get(pk, "") for pk in employers if pk in ground.approved),
        faults=(
            *date_faults(ground),
            *([] if not change.is_empty else [_("La demande ne change encore rien : dites ce qui doit changer.")]),
            *title_faults(content, change),
            *_no_module(after),
            *taught_faults(change, ground.taught),
            *_lost(content, after),
            *impossible,
        ),
    )


def with_others(found: Effect, sentences: Sequence[str]) -> Effect:
    """The effect with what the other rooms say of it."""
    return replace(found, others=tuple(sentences))


def calendar_effect(change: Change, ground: Ground, after: Hours) -> tuple[list[str], list[str]]:
    """What becomes of the calendar, and what keeps it from being laid again."""
    laid = [group for group in ground.groups if group.half_days]
    if not laid and not change.calendar:
        return [_("Le calendrier n'est pas posé : il n'a rien à perdre ni à gagner.")], []
    said: list[str] = []
    faults: list[str] = []
    wanted = (after.centre, after.company)
    several = len(ground.groups) > 1
    for group in ground.groups if change.calendar else laid:
        if change.calendar is None:
            said += prefixed(group, gap_sentences(group, wanted, ground.from_on), several=several)
            continue
        was, now = (replace(one, closed=ground.closed) for one in (change.calendar.was, change.calendar.now))
        layout = laid_again(group, was, now, wanted, ground.starts_on, ground.from_on)
        faults += prefixed(group, layout.faults, several=several)
        if not layout.faults:
            sentences = again_sentences(layout.half_days, ground.from_on, (ground.starts_on, ground.ends_on))
            said += prefixed(group, sentences, several=several)
    if not said and not faults:
        said = [_("Le calendrier tombe toujours juste : aucune demi-journée n'est à changer.")]
    return said, faults


def date_faults(ground: Ground) -> list[str]:
    """A change takes effect within the session."""
    if ground.today > ground.ends_on:
        return [_("La session est terminée : le plan ne change plus.")]
    if not ground.starts_on <= ground.effective_on <= ground.ends_on:
        return [
            _("La date d'effet est hors de la session, qui va du %(first)s au %(last)s : choisissez un de ses jours.")
            % {"first": day_words(ground.starts_on), "last": day_words(ground.ends_on)}
        ]
    return []


def effective_fault(effective_on: date, today: date) -> str:
    """The sentence for a day of effect gone by, or nothing: what was done is not changed."""
    if effective_on >= today:
        return ""
    return _("Le %(day)s est passé : ce qui est fait ne change plus. Choisissez aujourd'hui, ou un jour à venir.") % {
        "day": day_words(effective_on)
    }


def taught_faults(change: Change, taught: Mapping[int, Taught]) -> list[str]:
    """A module that was taught stays, with the hours it has had at least; sheets opened ahead name theirs."""
    faults = []
    for line in change.modules:
        done = taught.get(line.module, Taught())
        words = {"title": line.title, "done": duration_words(done.minutes)}
        if line.now is None and done.minutes:
            faults.append(
                _("« %(title)s » a déjà été enseigné (%(done)s) : changez-le, il ne peut plus être retiré.") % words
            )
        elif line.now is None and done.to_come:
            faults.append(
                _("Des feuilles d'émargement à venir nomment « %(title)s » : changez-les d'abord, puis retirez-le.")
                % words
            )
        elif line.now is not None and sum(line.now.hours) * 60 < done.minutes:
            faults.append(
                _("« %(title)s » a déjà %(done)s d'émargement : il ne peut pas compter %(n)s seulement.")
                % (words | {"n": hours(sum(line.now.hours))})
            )
    return faults


def _no_module(after: Content) -> list[str]:
    return [] if after.modules else [_("Le plan n'aurait plus aucun module.")]


def _lost(before: Content, after: Content) -> list[str]:
    return [
        _("« %(label)s » n'aurait plus aucun module : reliez-la à un autre module dans la même demande.")
        % {"label": label}
        for label in lost_competences(before, after)
    ]


def about(before: Content, after: Content, firm: int) -> tuple[str, ...]:
    """What changes for a firm: its competences, the modules that teach them or are made for it, the rhythm, the total
    of hours."""
    was, now = {m.pk: m for m in before.modules}, {m.pk: m for m in after.modules}
    changed = {pk for pk in {*was, *now} if was.get(pk) != now.get(pk)}
    taught = {c.pk: set(c.modules) for c in before.competences}
    labels, modules = [], set()
    for row in after.competences:
        modules_of = set(row.modules) | taught.get(row.pk, set())
        if firm in row.asked_by and (set(row.modules) != taught.get(row.pk) or modules_of & changed):
            labels.append(f"« {row.label} »")
            modules |= modules_of & changed
    modules |= {m.pk for m in (*was.values(), *now.values()) if m.pk in changed and firm in m.for_employers}
    titles = [(now.get(pk) or was[pk]).title for pk in sorted(modules, key=abs)]
    said = [*labels, *titles]
    if (before.rhythm, before.calendar) != (after.rhythm, after.calendar):
        said.append(_("le rythme"))
    if counted(before) != counted(after):
        said.append(_("le total d'heures"))
    return tuple(said)


def hours_gap(after: Hours, wanted: Hours, what: str) -> str:
    """« 7 h de plus en centre, 7 h de moins en entreprise que la session »; or that they are the same."""
    gaps = [
        (_("%(n)s de plus %(where)s") if gap > 0 else _("%(n)s de moins %(where)s"))
        % {"n": hours(abs(gap)), "where": where}
        for gap, where in (
            (after.centre - wanted.centre, _("en centre")),
            (after.company - wanted.company, _("en entreprise")),
        )
        if gap
    ]
    if not gaps:
        return _("Les heures sont celles de %(what)s.") % {"what": what[:1].lower() + what[1:]}
    return _("%(gaps)s que %(what)s.") % {"gaps": ", ".join(gaps), "what": what}


# As a row keeps it


def as_json(found: Effect) -> dict[str, Any]:
    """The effect as a row keeps it: what `from_json` reads back."""
    return asdict(found)


def from_json(kept: Mapping[str, Any]) -> Effect | None:
    """The effect of a row; None while nothing was asked."""
    if not kept:
        return None
    return Effect(
        before=Hours(**kept["before"]),
        after=Hours(**kept["after"]),
        session=Hours(**kept["session"]) if kept["session"] else None,
        employers=tuple(Told(e["organisation"], e["name"], tuple(e["about"])) for e in kept["employers"]),
        **{name: tuple(kept[name]) for name in ("calendar", "others", "approvals", "faults")},
    )
