"""Rows, and an index that is made outside a transaction while the table is in use."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


def add_orders(apps, schema_editor):
    order = apps.get_model("shop", "Order")
    order.objects.bulk_create(order(number=number, note=f"order {number}") for number in range(100))


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("shop", "0001_initial")]
    operations = [
        migrations.RunPython(add_orders, migrations.RunPython.noop),
        AddIndexConcurrently("order", models.Index(name="order_labels", fields=["labels"])),
    ]
