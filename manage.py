#!/usr/bin/env python
"""Django's command line, where what no command could handle becomes one sentence."""

from __future__ import annotations

import logging
import os
import signal
import sys


def main() -> None:
    """Run the command that `sys.argv` names."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gazelle_site.settings")
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line
    from django.db import InterfaceError, OperationalError, ProgrammingError

    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(str(error))
    except (InterfaceError, OperationalError, ProgrammingError) as error:
        logging.getLogger("manage").exception("database_error")
        said = str(error).partition("\n")[0]
        step = "Vérifiez DATABASE_URL ; sur une base neuve, lancez d’abord « python manage.py migrate »."
        sys.exit(f"La base de données n’a pas répondu comme prévu : {said}\n{step}")


def close_output() -> None:
    """Say what is left to say; the reader of a pipe may have gone, as `head` does, and that is no fault."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # Python flushes once more as it exits


if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]  # a terminal without accents stops no reading
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        sys.exit(1)
    finally:
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # a late Ctrl-C has nothing left to interrupt
        close_output()
