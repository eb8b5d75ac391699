"""Forms to look for what was done before, and to tick what is taken from it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any, Protocol

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from defi.steps.design.reuse.actions import Pick
from defi.steps.design.reuse.rules import TITLE_LENGTH, Skill


class SearchForm(forms.Form):
    """Words to look for among the past plans."""

    q = forms.CharField(
        label=gettext_lazy("Mots cherchés"),
        required=False,
        max_length=80,
        help_text=gettext_lazy("Métier, intitulé, bassin, certification ou module."),
    )


class LibrarySearchForm(forms.Form):
    """Words, and a block of a certification, to look for in the library."""

    q = forms.CharField(
        label=gettext_lazy("Mots cherchés"),
        required=False,
        max_length=80,
        help_text=gettext_lazy("Module, bloc ou compétence enseignée."),
    )
    block = forms.ChoiceField(label=gettext_lazy("Bloc de certification"), required=False)

    def __init__(self, *args: Any, blocks: Iterable[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("tous")), *((block, block) for block in blocks)]
        self.fields["block"].choices = choices  # type: ignore[attr-defined]


class Choice(Protocol):
    """A module as the forms need it: its id, its title there, whether that title is taken here, and a free one."""

    @property
    def pk(self) -> int: ...
    @property
    def title(self) -> str: ...
    @property
    def clash(self) -> bool: ...
    @property
    def free(self) -> str: ...


class PickForm(forms.Form):
    """Modules to take: those whose title is already here are left out, unless they get another one."""

    modules = forms.TypedMultipleChoiceField(label=gettext_lazy("Modules"), required=False, coerce=int)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, offered: Sequence[Choice], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offered = offered
        self.fields["modules"].choices = [(one.pk, one.title) for one in offered]  # type: ignore[attr-defined]
        self.fields["modules"].error_messages["invalid_choice"] = _(
            "Un de ces modules ne peut plus être repris : relisez la liste."
        )
        for one in offered:
            self.fields[f"title_{one.pk}"] = forms.CharField(
                label=_("Nom de « %(title)s » dans ce plan") % {"title": one.title},
                required=False,
                max_length=TITLE_LENGTH,
                initial=one.free if one.clash else "",
            )

    @property
    def picks(self) -> list[Pick]:
        """What was ticked, in the order of the page, each under the title typed for it."""
        ticked = set(self.cleaned_data["modules"])
        return [Pick(one.pk, self.cleaned_data[f"title_{one.pk}"]) for one in self.offered if one.pk in ticked]

    def is_ticked(self, name: str, pk: int) -> bool:
        """Whether a box of this field is ticked on the page as it is shown."""
        return str(pk) in {str(value) for value in self[name].value() or ()}

    def shows_title(self, one: Choice) -> bool:
        """Whether the page asks for a title: the module's own is taken, or the one typed was refused."""
        return one.clash or bool(self[f"title_{one.pk}"].errors)

    def propose(self, clashing: Collection[int], *, untick: bool) -> None:
        """Before the page is shown again: a title that none has, where one is needed and none was typed; `untick`
        leaves out what came in while the page was open."""
        sent = QueryDict("", mutable=True)
        sent.update(self.data)
        ticked = sent.getlist("modules")
        for one in self.offered:
            name, clash = f"title_{one.pk}", one.pk in clashing
            if sent.get(name, "").strip() or not (clash or name in self.errors):
                continue
            sent[name] = one.free
            if untick and clash:
                ticked = [value for value in ticked if value != str(one.pk)]
        sent.setlist("modules", ticked)
        self.data = sent


class TakeForm(PickForm):
    """What is taken of one past plan."""

    competences = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Compétences que personne n'a demandées ici"), required=False, coerce=int
    )
    certification = forms.BooleanField(label=gettext_lazy("Viser aussi cette certification"), required=False)

    def __init__(self, *args: Any, not_asked: Sequence[Skill], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["competences"].choices = [(skill.pk, skill.label) for skill in not_asked]  # type: ignore[attr-defined]
        self.fields["competences"].error_messages["invalid_choice"] = _(
            "Une de ces compétences est déjà dans le plan, ou n'est plus enseignée là-bas : relisez la liste."
        )
