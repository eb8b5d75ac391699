"""What a text that is sent again says otherwise than the one before, in words: for who sends it, and for who signs.

Source: issue of the plan, « Signing » (a change tells beforehand which signatures fall)."""

from __future__ import annotations

from django.utils.translation import gettext as _

from defi.kernel import clock
from defi.kernel.access import TASK, scope
from defi.steps.convention import printing
from defi.steps.convention.facts import names_of, terms_now
from defi.steps.convention.issuing import living_signatories
from defi.steps.convention.models import Convention
from defi.steps.convention.rules import reads_otherwise
from defi.steps.convention.terms import sentences, terms


def differs(convention: Convention) -> tuple[str, ...]:
    """What the text sent now would say otherwise than the one that was sent, in words; nothing when it reads the same.

    Must run inside an open scope."""
    if not reads_otherwise(convention.reading, printing.reading(convention, clock.now())):
        return ()
    # Neither is kept with the text that was sent: they are not compared one by one.
    return (*_told(convention), _("Relisez aussi dans le projet les compétences, les modules et les fonctions."))


def told_to_signatories(convention: Convention) -> list[str]:
    """The same for those who sign, before it is sent: kept with the text, hence without the name of anybody.

    Empty before the first sending. Must run inside an open scope."""
    return _told(convention, named=False) if convention.edition else []


def _told(convention: Convention, *, named: bool = True) -> list[str]:
    with scope(TASK):
        sent, now = terms(convention.terms), terms_now(convention.operation)
        told = [*_other_list(convention, named=named), *sentences(sent, now, names_of(sent, now))]
        told += _other_ceremony(convention)
    title = convention.terms.get("title", convention.title)
    if title != convention.title:
        told.insert(0, _("Intitulé : « %(before)s » devient « %(now)s ».") % {"before": title, "now": convention.title})
    return told


def _other_ceremony(convention: Convention) -> list[str]:
    before, now = convention.terms.get("ceremony"), printing.ceremony_words(convention.operation)
    if before is None or before == now:
        return []
    undated = _("sans date")
    return [_("Signature : %(before)s devient %(now)s.") % {"before": before or undated, "now": now or undated}]


def _other_list(convention: Convention, *, named: bool) -> list[str]:
    told = []
    qualities = convention.terms.get("qualities", {})
    for row in living_signatories(convention):
        before, now = (str(person) if person else _("à désigner") for person in (row.named, row.person))
        name = row.organisation.name
        if row.edition != convention.edition:
            told.append(_("%(organisation)s s'ajoute aux signataires.") % {"organisation": name})
        elif before != now and not named:
            told.append(_("Pour %(organisation)s : la personne nommée pour signer change.") % {"organisation": name})
        elif before != now:
            told.append(
                _("Pour %(organisation)s : %(before)s devient %(now)s.")
                % {"organisation": name, "before": before, "now": now}
            )
        # A text sent before qualities were kept tells of none.
        former = qualities.get(str(row.pk), row.quality)
        if row.edition == convention.edition and former != row.quality:
            told.append(
                _("Pour %(organisation)s : la qualité « %(before)s » devient « %(now)s ».")
                % {"organisation": name, "before": former, "now": row.quality}
            )
    return told
