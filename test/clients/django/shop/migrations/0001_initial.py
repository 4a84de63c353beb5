"""Extensions, the table, and an index on it."""

from django.contrib.postgres.fields import ArrayField, HStoreField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.operations import HStoreExtension, TrigramExtension
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    operations = [
        HStoreExtension(),
        TrigramExtension(),
        migrations.CreateModel(
            name="Order",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("number", models.BigIntegerField(unique=True)),
                ("note", models.TextField()),
                ("labels", ArrayField(base_field=models.CharField(max_length=20), default=list, size=None)),
                ("extra", HStoreField(default=dict)),
            ],
        ),
        migrations.AddIndex(
            model_name="order", index=GinIndex(name="order_note", fields=["note"], opclasses=["gin_trgm_ops"])
        ),
    ]
