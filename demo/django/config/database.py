"""
The database of the environment: `DATABASE_URL`, else `PGHOST` and its like, else SQLite in the data folder.
"""
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit


def database_from(environ, folder: Path) -> dict:
    url = environ.get('DATABASE_URL')
    if url:
        return _postgres(**_parts_of(url))
    if environ.get('PGHOST') or environ.get('PGDATABASE'):
        # libpq reads the rest of PG* by itself.
        return _postgres(NAME=environ.get('PGDATABASE', 'postgres'), USER=environ.get('PGUSER', 'postgres'),
                         PASSWORD=environ.get('PGPASSWORD', ''), HOST=environ.get('PGHOST', ''),
                         PORT=environ.get('PGPORT', ''))
    # Shorter than the browser waits for a health answer.
    return {'ENGINE': 'django.db.backends.sqlite3', 'NAME': str(folder / 'django.sqlite3'),
            'OPTIONS': {'timeout': 3}}


def _postgres(OPTIONS=None, **parts) -> dict:
    options = {'connect_timeout': 5, 'application_name': 'resilient-forms-demo', **(OPTIONS or {})}
    return {'ENGINE': 'django.db.backends.postgresql', 'CONN_MAX_AGE': 60, 'CONN_HEALTH_CHECKS': True,
            'OPTIONS': options, **parts}


def _parts_of(url: str) -> dict:
    parts = urlsplit(url)
    if parts.scheme not in ('postgres', 'postgresql'):
        raise ValueError('DATABASE_URL: expected postgres://user:password@host:port/name')
    return {'NAME': unquote(parts.path[1:]) or 'postgres', 'USER': unquote(parts.username or 'postgres'),
            'PASSWORD': unquote(parts.password or ''), 'HOST': parts.hostname or '',
            'PORT': str(parts.port or ''), 'OPTIONS': dict(parse_qsl(parts.query))}
