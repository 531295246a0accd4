from datetime import datetime, timezone

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand
from django.db import transaction

from shop.models import Author, Book, Tag

AUTHORS = {
    'Ursula K. Le Guin': ['The Dispossessed', 'A Wizard of Earthsea'],
    'Italo Calvino': ['Invisible Cities', 'The Baron in the Trees'],
    'Octavia E. Butler': ['Kindred', 'Parable of the Sower'],
    'Jorge Luis Borges': ['Ficciones', 'The Aleph'],
}
TAGS = ['classic', 'fantasy', 'science fiction', 'short stories']


class Command(BaseCommand):
    help = 'Makes the users and books of the demo, where they are missing.'

    @transaction.atomic
    def handle(self, *args, **options):
        for name in ('ada', 'grace', 'vera'):
            is_staff = name != 'vera'
            user, created = User.objects.get_or_create(
                username=name, defaults={'is_staff': is_staff, 'is_superuser': is_staff})
            if created:
                user.set_password('admin')
                user.save()
        tags = [Tag.objects.get_or_create(name=name)[0] for name in TAGS]
        for place, (name, titles) in enumerate(AUTHORS.items()):
            author, _ = Author.objects.get_or_create(name=name)
            for title in titles:
                book, created = Book.objects.get_or_create(slug=title.lower().replace(' ', '-'), defaults={
                    'title': title, 'author': author, 'price': 12 + place, 'stock': 5,
                    'published_at': datetime(2020 + place, 3, 1, 12, tzinfo=timezone.utc)})
                if created:
                    book.tags.add(tags[place])
