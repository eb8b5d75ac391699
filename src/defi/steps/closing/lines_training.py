"""« Une formation est considérée comme une opération DEFI si… »: how the facts show each line. Pure.

What prepares the training counts when it came by the first day; what a firm asked or lent counts when that firm is
engaged: it promised or signed. Source: process.md, « What makes a training a DEFI » (seed 000); times: decision."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from defi.kernel.documents.french import long_date
from defi.schemes.conformity import VERDICT_LABELS, Conformity, Verdict
from defi.schemes.rulebook import Rulebook
from defi.steps.closing.evidence import Facts, Lack, Shown
from defi.steps.pairing.rules import say


def lack_of(*, late: int | bool = 0, aside: int | bool = 0) -> Lack:
    """Why nothing is shown: somebody else's fact tells more than a late one."""
    if aside:
        return Lack.ASIDE
    return Lack.LATE if late else Lack.NOTHING


def conformity_sentence(conformity: Conformity, found_on: date | None) -> str:
    """« Constat du 3 novembre 2025 : 10 appairés sur 12 places, minimum 9 : minimum atteint, admission à décider. »"""
    counts = conformity.counts
    if found_on is None:
        return _("Prévision, avant le démarrage : %(sentence)s") % {"sentence": say(conformity, is_finding=False)}
    if conformity.minimum is None:
        sentence = say(conformity, is_finding=True)
        return _("Constat du %(on)s : %(sentence)s") % {"on": long_date(found_on), "sentence": sentence}
    head = _("Constat du %(on)s") % {"on": long_date(found_on)}
    tail = str(VERDICT_LABELS[conformity.verdict])
    if conformity.refused:
        tail = _("admission refusée par la Région")
    elif conformity.verdict == Verdict.NOT_DEFI and conformity.missing:
        tail = ngettext(
            "pas DEFI, il manque %(n)d personne appairée",
            "pas DEFI, il manque %(n)d personnes appairées",
            conformity.missing,
        ) % {"n": conformity.missing}
    elif conformity.apart_breaks:
        tail = _("pas DEFI, des places d'un autre financement ne visent pas un emploi durable")
    return _(
        "%(head)s : appairés %(paired)d, %(entered)s %(people)d, places %(seats)d, minimum %(minimum)s : %(tail)s."
    ) % {
        "head": head,
        "paired": counts.paired,
        "people": counts.people,
        "entered": _("entrés"),
        "seats": counts.seats,
        "minimum": conformity.minimum,
        "tail": tail,
    }


def needs(book: Rulebook, f: Facts) -> Shown:
    kinds = (
        (f.needs > 0, f.needs_late, _("fiche d'intérêt d'entreprise")),
        (f.public_known, f.public_late, _("besoin du public")),
        (f.diagnosis_known, f.diagnosis_late, _("diagnostic du territoire")),
    )
    absent = [name for known, late, name in kinds if not known and not late]
    late = [name for known, late, name in kinds if not known and late]
    if not absent and not late:
        sheets = ngettext("%(n)d fiche d'intérêt", "%(n)d fiches d'intérêt", f.needs) % {"n": f.needs}
        return Shown(True, _("%(sheets)s, profil du public et diagnostic du territoire.") % {"sheets": sheets})
    said = []
    if absent:
        said.append(_("Manque : %(what)s.") % {"what": ", ".join(absent)})
    if late:
        said.append(_("Noté après le démarrage : %(what)s.") % {"what": ", ".join(late)})
    if not f.needs and f.needs_aside:
        said.append(
            ngettext(
                "%(n)d fiche attend que son entreprise la confirme.",
                "%(n)d fiches attendent que leur entreprise les confirme.",
                f.needs_aside,
            )
            % {"n": f.needs_aside}
        )
    only_late = bool(late) and not absent
    return Shown(False, " ".join(said), lack=lack_of(late=only_late, aside=not f.needs and f.needs_aside))


def told(book: Rulebook, f: Facts) -> Shown:
    if f.told_on is None:
        return Shown(False, _("Aucun écrit daté à la Région sur les besoins et les adaptations."))
    day = long_date(f.told_on)
    if f.start and f.end:
        due = book.deadlines["plan_approved"].on(f.start, f.end)
        if f.told_on > due:
            return Shown(
                False,
                _("Région informée le %(on)s seulement : c'était à faire le %(due)s au plus tard.")
                % {"on": day, "due": long_date(due)},
                lack=Lack.LATE,
            )
    return Shown(True, _("Région informée le %(on)s.") % {"on": day})


def co_design(book: Rulebook, f: Facts) -> Shown:
    if f.plan_approved_on and f.approved_by_region and f.approved_by_employers:
        firms = ngettext("%(n)d employeur", "%(n)d employeurs", f.approved_by_employers) % {
            "n": f.approved_by_employers
        }
        return Shown(
            True,
            _("Plan approuvé le %(on)s, par la Région et %(firms)s.")
            % {"on": long_date(f.plan_approved_on), "firms": firms},
        )
    region = _("oui") if f.approved_by_region else _("pas encore")
    said = [
        _("Plan non approuvé par tous. Région : %(region)s ; employeurs : %(firms)d.")
        % {"region": region, "firms": f.approved_by_employers}
    ]
    if f.approvals_late:
        said.append(_("Approbations venues après le démarrage : %(n)d.") % {"n": f.approvals_late})
    if f.approvals_aside:
        said.append(_("Approbations d'entreprises qui n'ont ni promis ni signé : %(n)d.") % {"n": f.approvals_aside})
    aside = f.approvals_aside if not f.approved_by_employers else 0
    return Shown(False, " ".join(said), lack=lack_of(late=f.approvals_late, aside=aside))


def partners(book: Rulebook, f: Facts) -> Shown:
    if f.aims_shared:
        return Shown(
            True,
            ngettext(
                "Objectifs présentés à %(n)d partenaire, depuis le %(on)s.",
                "Objectifs présentés à %(n)d partenaires, depuis le %(on)s.",
                f.aims_shared,
            )
            % {"n": f.aims_shared, "on": long_date(f.aims_shared_on) if f.aims_shared_on else "—"},
        )
    if f.aims_late:
        return Shown(False, _("Les objectifs n'ont été présentés qu'une fois la convention signée."), lack=Lack.LATE)
    if f.aims_aside:
        return Shown(
            False,
            _("Les objectifs ne sont notés présentés qu'à l'organisme lui-même ou à la Région : aux partenaires ?"),
            lack=Lack.ASIDE,
        )
    return Shown(False, _("Aucune présentation des objectifs de la convention n'est notée."))


def conformity(book: Rulebook, f: Facts) -> Shown:
    if f.conformity is None:
        return Shown(False, _("La session n'est pas encore fixée."), later=True)
    found = f.found_on is not None and f.conformity.certifiable
    said = conformity_sentence(f.conformity, f.found_on)
    if f.paired_late and not found:
        said += " " + ngettext(
            "%(n)d appairage fait après le constat ne compte pas.",
            "%(n)d appairages faits après le constat ne comptent pas.",
            f.paired_late,
        ) % {"n": f.paired_late}
    apart = f.conformity.counts.apart
    return Shown(
        found, said, later=f.found_on is None, lack=lack_of(late=f.paired_late, aside=apart and not f.paired_late)
    )


def hires(book: Rulebook, f: Facts) -> Shown:
    if not f.hires_expected:
        return Shown(False, _("Personne n'est encore entré avec une promesse."), later=not f.session_over)
    followed = f.hires_signed + f.hires_explained
    said = _("Contrats signés : %(signed)d sur %(expected)d ; absence expliquée : %(explained)d ; à suivre : %(open)d.")
    said %= {
        "expected": f.hires_expected,
        "signed": f.hires_signed,
        "explained": f.hires_explained,
        "open": max(0, f.hires_expected - followed),
    }
    if f.hires_late:
        said += " " + ngettext(
            "%(n)d contrat commence après le dernier moment du suivi.",
            "%(n)d contrats commencent après le dernier moment du suivi.",
            f.hires_late,
        ) % {"n": f.hires_late}
    return Shown(followed >= f.hires_expected, said, later=not f.session_over, lack=lack_of(late=f.hires_late))


def content(book: Rulebook, f: Facts) -> Shown:
    adapted = _("Modules adaptés ou ajoutés : %(n)d sur %(all)d") % {"n": f.modules_specific, "all": f.modules}
    rhythm = _("rythme défini") if f.rhythm_known else _("rythme de l'alternance non défini")
    said = f"{adapted} ; {rhythm}."
    if f.modules_aside:
        said += " " + _("Adaptés pour des entreprises qui n'ont ni promis ni signé : %(n)d.") % {"n": f.modules_aside}
    aside = f.modules_aside if f.rhythm_known else 0
    return Shown(bool(f.modules_specific and f.rhythm_known), said, lack=lack_of(aside=aside))


def platform(book: Rulebook, f: Facts) -> Shown:
    if f.modules_on_platform:
        return Shown(
            True,
            ngettext(
                "%(n)d module sur le plateau technique d'une entreprise.",
                "%(n)d modules sur le plateau technique d'une entreprise.",
                f.modules_on_platform,
            )
            % {"n": f.modules_on_platform},
        )
    if f.platform_aside:
        return Shown(
            False,
            _("Le seul plateau technique est prêté par une entreprise qui n'a ni promis ni signé."),
            lack=Lack.ASIDE,
        )
    return Shown(False, _("Aucun module sur le plateau technique d'une entreprise."))


def carried_out(book: Rulebook, f: Facts) -> Shown:
    """Attendance, periods in company, reports (process.md): judged at the end, on figures that the officer reads.

    Nearly nothing done is not the project of the convention: the rulebook says which share of the hours in centre, and
    of the trainees with a period in company, is the least; above it the figures stay for the officer to judge."""
    if f.started_on is None:
        return Shown(False, _("La session n'a pas démarré."), later=True)
    said = [_done_words(f)]
    enough = _enough(book, f.minutes_locked, f.hours_centre * 60) and (
        not f.hours_company or (f.periods > 0 and _enough(book, f.trainees_in_company, f.trainees))
    )
    if f.session_over and not enough:
        said.append(
            _("C'est moins de %(share)d %% de ce qui était prévu : l'organisme de formation l'explique.")
            % {"share": book.carried_out_share}
        )
    if f.sheets_open:
        said.append(
            ngettext(
                "%(n)d feuille passée n'est pas verrouillée.",
                "%(n)d feuilles passées ne sont pas verrouillées.",
                f.sheets_open,
            )
            % {"n": f.sheets_open}
        )
    if f.reports_late:
        said.append(_("Points envoyés après la fin : %(n)d.") % {"n": f.reports_late})
    sheets_fine = bool(f.sheets_locked) and not f.sheets_open
    return Shown(
        bool(f.session_over and sheets_fine and enough and f.reports),
        " ".join(said),
        later=not f.session_over,
        lack=lack_of(late=f.reports_late and not f.reports),
    )


def _enough(book: Rulebook, done: int, planned: int) -> bool:
    return done * 100 >= planned * book.carried_out_share


def _done_words(f: Facts) -> str:
    said = _("Heures en centre émargées : %(done)s sur %(planned)d h prévues") % {
        "done": hours_words(f.minutes_locked),
        "planned": f.hours_centre,
    }
    if f.hours_company or f.periods:
        said += _(
            " ; stagiaires avec une période en entreprise : %(with)d sur %(all)d"
            " (%(done)d h faites, %(planned)d h prévues pour chacun)"
        ) % {
            "with": f.trainees_in_company,
            "all": f.trainees,
            "done": f.hours_in_company,
            "planned": f.hours_company,
        }
    return said + _(" ; points envoyés : %(n)d.") % {"n": f.reports}


def hours_words(minutes: int) -> str:
    """« 3 h 30 », « 210 h »."""
    hours, rest = divmod(minutes, 60)
    return _("%(hours)d h %(rest)02d") % {"hours": hours, "rest": rest} if rest else _("%(n)d h") % {"n": hours}


def evaluated(book: Rulebook, f: Facts) -> Shown:
    review = _("Bilan tenu le %(on)s") % {"on": long_date(f.review_held_on)} if f.review_held_on else _("Bilan à tenir")
    said = _("%(review)s ; axes d'amélioration et enseignements notés : %(n)d.") % {"review": review, "n": f.lessons}
    if f.lessons_late:
        said += " " + _("Notés après le dernier moment du suivi : %(n)d.") % {"n": f.lessons_late}
    reported = bool(f.reported_moments | f.late_moments)
    said += " " + (
        _("Insertion évaluée : un suivi est transmis à la Région.")
        if reported
        else _("Insertion à évaluer : aucun suivi n'est transmis à la Région.")
    )
    shared = bool(f.review_held_on and f.lessons)
    return Shown(
        shared and reported,
        said,
        later=not f.session_over or (shared and (f.last_exit_on is None or f.today <= f.last_exit_on)),
        lack=lack_of(late=f.lessons_late and not f.lessons),
    )


def innovative(book: Rulebook, f: Facts) -> Shown:
    if not f.specific_told:
        if f.specific_aside:
            return Shown(
                False,
                _("Ce qui diffère est écrit pour une entreprise qui n'a ni promis ni signé."),
                lack=Lack.ASIDE,
            )
        return Shown(False, _("Ce qui diffère du programme habituel, et pour quelle entreprise, n'est pas écrit."))
    if not f.modules_specific and not f.modules_aside:
        return Shown(False, _("Le plan dit ce qui diffère, mais aucun module n'est adapté ou ajouté."))
    n = f.modules_specific + f.modules_aside
    return Shown(
        True,
        ngettext(
            "Différences avec le programme habituel écrites, %(n)d module adapté ou ajouté.",
            "Différences avec le programme habituel écrites, %(n)d modules adaptés ou ajoutés.",
            n,
        )
        % {"n": n},
    )
