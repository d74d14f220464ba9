"""PDFium, permissively licensed: the bare text of files and pages that MuPDF cannot read. pypdfium2 is touched here."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingestion.blocks import PageBlocks, RawPage, Word
from ingestion.document import Box
from ingestion.layout import body_font_size, lines_to_blocks, words_to_lines

if TYPE_CHECKING:
    import pypdfium2


class PdfiumFile:
    """An open PDF; raises ValueError where PDFium cannot open it either."""

    def __init__(self, path: Path, password: str | None = None) -> None:
        import pypdfium2

        try:
            self._document: pypdfium2.PdfDocument = pypdfium2.PdfDocument(path, password=password)
            self.page_count = len(self._document)
        except pypdfium2.PdfiumError as error:
            raise ValueError(" ".join(str(error).split())) from error

    def __enter__(self) -> PdfiumFile:
        return self

    def __exit__(self, *_: object) -> None:
        self._document.close()

    def read(self, index: int, reason: str) -> RawPage:
        """Read the bare text of a page, from index 0; raise ValueError where that fails."""
        import pypdfium2

        try:
            page = self._document[index]
            width, height = page.get_size()
            text = page.get_textpage()
            words = _words(text, height)
        except pypdfium2.PdfiumError as error:
            raise ValueError(" ".join(str(error).split())) from error
        rows = [[word for word, _ in group] for _, group in groupby(words, key=lambda placed: placed[1])]
        blocks = tuple(lines_to_blocks(line for row in rows for line in words_to_lines(row)))
        size = body_font_size(word for word, _ in words)
        return RawPage(PageBlocks(index + 1, "", width, height, blocks, size), "pypdfium", reason)


def _words(text: Any, height: float) -> list[tuple[Word, int]]:
    """Return (word, its line) in the order of the page's content; boxes from the page's top left."""
    words: list[tuple[Word, int]] = []
    whole = text.get_text_range()
    line = 0
    letters: list[str] = []
    box: Box | None = None
    for index, letter in enumerate(f"{whole}\n"):
        if letter.isspace() or letter == "\x00":
            if letters and box is not None:
                words.append((Word("".join(letters), box, box.height), line))
            letters, box = [], None
            line += letter == "\n"
            continue
        left, bottom, right, top = text.get_charbox(index)
        place = Box(left, height - top, max(right, left), max(height - bottom, height - top))
        letters.append(letter)
        box = place if box is None else box.union(place)
    return words
