import os
import sys
import threading

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.core.servers.basehttp import WSGIRequestHandler


class Command(BaseCommand):
    help = 'Migrates, makes the demo data and serves on a loopback port, until its standard input ends.'

    def add_arguments(self, parser):
        parser.add_argument('port', type=int)

    def handle(self, port, **options):
        threading.Thread(target=_end_with_parent, daemon=True).start()
        call_command('migrate', verbosity=0, interactive=False)
        call_command('demo_data')
        # An answer leaves in several small packets, each of which would wait for the one before to be
        # acknowledged.
        WSGIRequestHandler.disable_nagle_algorithm = True
        # insecure: static files are served although DEBUG is off.
        call_command('runserver', f'127.0.0.1:{port}', use_reloader=False, use_threading=True,
                     insecure_serving=True)


def _end_with_parent() -> None:
    """The launcher holds the other end: it is closed when that one dies, however it dies."""
    sys.stdin.buffer.read()
    os._exit(0)
