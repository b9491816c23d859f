"""Participation becomes a whole answer: rank, reasons, needs, focal point, period, version."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("programme", "0003_participation_programme"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="participation", name="programme_level_known"),
        migrations.AlterField(
            model_name="participation",
            name="programme",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="participation",
                to="programme.programme",
            ),
        ),
        migrations.AddField(
            model_name="participation",
            name="version",
            field=models.PositiveIntegerField(default=1),
        ),
        migrations.AddField(
            model_name="participation",
            name="priority",
            field=models.PositiveSmallIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="participation",
            name="reasons",
            field=models.JSONField(blank=True, default=list),
        ),
        migrations.AddField(
            model_name="participation",
            name="reason",
            field=models.TextField(blank=True, default="", max_length=2000),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="participation",
            name="needs",
            field=models.TextField(blank=True, default="", max_length=2000),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="participation",
            name="focal_point",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="participation",
            name="focal_name",
            field=models.CharField(blank=True, default="", max_length=200),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="participation",
            name="focal_organisation",
            field=models.CharField(blank=True, default="", max_length=200),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="participation",
            name="since",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="participation",
            name="until",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name="participation",
            name="level",
            field=models.CharField(
                blank=True,
                choices=[
                    ("lead", "Lead"),
                    ("participate", "Participate"),
                    ("interested", "Interested"),
                    ("not_now", "Not Now"),
                ],
                max_length=20,
            ),
        ),
        migrations.AddConstraint(
            model_name="participation",
            constraint=models.UniqueConstraint(
                fields=("programme", "member", "priority"), name="programme_rank_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="participation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("level__in", ["", "lead", "participate", "interested", "not_now"])
                ),
                name="programme_level_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="participation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("priority__isnull", True),
                    models.Q(
                        ("level__in", ("lead", "participate", "interested")),
                        ("priority__gte", 1),
                    ),
                    _connector="OR",
                ),
                name="programme_rank_of_what_is_wanted",
            ),
        ),
        migrations.AddConstraint(
            model_name="participation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("since__isnull", True),
                    ("until__isnull", True),
                    ("until__gte", models.F("since")),
                    _connector="OR",
                ),
                name="programme_stance_ends_after_it_begins",
            ),
        ),
    ]
