"""Which language a text is in, in Tesseract's names."""

from __future__ import annotations

from functools import cache
from typing import Any

_LEAST_LETTERS = 200  # of a text whose language is guessed; less says too little after OCR

_ISO_TO_TESSERACT = {
    "en": "eng", "de": "deu", "fr": "fra", "es": "spa", "it": "ita", "pt": "por", "nl": "nld", "pl": "pol",
    "cs": "ces", "sv": "swe", "da": "dan", "nb": "nor", "no": "nor", "fi": "fin", "hu": "hun", "ro": "ron",
    "tr": "tur", "ru": "rus", "uk": "ukr", "bg": "bul", "el": "ell", "ar": "ara", "fa": "fas", "he": "heb",
    "hi": "hin", "ja": "jpn", "ko": "kor", "zh": "chi_sim", "vi": "vie", "ca": "cat", "hr": "hrv", "sk": "slk",
    "sl": "slv", "et": "est", "lv": "lav", "lt": "lit", "id": "ind",
}  # fmt: skip

_SCRIPT_TO_TESSERACT = {
    "Arabic": ("ara", "fas", "urd"), "Cyrillic": ("rus", "ukr", "bul"), "Greek": ("ell",), "Hebrew": ("heb",),
    "Han": ("chi_sim", "chi_tra"), "Japanese": ("jpn",), "Korean": ("kor",), "Hangul": ("kor",),
    "Devanagari": ("hin",), "Thai": ("tha",), "Bengali": ("ben",), "Tamil": ("tam",), "Latin": ("eng",),
}  # fmt: skip


def script_to_languages(script: str) -> tuple[str, ...]:
    """Return the languages of a script as Tesseract's orientation detection names it, the commonest first."""
    return _SCRIPT_TO_TESSERACT.get(script, ())


def with_latin(language: str) -> str:
    """Return a language of another script together with English, since its texts have Latin words and names too."""
    latin = language not in {
        name for script, names in _SCRIPT_TO_TESSERACT.items() if script != "Latin" for name in names
    }
    return language if latin else f"{language}+eng"


def guess_language(text: str) -> str | None:
    """Return the language of a text, or None where it is too short or unclear, or a language without OCR data."""
    if sum(c.isalpha() for c in text) < _LEAST_LETTERS:
        return None
    code, probability = _identifier().classify(text)
    return _ISO_TO_TESSERACT.get(code) if probability > 0.95 else None


@cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
