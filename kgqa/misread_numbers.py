"""Roman numbers of headings as OCR misreads them: "Il." and "VIL" for "II." and "VII."."""

from __future__ import annotations

import re

from ingestion.document import ParsedDocument, Section

_TOKEN = re.compile(r"(?P<token>[IVXLl1|]{1,5})[.,:]\s*\W*(?=\w)")
_AS_ONE = str.maketrans("lL1|", "IIII")


def misread_section(document: ParsedDocument, roman: str) -> Section | None:
    """Return the heading of a scanned page whose number OCR may have taken the Roman one for; None without one."""
    for section in document.sections:
        if document.page(section.page_number).engine != "ocr":
            continue
        match = _TOKEN.match(f"{section.number}. {section.title}" if section.number else section.title)
        if match is not None and match["token"].translate(_AS_ONE) == roman:
            return section
    return None
