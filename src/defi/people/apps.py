from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class PeopleConfig(AppConfig):
    name = "defi.people"
    label = "people"
    verbose_name = _("Personnes et organisations")

    def ready(self) -> None:
        from defi.people import post
        from defi.people.employers import deciding, handlers  # noqa: F401  (they register themselves)

        post.introduce()

        # Each room tells in its module `employers` who works with whom, and what becomes of its rows in a merge.
        autodiscover_modules("employers")
