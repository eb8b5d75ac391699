"""Pure rules of promises and pairings. Source: process.md, « The conformity rule »."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from defi.kernel.documents.french import long_date
from defi.schemes.conformity import VERDICT_LABELS, Conformity, Verdict
from defi.schemes.months import last_day_of

MOST_POSTS = 40


@dataclass(frozen=True, slots=True)
class Span:
    """A pairing's life: active on a day d when `paired_on <= d` and (`ended_on` is None or `d < ended_on`)."""

    candidacy_id: int
    paired_on: date
    ended_on: date | None
    counts: bool

    def active_on(self, day: date) -> bool:
        return self.paired_on <= day and (self.ended_on is None or day < self.ended_on)


def paired_on(spans: Iterable[Span], people: frozenset[int], day: date) -> int:
    """How many of `people` (candidacy ids) were in an active pairing with a conforming promise that day."""
    return len({s.candidacy_id for s in spans if s.counts and s.candidacy_id in people and s.active_on(day)})


@dataclass(frozen=True, slots=True)
class Worth:
    """What makes a promise count: its contract conforms, and it is not suspended."""

    conforms: bool
    state: str

    @property
    def counts(self) -> bool:
        return self.conforms and self.state != "suspended"


@dataclass(frozen=True, slots=True)
class Change:
    """What a promise was before it changed; None for what did not change."""

    promise: int
    conforms: bool | None
    state: str | None


def worth_on(now: Mapping[int, Worth], later: Iterable[Change]) -> dict[int, Worth]:
    """What promises were worth at the end of a past day: what changed `later`, the newest first, is undone.

    A promise made since was worth then what it was when it was made. The conformity rule: « the history gives the gauge
    of any past day » (process.md)."""
    then = dict(now)
    for change in later:
        known = then[change.promise]
        then[change.promise] = Worth(
            known.conforms if change.conforms is None else change.conforms, change.state or known.state
        )
    return then


GONE = frozenset({"declined", "withdrawn", "no_show", "left", "merged"})


def is_gone(candidacy_state: str) -> bool:
    """Whether a candidacy in this state has left the group: nobody recruits them through it any more."""
    return candidacy_state in GONE


def employer_is_awaited(
    *, employer: str, person: str, candidacy: str, promise: str, is_paired: bool, has_room: bool, is_over: bool
) -> bool:
    """Whether an employer still has to say what it thinks of somebody it met: they may still be paired together, and
    the person did not say no. Source: process.md, step 5; an answer that changes nothing is asked of nobody."""
    together = promise == "made" and has_room and not is_paired and not is_over
    return together and employer == "awaited" and person != "no" and not is_gone(candidacy) and candidacy != "completed"


def pairing_fault(*, met_on: date | None, promise: str, has_room: bool) -> str:
    """The sentence when two who said yes cannot be paired yet, or nothing: only what was said after they met counts
    (process.md, step 5: « candidates oriented, met, selected, confirmed; each paired with a promise »)."""
    if promise == "withdrawn":
        return _("Cette promesse est retirée : il n'y a plus de poste à prendre.")
    if promise == "suspended":
        return _("Cette promesse est suspendue : attendez que l'employeur la reprenne.")
    if met_on is None:
        return _("Le jour de leur rencontre n'est pas noté : notez-le d'abord, on n'appaire que qui s'est rencontré.")
    return "" if has_room else _("Tous les postes de cette promesse sont pris.")


LONGEST_TRAVEL = 240


def travel_fault(minutes: int | None, means: str) -> dict[str, str]:
    """The sentences when a way to work is said by half, or cannot be; by field."""
    if minutes is None and not means:
        return {}
    if minutes is None:
        return {"travel_minutes": _("Indiquez aussi combien de minutes, ou effacez le moyen.")}
    if not 1 <= minutes <= LONGEST_TRAVEL:
        return {"travel_minutes": _("Indiquez de 1 à %(n)d minutes, pour l'aller.") % {"n": LONGEST_TRAVEL}}
    return {} if means else {"travel_by": _("Indiquez aussi par quel moyen, ou effacez les minutes.")}


def yes_fault(said: str | None, before: str, *, pay_known: bool) -> str:
    """The sentence when a person cannot say yes yet: the gross pay is shown to them first (process.md, step 5)."""
    if said != "yes" or before == "yes" or pay_known:
        return ""
    return _(
        "Le salaire brut n'est pas noté : la personne le lit avant de dire oui. L'employeur ou l'organisme de "
        "formation le note sur la page de la promesse, puis le oui s'enregistre."
    )


def length_fault(months: int | None, days: int | None, starts_on: date | None, ends_on: date | None) -> dict[str, str]:
    """The sentence when a length and two dates say two things; by field. Months count as in `schemes.months`: the dates
    would win silently, and six months typed for seven would be found conform."""
    if not (months or days) or starts_on is None or ends_on is None or ends_on <= starts_on:
        return {}
    last = last_day_of(starts_on, months or 0) + timedelta(days=days or 0)
    if last == ends_on:
        return {}
    return {
        "ends_on": _(
            "La durée et les dates ne disent pas la même chose : cette durée, depuis le %(start)s, finit le %(last)s. "
            "Corrigez la fin, ou effacez la durée."
        )
        % {"start": long_date(starts_on), "last": long_date(last)}
    }


ALTERNATING = frozenset({"professionalisation", "apprenticeship"})
"""Contracts that hold the training itself: they begin with it."""


def out_of_step(contract: str, starts_on: date | None, ends_on: date | None, training_ends: date | None) -> str:
    """The warning when a contract and the training cannot follow one another, or nothing. No rule refuses it: a promise
    engages to recruit « à l'issue de la formation » (text of the promise, rulebook), and dates may still move."""
    if training_ends is None or contract in ALTERNATING:
        return ""
    words = {"training": long_date(training_ends)}
    if ends_on is not None and ends_on <= training_ends:
        said = _("Ce contrat finit le %(day)s, et la formation le %(training)s") % {**words, "day": long_date(ends_on)}
    elif starts_on is not None and starts_on < training_ends:
        said = _("Ce contrat commence le %(day)s, avant la fin de la formation, le %(training)s") % {
            **words,
            "day": long_date(starts_on),
        }
    else:
        return ""
    return _("%(said)s : une promesse engage à recruter à l'issue de la formation. Vérifiez ses dates.") % {
        "said": said
    }


def posts_fault(posts: int) -> str:
    """The sentence when a promise cannot have that many posts, or nothing."""
    if posts < 1:
        return _("Une promesse porte sur un poste au moins.")
    if posts > MOST_POSTS:
        return _("Une promesse porte sur %(n)d postes au plus : vérifiez le nombre.") % {"n": MOST_POSTS}
    return ""


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """Which posts go: free ones first, then those of the people named."""

    free: int
    people: tuple[int, ...]


def share_withdrawal(posts: int, free: int, paired: Sequence[int], named: Sequence[int]) -> Withdrawal | str:
    """How `posts` posts are withdrawn from a promise with `free` free posts and the `paired` candidacies.

    Returns the sentence to show when the people concerned are not all named: nobody's pairing is broken by default."""
    total = free + len(paired)
    if posts < 1 or posts > total:
        return ngettext(
            "Cette promesse a encore %(n)d poste : retirez-en de 1 à %(n)d.",
            "Cette promesse a encore %(n)d postes : retirez-en de 1 à %(n)d.",
            total,
        ) % {"n": total}
    if posts == total:
        return Withdrawal(free, tuple(paired))
    strangers = [person for person in named if person not in paired]
    if strangers:
        return _("Une des personnes indiquées n'est pas appairée avec cette promesse.")
    from_free = min(free, posts - len(named))
    if from_free + len(named) != posts:
        wanted = max(0, posts - free)
        return ngettext(
            "Il faut retirer %(n)d poste déjà pris : indiquez la personne concernée.",
            "Il faut retirer %(n)d postes déjà pris : indiquez les %(n)d personnes concernées.",
            wanted,
        ) % {"n": wanted}
    return Withdrawal(from_free, tuple(named))


def say(conformity: Conformity, *, is_finding: bool, to_confirm: int = 0) -> str:
    """The gauge in one sentence, with what is missing. `to_confirm`: pairings made that do not count yet, because the
    person has not said that they come."""
    counts = conformity.counts
    paired = ngettext("%(n)d appairé", "%(n)d appairés", counts.paired) % {"n": counts.paired}
    if to_confirm:
        paired = _say_made(counts.paired + to_confirm, counts.paired)
    people = (
        ngettext("%(n)d entré", "%(n)d entrés", counts.people)
        if is_finding
        else ngettext("%(n)d confirmé", "%(n)d confirmés", counts.people)
    ) % {"n": counts.people}
    seats = ngettext("%(n)d place Région", "%(n)d places Région", counts.seats) % {"n": counts.seats}
    head = f"{paired}, {people}, {seats}"
    return f"{head} : {say_verdict(conformity) if is_finding else say_forecast(conformity)}."


def _say_made(made: int, counting: int) -> str:
    """« 8 appairages, aucun ne compte encore »: who has just paired somebody reads it here."""
    pairings = ngettext("%(n)d appairage", "%(n)d appairages", made) % {"n": made}
    if not counting:
        return _("%(pairings)s mais aucun ne compte encore") % {"pairings": pairings}
    return ngettext("%(pairings)s dont %(n)d qui compte", "%(pairings)s dont %(n)d qui comptent", counting) % {
        "pairings": pairings,
        "n": counting,
    }


def say_forecast(conformity: Conformity) -> str:
    """Before the start nothing is lost: under the minimum, what is still to be found."""
    if conformity.verdict is not Verdict.NOT_DEFI or conformity.refused or conformity.apart_breaks:
        return say_verdict(conformity)
    if conformity.minimum is None:
        return _("moins de 6 personnes confirmées à ce jour")
    missing = ngettext("il manque %(n)d appairage", "il manque %(n)d appairages", conformity.missing) % {
        "n": conformity.missing
    }
    return _("sous le minimum de %(n)d, %(missing)s") % {"n": conformity.minimum, "missing": missing}


def say_verdict(conformity: Conformity) -> str:
    """The state in words, with the minimum and the number missing."""
    if conformity.apart_breaks:
        n = conformity.counts.apart - conformity.counts.apart_conforming
        return ngettext(
            "pas DEFI, %(n)d place d'un autre financement ne vise pas un contrat durable",
            "pas DEFI, %(n)d places d'autres financements ne visent pas un contrat durable",
            n,
        ) % {"n": n}
    if conformity.refused:
        return _("pas DEFI, admission refusée par la Région")
    if conformity.minimum is None:
        return _("pas DEFI, moins de 6 stagiaires financés par la Région")
    minimum = _("minimum %(n)d") % {"n": conformity.minimum}
    if conformity.to_confirm:
        minimum += " " + _("(règle à confirmer par la Région)")
    if conformity.verdict is Verdict.NOT_DEFI:
        missing = ngettext("il en manque %(n)d", "il en manque %(n)d", conformity.missing) % {"n": conformity.missing}
        return _("pas DEFI, %(minimum)s, %(missing)s") % {"minimum": minimum, "missing": missing}
    words = {
        Verdict.TARGET: _("objectif atteint, %(minimum)s"),
        Verdict.TO_DECIDE: _("%(minimum)s atteint, admission à décider"),
        Verdict.ADMITTED: _("admise par la Région, %(minimum)s"),
    }
    return words[conformity.verdict] % {"minimum": minimum}


def label_of(conformity: Conformity, *, is_finding: bool) -> str:
    """The state in a few words, that agree with the counts: before the start, what keeps it from being DEFI."""
    if conformity.verdict is not Verdict.NOT_DEFI or is_finding or conformity.refused:
        return str(VERDICT_LABELS[conformity.verdict])
    if conformity.minimum is None:
        return _("moins de 6 confirmés à ce jour")
    if conformity.missing:
        return _("sous le minimum à ce jour")
    return _("une place d'un autre financement à revoir")


def say_past(conformity: Conformity, to_confirm: int) -> str:
    """The gauge of a day gone by, told in the past: pairings that counted, those whose person had not confirmed yet."""
    counts = conformity.counts
    people = ngettext("%(n)d personne attendue", "%(n)d personnes attendues", counts.people) % {"n": counts.people}
    seats = ngettext("%(n)d place Région", "%(n)d places Région", counts.seats) % {"n": counts.seats}
    head = ngettext(
        "Ce jour-là, %(n)d appairage comptait (%(people)s, %(seats)s) : %(state)s.",
        "Ce jour-là, %(n)d appairages comptaient (%(people)s, %(seats)s) : %(state)s.",
        counts.paired,
    ) % {"n": counts.paired, "people": people, "seats": seats, "state": _past_state(conformity)}
    if not to_confirm:
        return head
    waiting = ngettext(
        "%(n)d appairage attendait que la personne confirme sa venue.",
        "%(n)d appairages attendaient que la personne confirme sa venue.",
        to_confirm,
    ) % {"n": to_confirm}
    return f"{head} {waiting}"


def _past_state(conformity: Conformity) -> str:
    if conformity.refused:
        return _("l'admission était refusée par la Région")
    if conformity.minimum is None:
        return _("moins de 6 personnes étaient attendues")
    words = {"n": conformity.minimum, "missing": conformity.missing}
    if conformity.missing:
        return (
            ngettext(
                "sous le minimum de %(n)d, il manquait %(missing)d appairage",
                "sous le minimum de %(n)d, il manquait %(missing)d appairages",
                conformity.missing,
            )
            % words
        )
    if conformity.apart_breaks:
        return _("le minimum de %(n)d était atteint, mais une place d'un autre financement ne convenait pas") % words
    return {
        Verdict.TARGET: _("l'objectif était atteint, minimum %(n)d"),
        Verdict.TO_DECIDE: _("le minimum de %(n)d était atteint, l'admission restait à décider"),
        Verdict.ADMITTED: _("la session était admise par la Région, minimum %(n)d"),
    }[conformity.verdict] % words


def say_to_confirm(n: int) -> str:
    """Pairings that will count once the person has confirmed that they come."""
    return ngettext(
        "%(n)d appairage attend que la personne confirme sa venue.",
        "%(n)d appairages attendent que la personne confirme sa venue.",
        n,
    ) % {"n": n}
