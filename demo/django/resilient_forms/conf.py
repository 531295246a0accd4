"""The settings `RESILIENT_FORMS` and `CONNECTION_RESILIENCE`, with their defaults."""
import os
from pathlib import Path

from django.conf import settings

FORMS = {
    'SCRIPT': 'resilient-forms.min.js',  # in a static folder, or a whole address
    'INTEGRITY': '',  # sha384-…, for an address elsewhere
    'FORMS': '',  # selector; empty: form[data-resilient]
    'HEALTH': 'resilient_forms:health',  # name of a URL, or a path
    'UI': 'bottom-start',  # corner of the messages: at the other end they would cover the admin's buttons; or false
    'OPTIONS': {},  # what the script tag cannot say, by option name
    'MAX_AGE': 14 * 24 * 3600,  # seconds a key is remembered
    'PATIENCE': 2,  # seconds a duplicate waits for the first
    'DRAFT_MAX_AGE': 7 * 24 * 3600,  # seconds
}

CONNECTION = {
    'MAX_RETRIES': 3,
    'RETRY_DELAY': 1.0,  # seconds
    'EXPONENTIAL_BACKOFF': True,
    'CIRCUIT_BREAKER_THRESHOLD': 5,
    'CIRCUIT_BREAKER_TIMEOUT': 60.0,  # seconds
    'SPOOL': '',  # folder of parked operations, writable by this site alone; empty: none can be parked
}

ENVIRONMENT = {
    'MAX_RETRIES': ('CONNECTION_MAX_RETRIES', int),
    'RETRY_DELAY': ('CONNECTION_RETRY_DELAY', float),
    'CIRCUIT_BREAKER_THRESHOLD': ('CIRCUIT_BREAKER_THRESHOLD', int),
    'CIRCUIT_BREAKER_TIMEOUT': ('CIRCUIT_BREAKER_TIMEOUT', float),
}


def forms_setting(name: str):
    return getattr(settings, 'RESILIENT_FORMS', {}).get(name, FORMS[name])


def connection_setting(name: str):
    """The environment comes before the settings: it is what an operator changes."""
    variable, read = ENVIRONMENT.get(name, ('', str))
    if os.environ.get(variable):
        return read(os.environ[variable])
    return getattr(settings, 'CONNECTION_RESILIENCE', {}).get(name, CONNECTION[name])


def spool_folder():
    """None when the site has none: not where others may write, as its files say what is to be run."""
    folder = connection_setting('SPOOL')
    return Path(folder) if folder else None
