from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ConventionConfig(AppConfig):
    name = "defi.steps.convention"
    label = "convention"
    verbose_name = _("Convention")
