from django.db import models
from django.utils import timezone


class IdempotencyRecord(models.Model):
    """A submission that was carried out, by its key, and what it was answered with."""

    key = models.CharField(max_length=128, primary_key=True)
    fingerprint = models.CharField(max_length=64)
    owner = models.CharField(max_length=255, blank=True)
    # Whose row it is, while its transaction is under way.
    claim = models.CharField(max_length=32)
    status = models.PositiveSmallIntegerField(default=0)
    location = models.TextField(blank=True)
    messages = models.TextField(blank=True)
    deliveries = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=timezone.now, db_index=True)

    def __str__(self) -> str:
        return self.key


class FormDraft(models.Model):
    """What somebody typed into a form, bound to a user or to one session."""

    owner = models.CharField(max_length=255, blank=True)
    session = models.CharField(max_length=64, blank=True)
    name = models.CharField(max_length=200)
    data = models.TextField()
    saved_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=['owner', 'session', 'name'], name='resilient_forms_one_draft'),
        ]

    def __str__(self) -> str:
        return self.name
