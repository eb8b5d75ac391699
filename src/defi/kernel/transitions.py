"""One table per thing that has states; buttons, permission matrix, API answers and tests are generated from it.

A verb without states (recording an exchange) is declared with `verb(...)`: the same registry tells who may.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext as _

from defi.kernel.access import WHO_LABELS, Actor, Who
from defi.kernel.refusals import Invalid, NotAllowed, WrongState

Text = str | LazyText
NOTHING = ""


@dataclass(frozen=True, slots=True)
class Verb:
    """Something an actor does. `label` is what the button says; `who` the roles that may.

    `asked_by` names the verb whose link opens this one too: who is asked to sign may refuse to."""

    name: str
    label: Text
    who: frozenset[Who]
    needs_reason: bool = False
    asked_by: str = ""

    def allows(self, actor: Actor) -> bool:
        """Whether the actor's role may do this; the bearer of a link only the verb of the link, or its refusal."""
        if actor.who is Who.LINK and (actor.link is None or actor.link.verb not in {self.name, self.asked_by}):
            return False
        return actor.who in self.who

    def check(self, actor: Actor, reason: str = "") -> None:
        """Raise `NotAllowed` unless the actor's role may do this, `Invalid` when the reason is missing."""
        if not self.allows(actor):
            raise NotAllowed(
                _("« %(verb)s » revient à : %(who)s.") % {"verb": self.label, "who": say_who(self.who)},
            )
        if self.needs_reason and not reason.strip():
            raise Invalid.field("reason", _("Indiquez le motif : il est conservé et montré aux personnes concernées."))


@dataclass(frozen=True, slots=True)
class Transition:
    """A row of a table: this verb takes the thing from one of `sources` to `target`. An empty source creates it."""

    verb: Verb
    sources: frozenset[str]
    target: str
    asks: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return self.verb.name

    @property
    def label(self) -> Text:
        return self.verb.label


VERBS: dict[str, Verb] = {}
TABLES: dict[str, Table] = {}


class Table:
    """The states of one thing and the ways between them.

    >>> PROMISE = Table("promise", {"made": _("promise faite"), ...}, [move("promise.withdraw", ...), ...])
    """

    def __init__(self, thing: str, states: Mapping[str, Text], transitions: Iterable[Transition]) -> None:
        self.thing = thing
        self.states = dict(states)
        self.transitions = tuple(transitions)
        unknown = {t.target for t in self.transitions} | {s for t in self.transitions for s in t.sources}
        unknown -= {*self.states, NOTHING}
        if unknown:
            raise ValueError(f"table {thing}: unknown states {sorted(unknown)}")
        TABLES[thing] = self

    @property
    def choices(self) -> list[tuple[str, Text]]:
        return list(self.states.items())

    def take(self, verb: str, actor: Actor, state: str, reason: str = "") -> Transition:
        """The transition `verb` from `state`, once the actor and the reason are checked.

        Raises `NotAllowed` (role), `Invalid` (reason missing), `WrongState` (not from here)."""
        rows = [t for t in self.transitions if t.name == verb]
        if not rows:
            raise KeyError(f"{verb} is not a verb of {self.thing}")
        rows[0].verb.check(actor, reason)
        for row in rows:
            if state in row.sources:
                return row
        raise WrongState(
            _("« %(verb)s » n'est pas possible dans l'état « %(state)s ».")
            % {"verb": rows[0].label, "state": self.states.get(state, state)}
        )

    def open_to(self, actor: Actor, state: str) -> list[Transition]:
        """The transitions this actor may start from `state`: the buttons of the page."""
        return [t for t in self.transitions if state in t.sources and t.verb.allows(actor)]


def verb(name: str, label: Text, who: Iterable[Who], *, reason: bool = False, asked_by: str = "") -> Verb:
    """Declare a verb once; two declarations of one name must agree."""
    declared = Verb(name, label, frozenset(who), reason, asked_by)
    known = VERBS.setdefault(name, declared)
    if (known.who, known.needs_reason, known.asked_by) != (declared.who, reason, asked_by):
        raise ValueError(f"verb {name} is declared twice, differently")
    return known


def move(
    name: str,
    label: Text,
    sources: str | Iterable[str],
    target: str,
    who: Iterable[Who],
    *,
    reason: bool = False,
    asks: tuple[str, ...] = (),
    asked_by: str = "",
) -> Transition:
    """A transition for a `Table`; `sources` is one state, several, or NOTHING for a creation."""
    froms = frozenset({sources} if isinstance(sources, str) else sources)
    return Transition(verb(name, label, who, reason=reason, asked_by=asked_by), froms, target, asks)


def say_who(who: Iterable[Who]) -> str:
    """The roles in words, in a stable order."""
    return ", ".join(str(WHO_LABELS[role]) for role in Who if role in set(who))
