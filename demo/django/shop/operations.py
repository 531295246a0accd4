"""What the shop does beside its forms; it may wait for the database."""
from django.apps import apps
from django.db.models import F

COUNT_VISIT = 'shop.count-visit'


def count_visit(payload: dict) -> None:
    from .models import Visit

    visit, _ = Visit.objects.get_or_create(page=payload['page'])
    Visit.objects.filter(pk=visit.pk).update(times=F('times') + 1)


if apps.is_installed('resilient_forms'):
    from resilient_forms.connection import parked_operation

    parked_operation(COUNT_VISIT)(count_visit)
