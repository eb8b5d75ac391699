from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _

from defi.kernel.french import speak_french


class KernelConfig(AppConfig):
    name = "defi.kernel"
    label = "kernel"
    verbose_name = _("Noyau")

    def ready(self) -> None:
        # Verbs, tables, handlers, reminders register themselves on import: all rooms are opened before the first
        # request.
        autodiscover_modules("states", "actions", "handlers", "reminders", "file_kinds")
        speak_french()
