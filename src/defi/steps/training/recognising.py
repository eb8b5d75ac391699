"""A paper of a period in company that comes back is recognised by the code of its page, as attendance sheets are.

Source: process.md, « Documents the system produces » (immersion sheet) and principle 7 (« and on paper »)."""

from __future__ import annotations

from collections.abc import Collection

from django.utils.translation import gettext as _

from defi.kernel.access import TASK, scope
from defi.kernel.models import Document
from defi.kernel.refusals import Invalid, Refused
from defi.kernel.scans.reading import read
from defi.steps.training.models import Placement

OF_PERIOD = Placement._meta.label_lower


def must_be_of(placement: Placement, paper: tuple[str, bytes]) -> None:
    """Raises `Invalid` when a page of this scan bears the code of another paper. One whose code cannot be read, or that
    bears none, is taken as it is: a person says whose it is."""
    codes = _codes_on(paper)
    found = (
        Document.objects.defer("content").filter(code__in=codes).exclude(object_type=OF_PERIOD, object_id=placement.pk)
    )
    other = found.order_by("pk").first()
    if other is None:
        return
    said = whose_period({other.code}, placement.operation_id).get(other.code)
    if said is None:
        words = _("ce papier est le document %(number)s, et non la fiche d'immersion de cette période : vérifiez-le.")
        said = words % {"number": other.number}
    raise Invalid.field("file", said[:1].upper() + said[1:])


def _codes_on(paper: tuple[str, bytes]) -> set[str]:
    try:
        return {code.code for page in read(*paper) for code in page.codes}
    except Refused:
        return set()


def whose_period(codes: Collection[str], operation_id: int) -> dict[str, str]:
    """Of the codes of papers, those of the periods of this operation: by code, the sentence that says where it goes."""
    with scope(TASK):
        papers = Document.objects.defer("content").filter(code__in=codes, object_type=OF_PERIOD)
        papers = papers.filter(file_id=operation_id)
        periods = {
            period.pk: period
            for period in Placement.objects.filter(pk__in=papers.values("object_id")).select_related(
                "candidacy__person", "employer"
            )
        }
        return {
            row.code: _(
                "c'est la fiche d'immersion %(number)s, de la période chez %(firm)s : %(name)s. Notez-la sur la page "
                "de cette période, « Noter depuis le papier signé »."
            )
            % {
                "name": periods[row.object_id].candidacy.person,
                "firm": periods[row.object_id].employer,
                "number": row.number,
            }
            for row in papers
            if row.object_id in periods
        }
