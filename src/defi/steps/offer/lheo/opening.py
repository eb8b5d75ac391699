"""Recognises a file before reading it: LHÉO in XML, else a sentence that says what it is instead and what to do.

No document type declaration is accepted: nothing in LHÉO needs one, and it is the door of expansion bombs and of
entities read elsewhere.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _
from lxml import etree

from defi.kernel.refusals import Invalid
from defi.steps.offer.lheo.rules import NAMESPACES

HEAD = 1 << 16
ROOTS = ("lheo", "lheo-plus")
COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)
BOM = b"\xef\xbb\xbf"
WIDE = (b"\xff\xfe", b"\xfe\xff", b"\x00<", b"<\x00")


def parser_options() -> dict[str, bool]:
    """What every parser here refuses: entities, document types, the network."""
    return {
        "resolve_entities": False,
        "load_dtd": False,
        "no_network": True,
        "remove_comments": True,
        "remove_pis": True,
        "huge_tree": False,
    }


@dataclass(frozen=True, slots=True)
class Opened:
    """A file of LHÉO: the namespace of its elements, the version it speaks, how its training elements are written."""

    namespace: str
    version: str
    prefix: str


def recognise(head: bytes, name: str) -> Opened:
    """What the first bytes of a file say. Raises Invalid with a sentence when it is not a file of offers in LHÉO."""
    if not head.strip():
        raise Invalid(_("« {name} » est vide : choisissez le fichier que la source a produit.").format(name=name))
    if kind := _other_kind(head):
        raise Invalid(kind.format(name=name))
    if b"<!DOCTYPE" in COMMENT.sub(b"", head):
        raise document_type(name)
    root = _root(head, name)
    if ":" in str(root.tag).rpartition("}")[2]:
        raise Invalid(
            _(
                "« {name} » commence par <{root}>, un préfixe que rien ne déclare : demandez à la source un fichier "
                "entier, ou remettez sa première balise."
            ).format(name=name, root=root.tag)
        )
    qualified = etree.QName(root)
    if qualified.localname == "lheo-index" and qualified.namespace in NAMESPACES:
        raise Invalid(
            _(
                "« {name} » est un index (<lheo-index>) : il ne donne que des résumés, sans actions ni sessions. "
                "Demandez à la source le fichier complet (<lheo>)."
            ).format(name=name)
        )
    if qualified.localname not in ROOTS:
        raise Invalid(
            _(
                "« {name} » est du XML, mais pas de l'offre en LHÉO : il commence par <{root}> au lieu de <lheo>."
            ).format(name=name, root=qualified.localname)
        )
    if qualified.namespace not in NAMESPACES:
        raise Invalid(
            _(
                "« {name} » est en LHÉO, mais d'une version que l'on ne lit pas ({namespace}) : demandez à la source "
                "un fichier en LHÉO 2.3 (http://lheo.gouv.fr/2.3) ou 2.2."
            ).format(name=name, namespace=qualified.namespace or _("sans espace de noms"))
        )
    return Opened(str(qualified.namespace), NAMESPACES[str(qualified.namespace)], root.prefix or "")


def document_type(name: str) -> Invalid:
    return Invalid(
        _(
            "« {name} » contient une déclaration de type de document (<!DOCTYPE …>), refusée par sécurité : "
            "retirez cette ligne, LHÉO n'en a pas besoin."
        ).format(name=name)
    )


def _other_kind(head: bytes) -> str:
    """The sentence for a file that is not XML text in a usual encoding, or nothing."""
    if head.startswith(b"PK\x03\x04"):
        return _(
            "« {name} » est une archive zip (ou un classeur de bureautique) : décompressez-la, puis chargez le "
            "fichier .xml qu'elle contient."
        )
    if head.startswith(b"\x1f\x8b"):
        return _("« {name} » est compressé (gzip) : décompressez-le, puis chargez le fichier .xml.")
    if head.startswith(b"%PDF"):
        return _("« {name} » est un PDF : il faut le fichier XML en LHÉO que la source produit.")
    if head.startswith(WIDE):
        return _("« {name} » est en UTF-16 : enregistrez-le en UTF-8, puis recommencez.")
    start = head.removeprefix(BOM).lstrip()
    if start[:9].lower().startswith((b"<!doctype", b"<html")) and b"<html" in start[:1000].lower():
        return _("« {name} » est une page web : téléchargez le fichier XML lui-même, pas la page qui le propose.")
    if not start.startswith(b"<"):
        return _("« {name} » n'est pas un fichier XML : il faut le fichier en LHÉO que la source produit.")
    return ""


def _root(head: bytes, name: str) -> etree._Element:
    parser = etree.XMLPullParser(events=("start",), **parser_options())
    problem = fed(parser, head)
    first = next(iter(parser.read_events()), None)
    if first is not None:
        return first[1]
    if problem is not None:
        raise not_well_formed(problem, name)
    raise Invalid(_("« {name} » ne contient aucun élément XML : il paraît coupé ou abîmé.").format(name=name))


@dataclass(frozen=True, slots=True)
class Problem:
    """What stops a parser: the line, the code of libxml2 and its words."""

    line: int
    code: int
    words: str


def fed(parser: etree.XMLPullParser, piece: bytes) -> Problem | None:
    """Give a piece to a parser; what is wrong with it, if anything.

    The parser raises for most faults, and only notes the others (an entity nobody declared) before it goes deaf."""
    try:
        parser.feed(piece)
    except etree.XMLSyntaxError as error:
        return _first(parser) or _raised(error)
    return _first(parser)


def closed(parser: etree.XMLPullParser) -> Problem | None:
    """Tell a parser that this is the end; what is missing, if anything."""
    try:
        parser.close()
    except etree.XMLSyntaxError as error:
        return _raised(error)
    return None


def _first(parser: etree.XMLPullParser) -> Problem | None:
    for entry in parser.feed_error_log:
        # A prefix that nobody declares: the parser goes on, and nothing that reads the file after it could.
        undeclared = entry.domain == etree.ErrorDomains.NAMESPACE and entry.level == etree.ErrorLevels.ERROR
        if undeclared or entry.level == etree.ErrorLevels.FATAL:
            return Problem(entry.line, entry.type, entry.message)
    return None


def _raised(error: etree.XMLSyntaxError) -> Problem:
    return Problem(error.lineno or 1, error.code, error.msg or "")


def not_well_formed(problem: Problem, name: str) -> Invalid:
    """What stops the reading of a file that is not well-formed XML, with its line and what to do."""
    kinds = etree.ErrorTypes
    if problem.code == kinds.ERR_UNSUPPORTED_ENCODING:
        sentence = _("« {name} » annonce un encodage inconnu à sa première ligne : enregistrez-le en UTF-8.")
    elif problem.code == kinds.ERR_INVALID_ENCODING:
        sentence = _(
            "« {name} », ligne {line} : des octets ne correspondent pas à l'encodage annoncé en première ligne. "
            "Le fichier est sans doute en ISO-8859-15 (Latin-9) ou Windows-1252 sous le nom d'UTF-8 : "
            "corrigez l'encodage annoncé ou enregistrez le fichier en UTF-8."
        )
    elif problem.code == kinds.ERR_UNDECLARED_ENTITY:
        sentence = _(
            "« {name} », ligne {line} : une entité que XML ne connaît pas ({reason}). Écrivez le caractère lui-même "
            "(é au lieu de &eacute;)."
        )
    elif problem.code == kinds.ERR_INVALID_CHAR:
        sentence = _("« {name} », ligne {line} : un caractère de contrôle que XML interdit. Retirez-le.")
    else:
        sentence = _(
            "« {name} », ligne {line} : le XML est mal formé ({reason}). Demandez à la source un fichier bien formé."
        )
    return Invalid(sentence.format(name=name, line=problem.line, reason=problem.words.strip()[:200]))


def cut(problem: Problem, name: str) -> Invalid:
    """The file ends before its end."""
    return Invalid(
        _("« {name} » s'arrête avant sa fin, à la ligne {line} : il est coupé. Téléchargez-le de nouveau.").format(
            name=name, line=problem.line
        )
    )
