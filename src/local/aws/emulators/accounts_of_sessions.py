"""Which account a session is of: MiniStack notes it, and moto, in a process of its own, looks it up. A file for each, in
the folder of all files of local AWS.
"""

import functools
import os
import pathlib
import tempfile
import threading


def note_session(access_key: str, account: str) -> None:
    folder().mkdir(exist_ok=True)
    note = folder() / access_key
    if note.is_file():
        return  # A session stays what it is.
    # Whole or not at all: moto may look meanwhile, and functions side by side have one session.
    written = note.with_suffix(f".{os.getpid()}-{threading.get_ident()}")
    written.write_text(account)
    written.rename(note)


def account_of_session(access_key: str) -> str | None:
    note = folder() / access_key
    return note.read_text() if note.is_file() else None


@functools.cache
def folder() -> pathlib.Path:
    return pathlib.Path(tempfile.gettempdir()) / "sessions"
