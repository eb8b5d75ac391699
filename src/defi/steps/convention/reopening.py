"""A text that is out and may be opened again: what it would already say otherwise, and how a correction is abandoned.

Source: issue of the plan, « Signing » (cancel, correct, issue again: by the owner); decision 0016."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from defi.kernel.access import Actor
from defi.kernel.journal import Action, acting, type_of
from defi.kernel.models import JournalEntry
from defi.kernel.refusals import WrongState
from defi.steps.convention import issuing
from defi.steps.convention.differing import differs
from defi.steps.convention.drafting import title_the_dates
from defi.steps.convention.issuing import complete_if_all_signed, falling_signatures, living_signatories
from defi.steps.convention.locks import kill_links, lock_convention, session_of
from defi.steps.convention.models import SIGNATORY_TYPE, Convention, Signatory
from defi.steps.convention.states import CONVENTION, SIGNATORY, SIGNED


def keep_convention(actor: Actor, operation_id: int, *, version: int | None = None) -> Convention:
    """Abandon the correction: the text that was sent is to be signed again as it is, with the signatures it has.

    Raises `WrongState` when it was never sent, when a signatory of its list was taken off since, or too late."""
    with acting(actor, "convention.keep") as act:
        convention = lock_convention(act, operation_id, version)
        CONVENTION.take("convention.keep", actor, convention.state)
        if fault := why_not_kept(convention, act.today, session_of(convention.operation).ends_on):
            raise WrongState(fault)
        _drop_newcomers(actor, convention)
        kept = convention.terms
        text_id = kept.get("text", convention.text_id)
        act.move(CONVENTION, convention, title=kept.get("title", convention.title), text_id=text_id)
        title_the_dates(act, convention)
        _ask_those_renamed(act, convention)
        complete_if_all_signed(act, convention)
        return convention


def why_not_kept(convention: Convention, today: date, ends_on: date) -> str:
    """Why a correction cannot be abandoned, or nothing; `ends_on`: the end of the training.

    Must run inside an open scope."""
    if not convention.edition:
        return _("La convention n'a pas encore été transmise : il n'y a rien à reprendre.")
    if today > ends_on:
        return _("La formation est terminée : la convention se signe avant son terme.")
    if gone := _taken_off_since(convention):
        return _(
            "%(names)s : retiré de la liste depuis, alors que le texte transmis le nomme. Transmettez le nouveau."
        ) % {"names": ", ".join(gone)}
    return ""


def said_of_keeping(convention: Convention) -> str:
    """What is said once a correction is abandoned: how many signatures stand. Must run inside an open scope."""
    standing = len(falling_signatures(convention))
    said = _("La correction est abandonnée : le texte transmis est de nouveau à signer.")
    if not standing:
        return f"{said} " + _("Il n'a aucune signature.")
    count = ngettext("Il garde %(n)d signature.", "Il garde ses %(n)d signatures.", standing)
    return f"{said} " + count % {"n": standing}


def _taken_off_since(convention: Convention) -> list[str]:
    return [row.organisation.name for row in _touched_since(convention, ("signatory.remove",))]


def fallen_since(convention: Convention) -> tuple[str, ...]:
    """Whose signature already fell while the text is corrected: another is named, or the organisation was taken off.

    Must run inside an open scope."""
    touched = _touched_since(convention, ("signatory.void", "signatory.remove"), signed=True)
    return tuple(row.organisation.name for row in touched if row.state not in SIGNED)


def _touched_since(convention: Convention, verbs: tuple[str, ...], *, signed: bool = False) -> list[Signatory]:
    """Those of the list sent to whom one of these happened since it was opened again; `signed`: while they had."""
    entries = JournalEntry.objects.filter(object_type=type_of(convention), object_id=convention.pk)
    opened = entries.filter(verb="convention.correct").order_by("-id").values_list("id", flat=True).first() or 0
    happened = JournalEntry.objects.filter(
        verb__in=verbs, object_type=SIGNATORY_TYPE, file_id=convention.operation_id, id__gt=opened
    )
    if signed:
        happened = happened.filter(before__state__in=SIGNED)
    rows = Signatory.objects.filter(
        pk__in=happened.values("object_id"), convention=convention, amendment=None, edition=convention.edition
    )
    return list(rows.select_related("organisation").order_by("pk"))


def _drop_newcomers(actor: Actor, convention: Convention) -> None:
    """Who was added while it was corrected is not on the list of the text that was sent."""
    for row in living_signatories(convention):
        if row.edition == convention.edition:
            continue
        with acting(actor, "signatory.remove", reason=_("correction abandonnée")) as act:
            act.move(SIGNATORY, row)
            kill_links(act, row)


def _ask_those_renamed(act: Action, convention: Convention) -> None:
    """Who was named while it was corrected has no link yet: each is asked."""
    for row in living_signatories(convention):
        if row.state not in SIGNED and row.person_id != row.named_id:
            issuing.ask(act, row)


def told_of_correction(convention: Convention) -> list[str]:
    """What opening the text again does, said before: what it would already say otherwise, and what falls then."""
    changed = differs(convention)
    falling = [signatory.organisation.name for signatory in falling_signatures(convention)]
    told = []
    if changed:
        told.append(
            _("Sans rien y toucher, le texte ne dirait déjà plus la même chose : %(changes)s")
            % {"changes": " ".join(changed)}
        )
    if not falling:
        return [*told, _("Personne n'a encore signé : aucune signature ne tombe.")]
    if changed:
        said = ngettext(
            "%(n)d signature tombera dès que vous le transmettrez de nouveau : %(names)s.",
            "%(n)d signatures tomberont dès que vous le transmettrez de nouveau : %(names)s.",
            len(falling),
        )
        rest = _("Chacun est alors prévenu, et reçoit le nouveau texte à signer.")
    else:
        said = ngettext(
            "Si le texte change, %(n)d signature tombera quand vous le transmettrez de nouveau : %(names)s.",
            "Si le texte change, %(n)d signatures tomberont quand vous le transmettrez de nouveau : %(names)s.",
            len(falling),
        )
        rest = _(
            "Chacun est alors prévenu, et reçoit le nouveau texte à signer. Si le texte ne change pas, rien ne tombe."
        )
    return [
        *told,
        said % {"n": len(falling), "names": ", ".join(falling)},
        rest,
        _("Personne ne peut signer d'ici là ; vous pourrez aussi abandonner la correction, et rien ne tombera."),
    ]
