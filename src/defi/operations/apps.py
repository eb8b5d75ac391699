from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OperationsConfig(AppConfig):
    name = "defi.operations"
    label = "operations"
    verbose_name = _("Opérations")

    def ready(self) -> None:
        from defi.operations import post

        post.introduce()
