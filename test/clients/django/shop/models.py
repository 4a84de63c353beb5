"""Orders, with what Django has for PostgreSQL alone."""

from django.contrib.postgres.fields import ArrayField, HStoreField
from django.contrib.postgres.indexes import GinIndex
from django.db import models


class Order(models.Model):
    number = models.BigIntegerField(unique=True)
    note = models.TextField()
    labels = ArrayField(models.CharField(max_length=20), default=list)
    extra = HStoreField(default=dict)

    class Meta:
        indexes = [
            GinIndex(name="order_note", fields=["note"], opclasses=["gin_trgm_ops"]),
            models.Index(name="order_labels", fields=["labels"]),
        ]
