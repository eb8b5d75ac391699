"""Who entered on a seat that the Region finances, apart from those whose seat another funding pays."""

from django.db import migrations, models

FILL = """
UPDATE steering_figurerow AS row SET filled_seats = told.filled, other_funding = told.others
FROM (
    SELECT c.operation_id,
           count(*) FILTER (WHERE c.funding = 'region' AND o.state <> 'abandoned') AS filled,
           count(*) FILTER (WHERE c.funding <> 'region') AS others
    FROM sourcing_candidacy c JOIN operations_operation o ON o.id = c.operation_id
    WHERE c.state IN ('entered', 'left', 'completed')
    GROUP BY c.operation_id
) AS told
WHERE told.operation_id = row.operation_id
"""


class Migration(migrations.Migration):
    dependencies = [
        ("steering", "0001_first_release"),
        ("operations", "0001_first_release"),
        ("sourcing", "0001_first_release"),
    ]

    operations = [
        migrations.AddField("figurerow", "filled_seats", models.PositiveIntegerField(default=0)),
        migrations.AddField("figurerow", "other_funding", models.PositiveIntegerField(default=0)),
        # The rows written before are filled here, and not only at the next night.
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
