from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("workspaces", "0005_identities"),
    ]

    operations = [
        migrations.AddField(
            model_name="member",
            name="digits",
            field=models.CharField(blank=True, default="", max_length=8),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="member",
            name="calendar",
            field=models.CharField(blank=True, default="", max_length=12),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="member",
            name="toman",
            field=models.BooleanField(default=False),
        ),
    ]
