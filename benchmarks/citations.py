"""Whether the quotes of verified citations stand on their pages, by another engine than the one that read them.

    python benchmarks/citations.py COLLECTION QUESTIONS.jsonl [SPEC]

Asks every question (field `question`; SPEC is a language model, default none) and looks each quote of a verified
citation up in the text that PDFium gives for that page of the original file: all its letters in one run, else all its
words. A page without a text layer has no other text than what OCR read; its quotes are counted by themselves and looked
up in the page's markdown. A boxed quote is also read out of its boxes.
"""

from __future__ import annotations

import io
import json
import sys
import unicodedata
from collections import Counter
from pathlib import Path

import pypdfium2

from kgqa import Collection
from kgqa.result import Citation


def letters(text: str) -> str:
    """Return the letters and digits of a text alone, case folded."""
    return "".join(c for c in unicodedata.normalize("NFKC", text).casefold() if c.isalnum())


def words(text: str) -> set[str]:
    """Return the words of a text, broken words at line ends left out."""
    return {w for piece in unicodedata.normalize("NFKC", text).split() if len(w := letters(piece)) > 1}


class Pages:
    """The pages of the original files, read by PDFium."""

    def __init__(self, collection: Collection) -> None:
        self._collection = collection
        self._open: dict[str, pypdfium2.PdfDocument | None] = {}

    def page(self, citation: Citation) -> pypdfium2.PdfPage | None:
        """Return the cited page; None for a file that is no PDF."""
        name = citation.document
        if name not in self._open:
            document = self._collection.load(name)
            original = self._collection.store.original(document.doc_id)
            is_pdf = document.media_type == "application/pdf" and original is not None
            data = original.read_bytes() if isinstance(original, Path) else original
            self._open[name] = pypdfium2.PdfDocument(io.BytesIO(data)) if is_pdf and data else None
        pdf = self._open[name]
        return pdf[citation.page - 1] if pdf is not None else None


def check(citation: Citation, pages: Pages, collection: Collection) -> str:
    """Return how a quote was found."""
    if not letters(citation.quote):
        return "empty"
    page = pages.page(citation)
    text = page.get_textpage().get_text_range() if page is not None else ""
    read = collection.load(citation.document).page(citation.page)
    if page is None or "ocr" in read.engine or len(letters(text)) < 20:
        return "in OCR's or the file's text" if letters(citation.quote) in letters(read.markdown) else "NOT FOUND"
    if letters(citation.quote) in letters(text):
        return "in one run"
    joined, there = letters(text), {"".join(sorted(word)) for word in words(text)}
    missing = [word for word in words(citation.quote) if word not in joined]
    if not missing:
        return "word by word"
    # PDFium turns the two letters of an Arabic ligature round.
    if all("".join(sorted(word)) in there or not word.isascii() for word in missing) and len(missing) < 4:
        return "word by word, ligatures aside"
    return "NOT FOUND"


def main() -> None:
    """Ask, check, print."""
    place, questions, *spec = sys.argv[1:]
    counts: Counter[str] = Counter()
    missed = []
    unverified = 0
    with Collection.open(place, create=False) as collection:
        pages = Pages(collection)
        for line in Path(questions).read_text(encoding="utf-8").splitlines():
            answer = collection.ask(json.loads(line)["question"], llm=spec[0] if spec else "none")
            for citation in answer.citations:
                if not citation.verified:
                    unverified += 1
                    missed.append(f"not verified: {citation.document}, page {citation.page}: {citation.quote[:150]}")
                    continue
                found = check(citation, pages, collection)
                counts[found] += 1
                if found == "NOT FOUND":
                    missed.append(f"{citation.document}, page {citation.page}: {citation.quote[:150]}")
    total = sum(counts.values()) - counts["empty"]
    print(f"{total} quotes of verified citations, {unverified} citations not verified")
    for found, count in counts.most_common():
        print(f"  {count:4d} {found}")
    print(f"on their page: {1 - counts['NOT FOUND'] / max(1, total):.2%}")
    print("\n".join(missed))


if __name__ == "__main__":
    main()
