from django.core.management.base import BaseCommand

from resilient_forms.drafts import sweep_drafts
from resilient_forms.idempotency import sweep


class Command(BaseCommand):
    help = 'Deletes idempotency keys and drafts that are too old. Run it once a day.'

    def handle(self, *args, **options):
        self.stdout.write(f'{sweep()} keys and {sweep_drafts()} drafts deleted')
