"""Filters that shorten log records."""

import logging


class RefusalFilter(logging.Filter):
    """Removes the traceback of refused requests (4xx), which are not faults of the server."""

    def filter(self, record: logging.LogRecord) -> bool:
        if 400 <= getattr(record, "status_code", 500) < 500:
            record.exc_info = None
            record.exc_text = None
        return True
