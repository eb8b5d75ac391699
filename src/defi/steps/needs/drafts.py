"""A fiche d'intérêt kept while it is typed: found again on the same device, or on another by a mailed link."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta

from django.db.models import Q
from django.utils.translation import gettext as _

from defi.kernel import clock, links
from defi.kernel.access import TASK, Actor, scope
from defi.kernel.journal import acting
from defi.kernel.outbox import Recipient, queue
from defi.kernel.refusals import Unknown, WrongState
from defi.people.identifiers import looks_like_nir
from defi.steps.needs import mails
from defi.steps.needs.actions import MOST_LINKS
from defi.steps.needs.models import NeedDraft

KEPT_DAYS = 30
LONGEST = 5_000
KEY = re.compile(r"[\w-]{1,40}")


def keep_draft(actor: Actor, key: str, typed: Mapping[str, str]) -> NeedDraft:
    """Keep what has been typed so far under `key`. A social security number is not kept, even there.

    The journal tells that a sheet was begun; not each of its letters, which are nobody's decision yet."""
    # No column of PostgreSQL holds the sign zero.
    texts = {name: text[:LONGEST].replace("\x00", "") for name, text in typed.items()}
    values = {name: text for name, text in texts.items() if text.strip() and not looks_like_nir(text)}
    with acting(actor, "need.keep_draft") as act:
        draft = _of(actor, key)
        if draft is None:
            return act.create(NeedDraft, key=key, person_id=actor.person_id, typed=values, saved_at=act.now)
        draft.typed, draft.saved_at = values, act.now
        draft.save(update_fields=["typed", "saved_at"])
        return draft


def find_draft(actor: Actor, key: str) -> NeedDraft | None:
    """The draft of this key, unless it is somebody else's or more than thirty days old; without one, the last that a
    member began, on whatever device."""
    draft = (_of(actor, key) if key else None) or _last_of(actor)
    return draft if draft and draft.saved_at > clock.now() - timedelta(days=KEPT_DAYS) else None


def _of(actor: Actor, key: str) -> NeedDraft | None:
    # The key is the right to it: only the device that typed and the link mailed to its author hold it.
    if not KEY.fullmatch(key):
        return None
    mine = Q(person=None) | Q(person_id=actor.person_id)
    with scope(TASK):
        return NeedDraft.objects.filter(mine, key=key).first()


def _last_of(actor: Actor) -> NeedDraft | None:
    if actor.person_id is None:
        return None
    with scope(actor):
        return NeedDraft.objects.visible_to(actor).order_by("-saved_at", "-pk").first()


def send_draft(actor: Actor, key: str, address: str) -> NeedDraft:
    """Mail the way back to a draft. Raises `Unknown` without draft, `WrongState` when links left just before."""
    with acting(actor, "need.send_draft") as act:
        draft = find_draft(actor, key)
        if draft is None:
            raise Unknown(_("Ce brouillon n'existe plus : il a été envoyé, ou gardé plus de 30 jours."))
        if mails.left_lately(act, address, "draft") >= MOST_LINKS:
            raise WrongState(
                _("Plusieurs liens viennent de partir vers cette adresse : regardez aussi dans les indésirables.")
            )
        link = links.issue(draft, "need.resume_draft", address=address, days=KEPT_DAYS)
        act.note(draft, link_sent=True)
        queue(act, Recipient(address), "needs/mail/draft.txt", {"link": link, "days": KEPT_DAYS})
        return draft


def resume_draft(actor: Actor, draft_id: int) -> NeedDraft:
    """The bearer of the link takes the draft up where it was left. Raises `Unknown` when it was sent or forgotten."""
    with acting(actor, "need.resume_draft") as act:
        draft = act.lock(NeedDraft, draft_id)
        # The device of the link need not be signed in: from now on the key alone opens the draft.
        draft.person = None
        draft.save(update_fields=["person"])
        act.note(draft, resumed=True)
        return draft


def forget_draft(actor: Actor, key: str) -> None:
    """The sheet was sent, or its author starts again: what was typed goes."""
    draft = find_draft(actor, key)
    if draft is not None:
        draft.delete()


def forget_old_drafts() -> int:
    """Drafts older than thirty days go. Returns how many went."""
    with scope(TASK):
        gone, _kinds = NeedDraft.objects.filter(saved_at__lte=clock.now() - timedelta(days=KEPT_DAYS)).delete()
    return gone
