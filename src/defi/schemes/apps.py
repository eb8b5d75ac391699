from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from defi.kernel.mail import purposes


class SchemesConfig(AppConfig):
    name = "defi.schemes"
    label = "schemes"
    verbose_name = _("Dispositifs et règlements")

    def ready(self) -> None:
        from defi.schemes.mailing import shipped

        purposes.lay(shipped())
