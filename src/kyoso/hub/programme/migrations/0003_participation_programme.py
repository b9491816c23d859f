"""Each answer names its programme. PostgreSQL alters no table to which it owes checks, so this stands apart."""

import django.db.models.deletion
from django.db import migrations, models


def name_programmes(apps, schema_editor):
    """Each answer belongs to the programme of its activity."""
    programme = apps.get_model("programme", "Activity").objects.filter(
        pk=models.OuterRef("activity_id")
    )
    apps.get_model("programme", "Participation").objects.update(
        programme_id=models.Subquery(programme.values("programme_id")[:1])
    )


class Migration(migrations.Migration):
    dependencies = [
        ("programme", "0002_synergies_and_proposals"),
    ]

    operations = [
        migrations.AddField(
            model_name="participation",
            name="programme",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="participation",
                to="programme.programme",
            ),
        ),
        migrations.RunPython(name_programmes, migrations.RunPython.noop, elidable=True),
    ]
