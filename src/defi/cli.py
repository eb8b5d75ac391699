"""The command `defi`: a thin door onto the rest of the house."""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

from defi import __version__
from defi.kernel.database import DatabaseUnavailable, close_database, newest_programs, open_database
from defi.kernel.processes import die_with_announced_parent
from defi.serving.demonstration import DemonstrationFailed
from defi.serving.ports import PortTaken
from defi.serving.project import set_up

Command = Callable[[argparse.Namespace], int]


def main() -> NoReturn:
    """Run one command of the command line, and exit with its code."""
    die_with_announced_parent()
    signal.signal(signal.SIGTERM, _leave)
    sys.exit(execute(sys.argv[1:]))


def execute(arguments: list[str]) -> int:
    """Run one command; its exit code. What the user can mend is said in a sentence, without a traceback."""
    options = parser().parse_args(arguments)
    if options.data is not None:
        os.environ["DEFI_DATA"] = str(options.data.expanduser().resolve())
    command: Command = options.command
    try:
        return command(options)
    except (DatabaseUnavailable, DemonstrationFailed, PortTaken) as problem:
        sys.stderr.write(f"{problem}\n")
        return 2
    except KeyboardInterrupt:
        return 130
    finally:
        close_database()


class Parser(argparse.ArgumentParser):
    """A parser that explains itself in French; Django's languages are not loaded yet when it speaks."""

    def __init__(self, *, add_help: bool = True, **options: Any) -> None:
        super().__init__(add_help=False, **options)
        if add_help:
            self.add_argument("-h", "--help", action="help", help="afficher cette aide")


def parser() -> argparse.ArgumentParser:
    """The commands and their options."""
    top = Parser(
        prog="defi",
        description="DEFI : du besoin d'un employeur à l'emploi tenu.",
        epilog="La base est celle de DATABASE_URL, sinon un PostgreSQL embarqué dans le dossier de données.",
    )
    top.add_argument("--version", action="version", version=__version__, help="afficher la version")
    common = Parser(add_help=False)
    common.add_argument(
        "--data", type=Path, metavar="DOSSIER", help="dossier de données (sinon DEFI_DATA, sinon ~/.local/share/defi)"
    )
    commands = top.add_subparsers(title="commandes", metavar="COMMANDE", required=True)

    def add(name: str, command: Command, text: str) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=text, description=text, parents=[common])
        made.set_defaults(command=command)
        return made

    serve = add("run", _run, "mettre en route le serveur web et les tâches")
    serve.add_argument("--host", default="127.0.0.1", metavar="ADRESSE", help="adresse d'écoute (%(default)s)")
    serve.add_argument("--port", type=int, help="port d'écoute (8000, ou le premier libre ensuite)")
    serve.add_argument(
        "--no-demonstration", action="store_true", help="ne pas remplir une base vide avec la démonstration"
    )
    add("worker", _worker, "exécuter les tâches (courriels, relances), sans serveur web")
    add("migrate", _migrate, "mettre la base de données au format de cette version")
    add("check", _check, "vérifier qu'un déploiement est prêt")
    manage = add("manage", _manage, "lancer une commande de Django")
    manage.add_argument_group("arguments").add_argument(
        "arguments", nargs=argparse.REMAINDER, metavar="…", help="la commande et ses options"
    )
    region = add("region", _region, "créer la Région de cette installation et ouvrir l'accès de sa direction")
    region.add_argument("name", metavar="NOM", help="par exemple « Région Centre-Val de Loire »")
    region.add_argument("--first-name", required=True, metavar="PRÉNOM")
    region.add_argument("--last-name", required=True, metavar="NOM")
    region.add_argument("--email", required=True, metavar="ADRESSE", help="un code y est envoyé à chaque entrée")
    seal = add("seal", _seal, "montrer le certificat qui scelle les documents signés, et ceux d'avant")
    seal.add_argument("--renew", action="store_true", help="en faire un nouveau ; les anciens sceaux restent valables")
    seal.add_argument("--export", type=Path, metavar="FICHIER", help="écrire le certificat (PEM), pour les lecteurs")
    postgres = add("postgres", _postgres, "sauvegarder, restaurer ou interroger la base (docs/running.md)")
    group = postgres.add_argument_group("arguments")
    group.add_argument("program", choices=["pg_dump", "pg_restore", "psql"], help="le programme de PostgreSQL")
    group.add_argument("arguments", nargs=argparse.REMAINDER, metavar="…", help="ses options")
    reference = commands.add_parser("reference", help="charger les référentiels officiels")
    load = reference.add_subparsers(title="actions", metavar="ACTION", required=True).add_parser(
        "load",
        parents=[common],
        help="charger le ROME, les communes, les bassins d'emploi, les tensions, les certifications",
    )
    load.add_argument_group("arguments").add_argument("paths", nargs="+", metavar="FICHIER|DOSSIER|URL")
    load.add_argument(
        "--accept-removals",
        action="store_true",
        help="charger aussi un fichier qui fait disparaître beaucoup de lignes",
    )
    load.set_defaults(command=_load)
    offer = commands.add_parser("offer", help="charger le catalogue des formations")
    catalogue = offer.add_subparsers(title="actions", metavar="ACTION", required=True).add_parser(
        "load", parents=[common], help="charger un fichier LHÉO (2.3 ou 2.2)"
    )
    catalogue.add_argument_group("arguments").add_argument("path", metavar="FICHIER")
    catalogue.add_argument("--source", default="", metavar="NOM", help="d'où vient le fichier (le catalogue régional)")
    catalogue.set_defaults(command=_load_offer)
    play = add("play", _play, "jouer une opération décrite dans un fichier (docs/scenario.md)")
    play.add_argument_group("arguments").add_argument("files", nargs="*", metavar="FICHIER")
    play.add_argument("--words", action="store_true", help="écrire les mots connus et leurs arguments")
    play.add_argument("--keep", metavar="NOM", help="garder la base jouée sous ce nom")
    play.add_argument("--documents", metavar="DOSSIER", help="y écrire les documents produits")
    return top


def _run(options: argparse.Namespace) -> int:
    from defi.serving.running import Wish, run

    return run(Wish(options.host, options.port, options.data, not options.no_demonstration))


def _worker(options: argparse.Namespace) -> int:
    url = _open(options)
    from defi.serving.worker import work

    work(url)
    return 0


def _migrate(options: argparse.Namespace) -> int:
    return _managed(options, "migrate")


def _check(options: argparse.Namespace) -> int:
    return _managed(options, "check", "--deploy", "--database", "default") or _managed(options, "migrate", "--check")


def _manage(options: argparse.Namespace) -> int:
    return _managed(options, *options.arguments)


def _postgres(options: argparse.Namespace) -> int:
    url = open_database(options.data)
    program = newest_programs() / options.program
    return subprocess.run([str(program), "--dbname", url, *options.arguments], check=False).returncode  # noqa: S603


def _load(options: argparse.Namespace) -> int:
    _open(options)
    from defi.reference.load import command

    return command(options.paths, accept_removals=options.accept_removals)


def _region(options: argparse.Namespace) -> int:
    _open(options)
    from defi.kernel.access import Who
    from defi.kernel.refusals import Refused
    from defi.people.team import Invitation, found_region

    try:
        found_region(options.name, Invitation(options.first_name, options.last_name, options.email, Who.STEERING))
    except Refused as refusal:
        sys.stderr.write(f"{refusal.sentence}\n")
        return 2
    print(f"{options.name} : la direction entre avec l'adresse {options.email} et invite ses agents.")
    return 0


def _seal(options: argparse.Namespace) -> int:
    _open(options)
    from defi.kernel.signing.certificates import NoSeal
    from defi.kernel.signing.command import command

    try:
        return command(renew=options.renew, export=options.export)
    except NoSeal as problem:
        sys.stderr.write(f"{problem}\n")
        return 2


def _load_offer(options: argparse.Namespace) -> int:
    _open(options)
    from defi.steps.offer.lheo.command import command

    return command(options.path, options.source)


def _play(options: argparse.Namespace) -> int:
    _open(options)
    from defi.play.command import command, write_words

    return write_words() if options.words else command(options.files, options.keep, options.documents)


def _open(options: argparse.Namespace) -> str:
    url = open_database(options.data)
    set_up(url)
    return url


def _managed(options: argparse.Namespace, *arguments: str) -> int:
    _open(options)
    from django.core.management import execute_from_command_line

    execute_from_command_line(["defi manage", *arguments])
    return 0


def _leave(*_: object) -> None:
    sys.exit(128 + signal.SIGTERM)
