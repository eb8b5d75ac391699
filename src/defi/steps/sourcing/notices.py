"""The announcement and its poster: written, agreed to by each firm named, published; any change asks them again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from defi.kernel.access import LEAD, TASK, Actor, Who, scope
from defi.kernel.journal import Action, acting, check_version
from defi.kernel.numbers import new_code, next_number
from defi.kernel.refusals import Invalid, NotAllowed, Unknown, WrongState
from defi.operations.access import lock_bound, lock_operation
from defi.operations.models import Operation
from defi.steps.needs.models import Need
from defi.steps.sourcing import notice_mails
from defi.steps.sourcing.locks import refuse_nir
from defi.steps.sourcing.models import Announcement, Notice, NoticeFirm
from defi.steps.sourcing.notice_firms import Promised, employers_of, gone_from, promised_to
from defi.steps.sourcing.notice_rules import FirmLine, publishing_gaps
from defi.steps.sourcing.states import NOTICE, NOTICE_FIRM

MOST_POSTS = 200


@dataclass(frozen=True, slots=True)
class NoticeFacts:
    """What the announcement says besides the firms."""

    title: str
    text: str
    contact: str = ""
    phone: str = ""


def write_notice(actor: Actor, operation_id: int, facts: NoticeFacts, *, version: int | None = None) -> Notice:
    """Write the announcement, or change it while it is in preparation: agreements given to the former text fall.

    The first time, the employers of the operation are named with the posts they promise, else those of their needs:
    nobody types them twice."""
    with acting(actor, "notice.write") as act:
        operation = lock_operation(act, operation_id)
        words = {name: getattr(facts, name).strip() for name in ("title", "text", "contact", "phone")}
        faults = {
            name: sentence
            for name, sentence in (
                ("title", _("Indiquez un titre : le métier, avec les mots des personnes.")),
                ("text", _("Indiquez ce que la personne fera, et ce qui l'attend au bout.")),
            )
            if not words[name]
        }
        if faults:
            raise Invalid(" ".join(faults.values()), faults)
        refuse_nir(**words)
        notice = Notice.objects.select_for_update().filter(operation=operation).first()
        step = NOTICE.take("notice.write", actor, notice.state if notice else "")
        if notice is None:
            notice = act.create(Notice, operation=operation, state=step.target, code=new_code(), **words)
            _name_known_firms(act, notice)
            return notice
        check_version(notice, version)
        if any(getattr(notice, name) != value for name, value in words.items()):
            act.change(notice, edition=notice.edition + 1, **words)
            _ask_again(act, notice)
        return notice


def _name_known_firms(act: Action, notice: Notice) -> None:
    operation, here = notice.operation, {house.pk for house in employers_of(notice.operation)}
    # Once posts are promised, the firms that promise are those that recruit; before, those that said a need.
    known = promised_to(operation.pk) or _needed(operation, here)
    for employer_id, line in sorted(known.items()):
        if employer_id in here:
            _name(act, notice, employer_id, line)


def _name(act: Action, notice: Notice, employer_id: int, line: Promised) -> NoticeFirm:
    return act.create(
        NoticeFirm,
        operation_id=notice.operation_id,
        notice=notice,
        employer_id=employer_id,
        posts=min(MOST_POSTS, line.posts),
        wording=line.wording,
        state=NOTICE_FIRM.take("notice.name_firm", act.actor, "").target,
    )


def _needed(operation: Operation, employers: Collection[int]) -> dict[int, Promised]:
    with scope(TASK):
        rows = Need.objects.filter(collective__operation=operation, employer_id__in=employers)
        needs = list(rows.exclude(state="withdrawn").select_related("job").order_by("pk"))
    theirs: dict[int, list[Need]] = defaultdict(list)
    for need in needs:
        theirs[need.employer_id].append(need)
    return {firm: Promised(sum(need.posts for need in said), _in_words(said)) for firm, said in theirs.items()}


def take_promises(actor: Actor, operation_id: int) -> None:
    """The announcement in preparation says what the firms promise today: their lines are put right, those that promise
    and were not named are, those that took back their promise are named no longer. Each firm whose line changed is
    asked again."""
    with acting(actor, "notice.name_firm") as act:
        operation = lock_operation(act, operation_id)
        notice = _in_preparation(operation)
        lines = {row.employer_id: row for row in notice.firms.select_for_update().order_by("pk")}
        for employer_id in sorted(gone_from(operation, lines)):
            act.remove(lines.pop(employer_id))
        here = {house.pk for house in employers_of(operation)}
        for employer_id, said in sorted(promised_to(operation.pk).items()):
            line = lines.get(employer_id)
            if line is None and employer_id in here:
                _name(act, notice, employer_id, said)
            elif line is not None and differs(line, said):
                act.change(
                    line, posts=said.posts, wording=said.wording, state="waiting", answered_on=None, recorded=False
                )


def differs(line: NoticeFirm, said: Promised) -> bool:
    """Whether the announcement says other posts than those the firm promises."""
    return (line.posts, line.wording) != (said.posts, said.wording)


def _in_words(needs: list[Need]) -> str:
    said = [", ".join(filter(None, (need.wanted, need.get_contract_display()))) for need in needs]
    return " ; ".join(dict.fromkeys(said))[:200]


def _ask_again(act: Action, notice: Notice) -> None:
    for firm in notice.firms.select_for_update().exclude(state="waiting"):
        act.change(firm, state="waiting", answered_on=None, recorded=False)


def name_firm(
    actor: Actor, operation_id: int, employer_id: int, *, posts: int, wording: str, version: int | None = None
) -> NoticeFirm:
    """Name a firm with its posts, or correct its line: its own agreement is then asked again, the others' stand."""
    with acting(actor, "notice.name_firm") as act:
        operation = lock_operation(act, operation_id)
        notice = _in_preparation(operation)
        faults: dict[str, str] = {}
        if employer_id not in {house.pk for house in employers_of(operation)}:
            faults["employer"] = _("Choisissez un employeur de l'opération.")
        if not 1 <= posts <= MOST_POSTS:
            faults["posts"] = _("Indiquez de 1 à %(n)d postes.") % {"n": MOST_POSTS}
        elif (said := promised_to(operation.pk).get(employer_id)) and posts > said.posts:
            faults["posts"] = ngettext(
                "Cette entreprise promet %(n)d poste : l'annonce n'en dit pas plus.",
                "Cette entreprise promet %(n)d postes : l'annonce n'en dit pas plus.",
                said.posts,
            ) % {"n": said.posts}
        if not wording.strip():
            faults["wording"] = _("Dites les postes en quelques mots, avec le contrat.")
        if faults:
            raise Invalid(" ".join(faults.values()), faults)
        refuse_nir(wording=wording)
        line = {"posts": posts, "wording": wording.strip()}
        firm = notice.firms.select_for_update().filter(employer_id=employer_id).first()
        if firm is None:
            step = NOTICE_FIRM.take("notice.name_firm", actor, "")
            return act.create(
                NoticeFirm,
                operation=operation,
                notice=notice,
                employer_id=employer_id,
                state=step.target,
                **line,
            )
        check_version(firm, version)
        if any(getattr(firm, name) != value for name, value in line.items()):
            act.change(firm, state="waiting", answered_on=None, recorded=False, **line)
        return firm


def drop_firm(actor: Actor, firm_id: int) -> None:
    """The firm is no longer named."""
    with acting(actor, "notice.drop_firm") as act:
        firm = lock_bound(act, NoticeFirm, firm_id)
        _in_preparation(Operation.objects.get(pk=firm.operation_id))
        act.remove(firm)


def _in_preparation(operation: Operation) -> Notice:
    notice = Notice.objects.select_for_update().filter(operation=operation).first()
    if notice is None:
        raise WrongState(_("L'annonce n'est pas encore écrite : commencez par son texte."))
    if notice.state != "draft":
        raise WrongState(_("L'annonce est partie vers les entreprises : reprenez-la d'abord."))
    return notice


def ask_firms(actor: Actor, operation_id: int) -> Notice:
    """Each firm named and not yet asked of this edition receives its link. Raises `WrongState` without text or firm."""
    with acting(actor, "notice.ask") as act:
        notice = _locked(act, operation_id)
        NOTICE.take("notice.ask", actor, notice.state)
        firms = list(notice.firms.select_related("employer").order_by("pk"))
        gaps = publishing_gaps(notice.text, [FirmLine(firm.employer.name, agreed=True) for firm in firms])
        if gaps:
            raise WrongState(" ".join(gaps))
        act.move(NOTICE, notice)
        for firm in firms:
            if firm.state == "waiting":
                notice_mails.asked(act, notice, firm)
        return notice


def publish_notice(actor: Actor, operation_id: int) -> Notice:
    """The page and the poster are public. Raises `WrongState` naming whose agreement is missing."""
    with acting(actor, "notice.publish") as act:
        notice = _locked(act, operation_id)
        NOTICE.take("notice.publish", actor, notice.state)
        firms = list(notice.firms.select_related("employer").order_by("pk"))
        gaps = publishing_gaps(notice.text, [line_of(firm) for firm in firms])
        if gaps:
            raise WrongState(" ".join(gaps))
        act.move(NOTICE, notice, published_on=act.today, number=notice.number or next_number("AFF"))
        _note_announcement(act, notice, firms)
        notice_mails.published(act, notice)
        return notice


def line_of(firm: NoticeFirm) -> FirmLine:
    """A firm named, as the rule reads it."""
    return FirmLine(firm.employer.name, agreed=firm.state == "approved", declined=firm.state == "declined")


def _note_announcement(act: Action, notice: Notice, firms: list[NoticeFirm]) -> None:
    """What the certificate asks for: an announcement, its day, the firms that agreed."""
    channel = _("page d'annonce et affiche %(number)s") % {"number": notice.number}
    known = Announcement.objects.filter(operation_id=notice.operation_id, channel=channel).first()
    row = known or act.create(Announcement, operation_id=notice.operation_id, channel=channel, published_on=act.today)
    row.employers.set([firm.employer_id for firm in firms])
    act.note(row, employers=len(firms))


def rewrite_notice(actor: Actor, operation_id: int) -> Notice:
    """Back to preparation: the page no longer names anybody until it is published again."""
    with acting(actor, "notice.rewrite") as act:
        notice = _locked(act, operation_id)
        return act.move(NOTICE, notice)


def approve_notice(actor: Actor, firm_id: int, *, edition: int | None = None) -> NoticeFirm:
    """A firm agrees to be named as written, from its link or its account; the provider may note an agreement given by
    phone, visibly. Raises `WrongState` when the text changed since it was read."""
    with acting(actor, "notice.approve") as act:
        firm = _lock_firm(act, firm_id)
        notice = firm.notice
        if notice.state == "draft":
            raise WrongState(_("Cette annonce est en préparation : un nouveau message vous demandera votre accord."))
        if edition is not None and edition != notice.edition:
            raise WrongState(_("Le texte a changé depuis que vous l'avez lu : relisez-le ci-dessous."))
        act.move(
            NOTICE_FIRM,
            firm,
            answered_on=act.today,
            edition=notice.edition,
            recorded=actor.who in LEAD,
        )
        return firm


def decline_notice(actor: Actor, firm_id: int, *, reason: str) -> NoticeFirm:
    """A firm does not wish to be named; the provider is told at once, and the public page drops it."""
    with acting(actor, "notice.decline", reason=reason) as act:
        firm = _lock_firm(act, firm_id)
        refuse_nir(reason=reason)
        act.move(NOTICE_FIRM, firm, answered_on=act.today, edition=firm.notice.edition, recorded=False)
        notice_mails.declined(act, firm, reason.strip())
        return firm


def _locked(act: Action, operation_id: int) -> Notice:
    operation = lock_operation(act, operation_id)
    notice = Notice.objects.select_for_update().filter(operation=operation).first()
    if notice is None:
        raise WrongState(_("L'annonce n'est pas encore écrite : commencez par son texte."))
    notice.operation = operation
    return notice


def _lock_firm(act: Action, firm_id: int) -> NoticeFirm:
    seen = NoticeFirm.objects.visible_to(act.actor).filter(pk=firm_id).first()
    if seen is None:
        raise Unknown(_("Cette page n'existe pas, ou elle n'est pas pour vous."))
    if act.actor.who is Who.LINK:
        # Its bearer reaches one line and not the operation: the file is locked in their stead.
        operation = Operation.objects.select_for_update(of=("self",)).get(pk=seen.operation_id)
        if operation.state != "running":
            raise WrongState(_("Cette opération est close : son annonce ne change plus."))
    else:
        lock_operation(act, seen.operation_id)
    if act.actor.in_employer and seen.employer_id != act.actor.organisation_id:
        raise NotAllowed(_("Seule l'entreprise nommée répond pour elle."))
    rows = NoticeFirm.objects.select_for_update(of=("self",)).select_related("notice__operation__provider", "employer")
    return rows.get(pk=seen.pk)


def resend_link(firm_id: int) -> None:
    """A new link for a firm whose link died. Raises `WrongState` when nothing is asked of it."""
    with acting(TASK, "notice.remind") as act:
        firm = _lock_firm(act, firm_id)
        if firm.notice.state == "draft":
            raise WrongState(_("Cette annonce est en préparation : un nouveau message vous demandera votre accord."))
        notice_mails.asked(act, firm.notice, firm)
        act.note(firm, link_sent=True)
