# A workspace has one spool for each host that takes in.

from typing import Any

from django.db import migrations, models


def forget(apps: Any, _editor: Any) -> None:
    apps.get_model(
        "jobs", "Progress"
    ).objects.all().delete()  # what was told of no spool by name is told anew


class Migration(migrations.Migration):
    dependencies = [("jobs", "0001_initial")]

    operations = [
        migrations.RunPython(forget, migrations.RunPython.noop),
        migrations.AddField("progress", "empty_at", models.DateTimeField(null=True)),
        migrations.AddField(
            "progress",
            "spool",
            models.CharField(max_length=64, unique=True, default=""),
            preserve_default=False,
        ),
    ]
