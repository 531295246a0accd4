"""Log lines as JSON, without anything that a person typed."""
import json
import logging
import traceback
from datetime import datetime, timezone

# What a line may carry beside its message: names and numbers.
EXTRAS = ('event', 'error', 'database', 'attempt', 'operation', 'parked', 'status_code', 'seconds')


class JsonFormatter(logging.Formatter):
    """The texts of exceptions are left out: PostgreSQL puts values into them ("Key (slug)=(…) exists")."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            'time': datetime.fromtimestamp(record.created, timezone.utc).isoformat(timespec='milliseconds'),
            'level': record.levelname,
            'logger': record.name,
            'message': _without_queries(record),
        }
        line.update((name, getattr(record, name)) for name in EXTRAS if hasattr(record, name))
        if record.exc_info and record.exc_info[0]:
            frames = traceback.extract_tb(record.exc_info[2])
            line['error'] = record.exc_info[0].__name__
            line['at'] = [f'{frame.filename}:{frame.lineno} {frame.name}' for frame in frames[-8:]]
        return json.dumps(line, default=str)


def _without_queries(record: logging.LogRecord) -> str:
    """A search or a filter is in the query of the address; the server logs whole request lines."""
    message = record.getMessage()
    return ' '.join(word.split('?', 1)[0] for word in message.split(' ')) if '?' in message else message
