"""What log lines leave out."""

import logging


class RefusalFilter(logging.Filter):
    """Takes the traceback from requests that were refused (4xx): nothing went wrong there."""

    def filter(self, record: logging.LogRecord) -> bool:
        if 400 <= getattr(record, "status_code", 500) < 500:
            record.exc_info = None
            record.exc_text = None
        return True
