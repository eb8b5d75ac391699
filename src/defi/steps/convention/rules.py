"""Pure rules of the signing: dates, title, who signs, what is missing, back-planning. Source: process.md, step 7."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, time

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from defi.kernel.documents.french import long_date
from defi.schemes.rulebook import Deadline
from defi.steps.design.calendar.rules import holiday
from defi.steps.pairing.wording import joined

TITLE_LENGTH = 200
MOST_OPTIONS = 8
EARLIEST, LATEST = time(7), time(21)
SATURDAY = 5

KIND_LABELS: dict[str, str | LazyText] = {
    "provider": gettext_lazy("l'organisme de formation"),
    "mission_locale": gettext_lazy("la Mission locale"),
    "france_travail": gettext_lazy("l'agence France Travail"),
    "employer": gettext_lazy("chaque employeur qui promet un emploi"),
    "region": gettext_lazy("la Région"),
}


def convention_title(training: str, eos_number: str) -> str:
    """The title of the convention, which carries the EOS number (seed 001, step 7: « intitulé (n° EOS) »)."""
    end = _title_end(eos_number)
    return training[: TITLE_LENGTH - len(end)] + end


def training_of(title: str, eos_number: str) -> str:
    """The title without the number of its session, for the sentences that give the number apart."""
    return title.removesuffix(_title_end(eos_number)) or title


def _title_end(eos_number: str) -> str:
    return _(", session EOS n° %(number)s") % {"number": eos_number}


def title_fault(title: str, eos_number: str) -> str:
    """The sentence when a title does not carry the EOS number, or nothing."""
    if not eos_number:
        return _(
            "Le numéro EOS de la session n'est pas encore noté : saisissez la session dans EOS, puis notez-le ici."
        )
    if eos_number not in title:
        return _("L'intitulé de la convention porte le numéro EOS de la session : %(number)s.") % {"number": eos_number}
    if len(title) > TITLE_LENGTH:
        return _("L'intitulé est trop long : %(n)d signes au plus.") % {"n": TITLE_LENGTH}
    return ""


def ceremony_is_over(on: date, *, signed: bool, today: date) -> bool:
    """Whether the ceremony of the day `on` took place: the day is past, and nothing is left to sign.

    Signed by all beforehand, people still gather: it may move until then (seed 001, step 7)."""
    return signed and on < today


def option_fault(on: date, *, today: date, ends_on: date) -> str:
    """The sentence when a ceremony cannot be held that day, or nothing: to come, and before the training is over."""
    if on < today:
        return _("Le %(date)s est passé : proposez une date à venir.") % {"date": long_date(on)}
    if on > ends_on:
        return _(
            "Le %(date)s vient après la fin de la formation (%(end)s) : la convention se signe avant son terme."
        ) % {
            "date": long_date(on),
            "end": long_date(ends_on),
        }
    return ""


def hour_fault(at: time) -> str:
    """The sentence when nobody comes to a ceremony at that hour, or nothing."""
    if EARLIEST <= at <= LATEST:
        return ""
    return _("À %(hour)d h %(minute)02d, personne ne viendrait : une signature commence entre 7 h et 21 h.") % {
        "hour": at.hour,
        "minute": at.minute,
    }


def unusual_day(on: date) -> str:
    """Why few may come to a ceremony that day, in words; nothing for a usual one."""
    if name := holiday(on):
        return _("jour férié (%(name)s)") % {"name": name}
    if on.weekday() < SATURDAY:
        return ""
    return _("un samedi") if on.weekday() == SATURDAY else _("un dimanche")


def signing_fault(on: date, *, sent_on: date | None, ends_on: date | None, today: date) -> str:
    """The sentence when nobody can have signed that day, or nothing (seed 001, step 7: « avant son terme »).

    `ends_on` is None for a text that may be signed once the training is over."""
    if on > today:
        return _("Cette date est à venir : une signature se note une fois donnée.")
    if sent_on is None or on < sent_on:
        return _("Cette date est avant l'envoi du texte à signer : il n'existait pas encore.")
    if ends_on is not None and on > ends_on:
        return _("La formation s'est terminée le %(end)s : la convention se signe avant son terme.") % {
            "end": long_date(ends_on)
        }
    return ""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An organisation of the operation. `kinds`: which entries of the rulebook's list it answers to."""

    organisation_id: int
    name: str
    kinds: frozenset[str]


def expected(required: Iterable[str], candidates: Sequence[Candidate]) -> list[Candidate]:
    """The organisations that the rulebook asks to sign, in its order (seed 001, step 7)."""
    found: dict[int, Candidate] = {}
    for kind in required:
        for candidate in candidates:
            if kind in candidate.kinds:
                found.setdefault(candidate.organisation_id, candidate)
    return list(found.values())


def missing_signatories(
    required: Iterable[str], candidates: Sequence[Candidate], signing: Collection[int]
) -> tuple[str, ...]:
    """One sentence per signatory the rulebook asks for and the list lacks; `signing` holds organisation ids.

    One organisation of each kind is enough, but every promising employer signs."""
    sentences: list[str] = []
    for kind in required:
        answering = [c for c in candidates if kind in c.kinds]
        absent = [c for c in answering if c.organisation_id not in signing]
        if not answering:
            sentences.append(_no_candidate(kind))
        elif kind == "employer":
            sentences += [
                _("%(name)s promet un emploi et ne figure pas parmi les signataires : ajoutez-le.") % {"name": c.name}
                for c in absent
            ]
        elif len(absent) == len(answering):
            sentences.append(
                _("Il manque un signataire : %(kind)s. Ajoutez %(names)s.")
                % {"kind": KIND_LABELS.get(kind, kind), "names": ", ".join(c.name for c in absent)}
            )
    return tuple(sentences)


def lacking_to_seal(
    required: Iterable[str], candidates: Sequence[Candidate], signing: Collection[int], listed: Collection[int]
) -> tuple[str, ...]:
    """The same for a text that is out and whose whole list has signed: it is not signed by all meanwhile.

    `listed`: the organisations that its text names. An employer that promised since is told by an amendment (article 5
    of the convention), as long as another signs; one that the text names signs it."""
    employers = {c.organisation_id for c in candidates if "employer" in c.kinds}
    since = employers - set(listed) if employers & set(signing) else set()
    known = [replace(c, kinds=c.kinds - {"employer"}) if c.organisation_id in since else c for c in candidates]
    return missing_signatories(required, known, signing)


def incomplete_sentence() -> str:
    """Why a convention that all of its list signed is not signed by all (`lacking_to_seal`)."""
    return _(
        "Tant que ce signataire manque, la convention n'est ni signée par tous ni scellée, même quand tous ceux de la "
        "liste ont signé : corrigez-la, ajoutez-le, et tous la signeront de nouveau."
    )


def _no_candidate(kind: str) -> str:
    if kind == "employer":
        return _("Aucun employeur n'a encore promis d'emploi : la convention nomme ce que chacun promet.")
    return _(
        "Il manque un signataire : %(kind)s. Aucune organisation de ce genre ne participe : ajoutez-en une aux "
        "partenaires, puis aux signataires."
    ) % {"kind": KIND_LABELS.get(kind, kind)}


def free_to_leave(required: Sequence[str], candidates: Sequence[Candidate], signing: Collection[int]) -> frozenset[int]:
    """Who may be taken off the list: without them, the rulebook asks for nobody more than it does already.

    One that left the operation answers to nothing any more: it may always be."""
    lacking = set(missing_signatories(required, candidates, signing))
    return frozenset(
        one
        for one in signing
        if lacking.issuperset(missing_signatories(required, candidates, [pk for pk in signing if pk != one]))
    )


def link_ending(*, removed: bool, delegated: bool, same_name: bool, reached: Collection[str], address: str) -> str:
    """Why a dead link is followed by no other: `removed`, `delegated`, `another` signs, `elsewhere`; or nothing.

    `reached`: the addresses to which a new one would go now, none when it goes on paper; `address`: where this one
    went. A former hand gets nothing back, and a page never says that a link left to an address it did not leave to."""
    if removed:
        return "removed"
    if delegated:
        return "delegated"
    if not same_name:
        return "another"
    return "elsewhere" if address and reached and address not in reached else ""


def departed_sentence(name: str, *, signed: bool) -> str:
    """What is due of a signatory that left the operation; `signed`: it signed the text that is out."""
    if signed:
        return _(
            "%(name)s a signé, puis quitté l'opération : sa signature reste. Pour la retirer de la liste, corrigez "
            "d'abord la convention : les signatures données tomberont quand elle repartira."
        ) % {"name": name}
    return _(
        "%(name)s ne participe plus à l'opération : ouvrez sa ligne et retirez-la de la liste, sinon sa signature "
        "reste attendue."
    ) % {"name": name}


def gone_employers(names: Iterable[str]) -> tuple[str, ...]:
    """One sentence per firm that signs and promises no more: until it is taken off, its signature is awaited."""
    return tuple(
        _("%(name)s ne promet plus d'emploi : retirez-le des signataires, sinon sa signature reste attendue.")
        % {"name": name}
        for name in names
    )


@dataclass(frozen=True, slots=True)
class SendFacts:
    """What the sending of the convention looks at. `unvalidated` names the signatories still to agree."""

    eos_number: str
    title: str
    missing: tuple[str, ...]
    unvalidated: tuple[str, ...]
    signatories: int


def send_gaps(facts: SendFacts) -> tuple[str, ...]:
    """What is missing before the convention and the contact sheet may be sent, one sentence each.

    Source: seed 001, step 7, « valide les engagements auprès des partenaires signataires et transmet […] »."""
    gaps: list[str] = []
    fault = title_fault(facts.title, facts.eos_number)
    if fault:
        gaps.append(fault)
    gaps += facts.missing
    if not facts.signatories:
        gaps.append(_("La liste des signataires est vide."))
    if facts.unvalidated:
        gaps.append(_("Engagements à valider d'abord avec : %(names)s.") % {"names": ", ".join(facts.unvalidated)})
    return tuple(gaps)


def reads_otherwise(before: str, now: str) -> bool:
    """Whether a text issued again is another one to whoever reads it; only then do the signatures of the former fall.

    Both are fingerprints of what is read; an empty one was not kept, and nothing vouches that it is the same."""
    return not before or before != now


@dataclass(frozen=True, slots=True)
class SigningFacts:
    """Where the signing stands, for the back-planning."""

    starts_on: date
    ends_on: date
    eos_number: bool = False
    proposed: bool = False
    forwarded: bool = False
    held: bool = False
    sent: bool = False
    warned: bool = False
    invited: bool = False
    signed: bool = False


@dataclass(frozen=True, slots=True)
class PlanLine:
    """One line of the back-planning: what, by whom, by when (None: as soon as the line before is done), done or not."""

    key: str
    label: str | LazyText
    owner: str | LazyText
    due_on: date | None
    done: bool

    def late(self, today: date) -> bool:
        return not self.done and self.due_on is not None and self.due_on < today


PROVIDER_OWNER = gettext_lazy("organisme de formation")
OFFICER_OWNER = gettext_lazy("référent territorial")
CABINET_OWNER = gettext_lazy("Cabinet")
EVERYBODY_OWNER = gettext_lazy("tous les signataires")


def back_planning(deadlines: Mapping[str, Deadline], facts: SigningFacts) -> tuple[PlanLine, ...]:
    """What leads to the signing, in the order of the sources (seed 001, step 7); done by the facts, never ticked."""

    def due(key: str) -> date | None:
        deadline = deadlines.get(key)
        return deadline.on(facts.starts_on, facts.ends_on) if deadline else None

    rows: tuple[tuple[str, str | LazyText, str | LazyText, bool], ...] = (
        ("eos_entry", gettext_lazy("Numéro EOS de la session noté"), PROVIDER_OWNER, facts.eos_number),
        ("signing_options", gettext_lazy("Dates, heures et lieux proposés"), PROVIDER_OWNER, facts.proposed),
        ("signing_forward", gettext_lazy("Dates transmises au Cabinet"), OFFICER_OWNER, facts.forwarded),
        ("signing_date", gettext_lazy("Date retenue"), CABINET_OWNER, facts.held),
        ("save_the_date", gettext_lazy("« Réservez la date » envoyé"), PROVIDER_OWNER, facts.warned),
        ("convention_draft", gettext_lazy("Convention et fiche contact transmises"), PROVIDER_OWNER, facts.sent),
        ("invitations", gettext_lazy("Invitations officielles envoyées"), CABINET_OWNER, facts.invited),
        ("signature", gettext_lazy("Signature par tous"), EVERYBODY_OWNER, facts.signed),
    )
    return tuple(PlanLine(key, label, owner, due(key), done) for key, label, owner, done in rows)


def promise_sentences(
    state: str, told: Sequence[str], *, signing: Sequence[str], at_work: bool, exact: bool = True
) -> tuple[str, ...]:
    """What a change of a promise asks of a convention in this state, said before; `told`: what an amendment would say;
    `signing`: who would sign it; `at_work`: one is being signed. Nothing while the text is not out: it follows."""
    if state not in {"sent", "signed"}:
        return ()
    if not told:
        return (_("Convention : elle dit déjà cela, aucun avenant n'est à signer."),)
    gap = " ".join(told) if exact else ""
    names = joined(signing)
    if state == "sent":
        said = _(
            "Convention : elle est à la signature avec la promesse telle qu'elle était. L'organisme de formation la "
            "corrige, et les signatures données tombent ; ou un avenant est à signer ensuite."
        )
    elif at_work:
        said = _(
            "Convention : l'avenant à la signature devra dire aussi cela. Il sera transmis de nouveau à %(names)s, et "
            "les signatures qu'il a déjà tombent."
        ) % {"names": names}
    else:
        said = _("Convention : elle est signée par tous, un avenant sera à signer par %(names)s.") % {"names": names}
    return (f"{said} {gap}".strip(),)


def new_promise_sentence(state: str) -> str:
    """What a promise made now asks of a convention in this state, said before; nothing while the text is not out.

    Source: article 5 of the convention (a change of the promises is the object of an amendment)."""
    if state == "sent":
        return _(
            "La convention est à la signature et ne dira rien de cette promesse. L'organisme de formation la corrige, "
            "et les signatures données tombent ; ou un avenant est à signer ensuite."
        )
    if state == "signed":
        return _(
            "La convention est signée par tous : dès que cette promesse est enregistrée, un avenant est à transmettre "
            "par l'organisme de formation, et à signer par ceux qu'il touche."
        )
    return ""


def amendment_sentence(state: str, told: Sequence[str]) -> str:
    """What a change asks of a convention in this state (empty: there is none); `told`: what an amendment would say."""
    if not told:
        return _("Convention : elle dit déjà cela, aucun avenant n'est à signer.")
    gap = " ".join(told)
    if state == "signed":
        return _("Convention : un avenant sera à signer. %(gap)s") % {"gap": gap}
    if state == "sent":
        return _(
            "Convention : elle est à la signature. %(gap)s Corrigez-la, les signatures données tomberont ; ou faites "
            "signer un avenant ensuite."
        ) % {"gap": gap}
    return _("Convention : elle n'est pas encore transmise, elle portera les heures du plan modifié.")
