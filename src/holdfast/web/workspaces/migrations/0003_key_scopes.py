from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("workspaces", "0002_members"),
    ]

    operations = [
        migrations.AddField(
            model_name="key",
            name="scopes",
            field=models.JSONField(default=list),
        ),
    ]
