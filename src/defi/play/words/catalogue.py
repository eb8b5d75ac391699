"""Words on the catalogue of trainings."""

from __future__ import annotations

from pathlib import Path

from django.utils.translation import gettext as _

from defi.kernel.access import Actor
from defi.play.demonstration import scenarios
from defi.play.world import Args, PlayError, World, word
from defi.steps.offer.lheo.importing import DEFAULT_SOURCE, import_catalogue


@word("catalogue.import")
def import_a_catalogue(_world: World, actor: Actor, args: Args) -> None:
    """`file` (LHÉO; its path, or its name beside the shipped scenarios); optional `source`."""
    given = Path(args.text("file")).expanduser()
    file = given if given.is_file() else scenarios() / given.name
    if not file.is_file():
        raise PlayError(_("le fichier « %(name)s » n'existe pas") % {"name": given})
    with file.open("rb") as stream:
        import_catalogue(actor, stream, name=file.name, source=args.text("source", DEFAULT_SOURCE))
