from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OfferConfig(AppConfig):
    name = "defi.steps.offer"
    label = "offer"
    verbose_name = _("Réponse")

    def ready(self) -> None:
        """A need that joins an operation already answered is answered too."""
        from defi.steps.offer import handlers  # noqa: F401
