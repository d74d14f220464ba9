"""Every error that kgqa raises on purpose, as one tree. Each says what, why, and the mend, in one line.

    KgqaError
    └── IngestionError
        ├── UnreadableFileError      missing, a folder without permission, changed while it was read
        ├── EmptyFileError           zero bytes, or a document without pages
        ├── EncryptedFileError       a password is needed
        ├── BrokenFileError          truncated or corrupt
        ├── UnsupportedFileError     not a kind of file that can be read, or its name lies about its kind
        ├── FileTooLargeError        over the limit on size or pages
        └── ReaderCrashedError       the reading process died or ran out of time

Errors of the other packages (`graphs.errors`, `kgqa.errors`) derive from `KgqaError` too.
"""

from __future__ import annotations


class KgqaError(Exception):
    """Root of all errors that kgqa raises on purpose; `str(error)` is one line for people."""

    def __init__(self, message: str) -> None:
        """Keep the message to one line, whatever a file's name in it holds."""
        super().__init__(" ".join("".join(c if c.isprintable() else " " for c in message).split()))

    code = "error"  # short and stable, for programs


class IngestionError(KgqaError):
    """One file could not be read; the others go on."""

    code = "ingestion"


class UnreadableFileError(IngestionError):
    """The operating system does not give the file."""

    code = "unreadable"


class EmptyFileError(IngestionError):
    """The file holds nothing: zero bytes, or no page."""

    code = "empty"


class EncryptedFileError(IngestionError):
    """The file opens with a password only."""

    code = "encrypted"


class BrokenFileError(IngestionError):
    """The file is truncated or corrupt."""

    code = "broken"


class UnsupportedFileError(IngestionError):
    """Not a kind of file that kgqa reads, or the content is not what the name says."""

    code = "unsupported"


class FileTooLargeError(IngestionError):
    """The file is over a limit that the settings give."""

    code = "too-large"


class ReaderCrashedError(IngestionError):
    """The process that read the file died, or ran over its time or memory."""

    code = "crashed"
