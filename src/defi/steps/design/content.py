"""What a plan says, as plain values: kept by edition, seen by each party, compared in words. Pure.

Source: process.md, step 2; issue of the plan designed in turns. What each party sees of it is in `seeing`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from hashlib import sha256
from typing import Any

from django.utils.translation import gettext as _

from defi.steps.design.calendar.comparing import GroupDays, changed_days, changed_ties


@dataclass(frozen=True, slots=True)
class ModuleContent:
    """A module. Hours are whole hours per trainee; employers and lender are ids of organisations."""

    pk: int
    title: str
    kind: str
    centre: int = 0
    company: int = 0
    remote: int = 0
    situation: int = 0
    reason: str = ""
    place: str = ""
    on_platform: bool = False
    lender: int | None = None
    block: str = ""
    uncertified: bool = False
    for_employers: tuple[int, ...] = ()

    @property
    def hours(self) -> str:
        """`14 h`: all of them, wherever they are spent."""
        return hours(self.centre + self.company + self.remote + self.situation)


@dataclass(frozen=True, slots=True)
class CompetenceContent:
    """A competence wanted, by whom, and the modules (ids) that teach it or the reason why none does."""

    pk: int
    label: str
    asked_by: tuple[int, ...] = ()
    modules: tuple[int, ...] = ()
    gap_reason: str = ""
    uncertified: bool = False


@dataclass(frozen=True, slots=True)
class ContributionContent:
    """What an employer (id) brings, in which module (id) if one is named."""

    pk: int
    employer: int
    kind: str
    module: int | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class TailoringContent:
    """What differs from the standard programme, for one employer (id) or, without one, for all."""

    pk: int
    text: str
    employer: int | None = None


@dataclass(frozen=True, slots=True)
class Content:
    """The whole plan. `cost` is in euros, as text; `calendar` and `linguistic` are words.

    `calendar_rhythm` and `calendar_groups` say of the calendar what its words say, so that it is compared by days."""

    certification: str = ""
    blocks: tuple[str, ...] = ()
    rhythm: str = ""
    platform: str = ""
    specific: str = ""
    public_need: str = ""
    entry_level: str = ""
    entry_conditions: str = ""
    cost: str = ""
    linguistic: str = ""
    calendar: str = ""
    calendar_rhythm: str = ""
    calendar_groups: tuple[GroupDays, ...] = ()
    modules: tuple[ModuleContent, ...] = ()
    competences: tuple[CompetenceContent, ...] = ()
    contributions: tuple[ContributionContent, ...] = ()
    tailorings: tuple[TailoringContent, ...] = ()

    @property
    def hours_centre(self) -> int:
        """What counts as hours in centre: taught by the provider, on its premises or at a distance."""
        return sum(module.centre + module.remote for module in self.modules)

    @property
    def hours_company(self) -> int:
        """What counts as hours in company: periods there, and training in work situation."""
        return sum(module.company + module.situation for module in self.modules)


def as_json(content: Content) -> dict[str, Any]:
    """The content as an edition keeps it: what `from_json` reads back."""
    return asdict(content)


def from_json(kept: Mapping[str, Any]) -> Content:
    """The content of an edition; what it was made too early to say is left as it is by default."""
    parts: dict[str, type] = {
        "modules": ModuleContent,
        "competences": CompetenceContent,
        "contributions": ContributionContent,
        "tailorings": TailoringContent,
        "calendar_groups": GroupDays,
    }
    values: dict[str, Any] = {name: kept[name] for name in (f.name for f in fields(Content)) if name in kept}
    for name, kind in parts.items():
        values[name] = tuple(_part(kind, row) for row in kept.get(name, ()))
    values["blocks"] = tuple(kept.get("blocks", ()))
    return Content(**values)


def _part(kind: type, row: Mapping[str, Any]) -> Any:
    known = {f.name for f in fields(kind)}
    return kind(**{k: tuple(v) if isinstance(v, list) else v for k, v in row.items() if k in known})


REGION, PROVIDER, EMPLOYER = "region", "provider", "employer"


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that changed: `subject` as `Asked.subject` has it, what it is, what it was, what it is now; `fact` is
    which of the facts of its subject, whatever that is called on the screen."""

    subject: str
    what: str
    was: str
    now: str
    fact: str = ""

    @property
    def mark(self) -> str:
        """What tells later whether it is still so, without keeping the words."""
        return sha256(self.now.encode()).hexdigest()[:12]

    @property
    def sentence(self) -> str:
        return f"{self.what} : {self.was or _('rien')} → {self.now or _('rien')}"


Names = Mapping[int, str]


def differences(before: Content, after: Content, names: Names) -> list[Difference]:
    """What changed from one content to another, in words; `names` says the organisations (ids)."""
    found = _plan_differences(before, after, names)
    found += module_differences(before, after, names)
    found += _competence_differences(before, after, names)
    found += _listed("contribution", before.contributions, after.contributions, lambda c: contribution_words(c, names))
    found += _listed("tailoring", before.tailorings, after.tailorings, lambda t: tailoring_words(t, names))
    return found


def _plan_labels() -> dict[str, str]:
    return {
        "certification": _("Certification visée"),
        "rhythm": _("Rythme"),
        "platform": _("Plateau technique"),
        "specific": _("Ce qui diffère du programme habituel"),
        "public_need": _("Besoin du public"),
        "entry_level": _("Niveau à l'entrée"),
        "entry_conditions": _("Conditions d'entrée"),
        "cost": _("Coût par place"),
        "linguistic": _("DEFI linguistique"),
    }


def _plan_differences(before: Content, after: Content, names: Names) -> list[Difference]:
    found = [
        Difference("plan", label, getattr(before, name), getattr(after, name), name)
        for name, label in _plan_labels().items()
        if getattr(before, name) != getattr(after, name)
    ]
    found += _calendar_differences(before, after, names)
    if before.blocks != after.blocks:
        found.append(Difference("plan", _("Blocs visés"), ", ".join(before.blocks), ", ".join(after.blocks), "blocks"))
    for fact, label, was, now in (
        ("centre", _("Total en centre"), before.hours_centre, after.hours_centre),
        ("company", _("Total en entreprise"), before.hours_company, after.hours_company),
    ):
        if was != now:
            found.append(Difference("plan", label, hours(was), hours(now), fact))
    return found


def _calendar_differences(before: Content, after: Content, names: Names) -> list[Difference]:
    """The rhythm, then the days that changed; both calendars in full where one was kept before days were. Then whose
    each group is."""
    rows: list[tuple[str, str, str]] = []
    if before.calendar != after.calendar:
        if before.calendar_rhythm and after.calendar_rhythm:
            if before.calendar_rhythm != after.calendar_rhythm:
                rows.append((_("Calendrier, rythme"), before.calendar_rhythm, after.calendar_rhythm))
            rows += changed_days(before.calendar_groups, after.calendar_groups)
        rows = rows or [(_("Calendrier"), before.calendar, after.calendar)]
    rows += changed_ties(before.calendar_groups, after.calendar_groups, names)
    return [Difference("plan", what, was, now, f"calendar:{what}") for what, was, now in rows]


def hours(count: int) -> str:
    """`14 h`, never cut at the end of a line."""
    return f"{count}\u00a0h"


def kind_words(kind: str) -> str:
    """How a module stands beside the standard programme."""
    return {"kept": _("repris tel quel"), "adapted": _("adapté"), "added": _("ajouté")}.get(kind, kind)


def _module_facts(module: ModuleContent, names: Names) -> dict[str, tuple[str, str]]:
    """Each fact of a module by name: its label ("" for the hours, which speak for themselves) and its words."""
    where: tuple[tuple[int, str], ...] = ((module.centre, _("en centre")), (module.remote, _("à distance")))
    where += ((module.company, _("en entreprise")), (module.situation, _("en situation de travail")))
    return {
        "hours": ("", ", ".join(f"{hours(count)} {place}" for count, place in where if count)),
        "title": (_("intitulé"), module.title),
        "kind": (_("nature"), kind_words(module.kind)),
        "reason": (_("pourquoi"), module.reason),
        "place": (_("lieu"), module.place),
        "platform": (_("plateau technique"), _yes(module.on_platform)),
        "lender": (_("prêté par"), names.get(module.lender or 0, "")),
        "block": (_("bloc"), module.block),
        "uncertified": (_("sans certification"), _yes(module.uncertified)),
        "for": (_("pour"), ", ".join(names.get(pk, "") for pk in module.for_employers)),
    }


def _yes(value: bool) -> str:
    return _("oui") if value else _("non")


def module_differences(before: Content, after: Content, names: Names) -> list[Difference]:
    """What changed in the modules only: each with its hours and its facts."""
    was, now = {m.pk: m for m in before.modules}, {m.pk: m for m in after.modules}
    found = []
    for pk in [*was, *(pk for pk in now if pk not in was)]:
        old, new = was.get(pk), now.get(pk)
        subject = f"module:{pk}"
        if old is None or new is None:
            one = new or old
            assert one is not None
            words = f"{kind_words(one.kind)}, {_module_facts(one, names)['hours'][1]}"
            now_said = words if new else _("retiré")
            found.append(Difference(subject, one.title, words if old else "", now_said, "there"))
            continue
        if old == new:
            continue
        facts, then = _module_facts(new, names), _module_facts(old, names)
        for name, (label, words) in facts.items():
            if then[name][1] != words:
                what = f"{new.title}, {label}" if label else new.title
                found.append(Difference(subject, what, then[name][1], words, name))
    return found


def _competence_differences(before: Content, after: Content, names: Names) -> list[Difference]:
    was, now = {c.pk: c for c in before.competences}, {c.pk: c for c in after.competences}
    titles = {m.pk: m.title for m in (*before.modules, *after.modules)}
    found = []
    for pk in [*was, *(pk for pk in now if pk not in was)]:
        old, new = was.get(pk), now.get(pk)
        one = new or old
        assert one is not None
        subject, what = f"competence:{pk}", f"« {one.label} »"
        if old is None or new is None:
            there = _answer_words(one, titles)
            found.append(Difference(subject, what, there if old else "", there if new else _("retirée"), "there"))
            continue
        if old.label != new.label:
            found.append(Difference(subject, _("Compétence"), f"« {old.label} »", f"« {new.label} »", "label"))
        if (old.modules, old.gap_reason) != (new.modules, new.gap_reason):
            answers = _answer_words(old, titles), _answer_words(new, titles)
            found.append(Difference(subject, what, *answers, "answer"))
        if old.asked_by != new.asked_by:
            found.append(
                Difference(
                    subject,
                    _("%(what)s, demandée par") % {"what": what},
                    ", ".join(names.get(pk, "") for pk in old.asked_by),
                    ", ".join(names.get(pk, "") for pk in new.asked_by),
                    "asked_by",
                )
            )
        if old.uncertified != new.uncertified:
            found.append(
                Difference(
                    subject,
                    _("%(what)s, sans certification") % {"what": what},
                    _yes(old.uncertified),
                    _yes(new.uncertified),
                    "uncertified",
                )
            )
    return found


def _answer_words(competence: CompetenceContent, titles: Mapping[int, str]) -> str:
    """Where a competence is taught, or why it is not."""
    if competence.modules:
        return ", ".join(titles.get(pk, "") for pk in competence.modules)
    if competence.gap_reason:
        return _("pas enseignée : %(reason)s") % {"reason": competence.gap_reason}
    return _("sans réponse")


def contribution_kinds() -> dict[str, str]:
    """What an employer may bring, in words."""
    return {
        "visit": _("visite de l'entreprise"),
        "equipment": _("matériel prêté"),
        "tutor": _("tuteur"),
        "jury": _("membre du jury"),
        "teaching": _("intervention en formation"),
    }


def contribution_words(contribution: ContributionContent, names: Names) -> tuple[str, str]:
    """Who brings, and what."""
    what = contribution_kinds().get(contribution.kind, contribution.kind)
    words = f"{what}, {contribution.detail}" if contribution.detail else what
    return _("Apport de %(name)s") % {"name": names.get(contribution.employer, "")}, words


def tailoring_words(tailoring: TailoringContent, names: Names) -> tuple[str, str]:
    """For whom something differs, and what."""
    if tailoring.employer is None:
        return _("Ce qui diffère, pour tous"), tailoring.text
    return _("Ce qui diffère, pour %(name)s") % {"name": names.get(tailoring.employer, "")}, tailoring.text


def _listed(
    subject: str, before: Iterable[Any], after: Iterable[Any], say: Callable[[Any], tuple[str, str]]
) -> list[Difference]:
    """Rows that come and go; one that is no longer the same went, and came back."""
    was, now = {row.pk: row for row in before}, {row.pk: row for row in after}
    gone = [(say(row), True) for pk, row in was.items() if now.get(pk) != row]
    came = [(say(row), False) for pk, row in now.items() if was.get(pk) != row]
    return [
        Difference(subject, what, words if left else "", _("retiré") if left else words)
        for (what, words), left in gone + came
    ]
