from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class ReferenceConfig(AppConfig):
    name = "defi.reference"
    label = "reference"
    verbose_name = _("Référentiels")

    def ready(self) -> None:
        post_migrate.connect(fill_builtin, sender=self)


def fill_builtin(**_signal: object) -> None:
    """Once the tables stand, the small built-in set is there: the product works before any official file is loaded."""
    from defi.reference.builtin import ensure_builtin

    ensure_builtin()
