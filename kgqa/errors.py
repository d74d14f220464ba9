"""Errors of asking; the root is `ingestion.errors.KgqaError`."""

from __future__ import annotations

from ingestion.errors import KgqaError


class SettingsError(KgqaError):
    """A setting has a wrong name or value."""

    code = "settings"


class UsageError(SettingsError):
    """An option of a command, or what stands for it in Python, names nothing that there is."""

    code = "usage"


class QuestionError(KgqaError):
    """The question cannot be asked: empty, far too long, or about a document that is not there."""

    code = "question"


class LanguageModelError(KgqaError):
    """The language model gave no usable reply; carries what it said, if anything."""

    code = "llm"

    def __init__(self, message: str, *, reply: str | None = None) -> None:
        super().__init__(message)
        self.reply = reply


class DatasetError(KgqaError):
    """A data set for evaluation is not as it should be."""

    code = "dataset"


class RunCapError(KgqaError):
    """What a whole run may spend on a language model is spent."""

    code = "cap"


class Stopped(KgqaError):  # noqa: N818  it is no fault: somebody wanted it
    """Somebody stopped the question while it was being answered."""

    code = "stopped"
