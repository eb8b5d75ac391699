from typing import Any

from django.db import migrations, models


def _words(value: Any) -> str:
    if isinstance(value, bool):
        return "cochée" if value else "non cochée"
    return f"{value:%d/%m/%Y}" if hasattr(value, "year") else str(value)


def one_by_one(apps: Any, schema_editor: Any) -> None:
    """What was said of all the differences at once is said of each of those that the session still has."""
    names = ("starts_on", "ends_on", "seats", "hours_centre", "hours_company")
    for entry in apps.get_model("training", "EosEntry").objects.exclude(explanation="").select_related("session"):
        wanted = {name: getattr(entry.session, name) for name in names} | {"defi_ticked": True}
        entry.explanations = {
            name: [_words(value), entry.explanation] for name, value in wanted.items() if getattr(entry, name) != value
        }
        entry.save(update_fields=["explanations"])


class Migration(migrations.Migration):
    dependencies = [("training", "0004_moved_and_cancelled_sheets")]

    operations = [
        migrations.AddField(
            model_name="eosentry",
            name="explanations",
            field=models.JSONField(default=dict),
        ),
        migrations.RunPython(one_by_one, migrations.RunPython.noop),
        migrations.RemoveField(model_name="eosentry", name="explanation"),
    ]
