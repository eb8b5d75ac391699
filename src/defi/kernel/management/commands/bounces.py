"""`defi manage bounces PATH…`: read the mails that came back."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import ProgrammingError

from defi.kernel.mail.bounces import read_mailbox


class Command(BaseCommand):
    help = "Lit les avis de non-remise d'un dossier (Maildir ou autre), d'un fichier mbox ou d'un message."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("paths", nargs="+", type=Path, metavar="DOSSIER|FICHIER")

    def handle(self, *args: Any, **options: Any) -> None:
        for path in options["paths"]:
            try:
                read, told = read_mailbox(path)
            except OSError as problem:
                raise CommandError(f"« {path} » ne se lit pas ({problem.strerror}) : vérifiez le chemin.") from problem
            except ProgrammingError as problem:  # the tables of this version are not there
                raise CommandError("La base n'est pas prête : lancez d'abord « defi migrate ».") from problem
            self.stdout.write(f"{path} : {read} messages lus, {told} courriels revenus.")
