"""Which engine reads a page: the cheapest that reads it faithfully, by facts that cost next to nothing to find."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

from ingestion.document import Box
from ingestion.rawdict import Placed
from ingestion.text_quality import is_garbled, is_suspicious
from ingestion.unnamed_letters import is_unnamed

Kind = Literal["blank", "digital", "mixed", "scanned", "garbled", "suspicious"]
"""What a page is: without content; with a text layer; with pictures that may hold text beside it; a picture or shapes
without text; with a text layer of wrong character codes; with one that may be wrong."""

_FEW_LETTERS = 20  # a page with fewer has no text layer worth the name
_SCAN_SHARE = 0.3  # of the page, that a picture on a page without text covers at least
_WHOLE_SHARE = 0.75  # of the page: a picture that large is the page, and few words on it are a stamp
_STAMP_LETTERS = 200
_MANY_SHAPES = 200  # letters that are drawn as shapes are many
_LEAST_PICTURE = (60.0, 18.0)  # points, width and height: a smaller picture holds no text to read
_PICTURE_SHARE = 0.01  # of the page


class SourcePage(Protocol):
    """What a page must tell to be classified."""

    box: Box

    @property
    def words(self) -> tuple[list[Placed], list[Placed]]:
        """Upright and rotated words of the text layer."""
        ...

    @property
    def pictures(self) -> tuple[Box, ...]:
        """Where images stand."""
        ...

    @property
    def shape_count(self) -> int:
        """How many lines and areas are drawn."""
        ...


@dataclass(frozen=True, slots=True)
class PageFacts:
    """What a page is, and the pictures that may hold text that the text layer has not."""

    kind: Kind
    wordless_pictures: tuple[Box, ...] = ()
    unnamed: bool = False  # words of the text layer hold letters that no code tells


def classify_page(page: SourcePage) -> PageFacts:
    """Return what a page is; reads its text layer and its list of images, and draws nothing."""
    words, rotated = page.words
    texts = [word.text for word, _ in [*words, *rotated]]
    letters = sum(map(len, texts))
    area = max(page.box.width * page.box.height, 1.0)
    largest = max((picture.width * picture.height for picture in page.pictures), default=0.0) / area
    if not texts and not page.pictures and not page.shape_count:
        return PageFacts("blank")
    few = letters < _FEW_LETTERS
    if (few and largest > _SCAN_SHARE) or (letters < _STAMP_LETTERS and largest > _WHOLE_SHARE and _bare(page, 0.5)):
        return PageFacts("scanned")
    if few and page.shape_count >= _MANY_SHAPES:
        return PageFacts("scanned")
    if is_garbled(texts):
        return PageFacts("garbled")
    if is_suspicious([word.text for word, _ in words]):
        return PageFacts("suspicious")
    pictures = _wordless(page)
    unnamed = any(is_unnamed(word.text) for word, _ in words)
    if pictures:
        return PageFacts("mixed", pictures, unnamed)
    return PageFacts("digital" if texts else "blank", unnamed=unnamed)


def _bare(page: SourcePage, share: float) -> bool:
    """Return whether the words of the text layer cover less than that share of the page's height, as stamps do."""
    words = [word.box for word, _ in page.words[0]]
    rows = {int(y) for box in words for y in range(int(box.y0), int(box.y1) + 1)}
    return len(rows) < share * page.box.height


def _wordless(page: SourcePage) -> tuple[Box, ...]:
    """Return the pictures that are large enough for text and have at most two words of the text layer on them."""
    area = page.box.width * page.box.height
    words = [word.box for word, _ in [*page.words[0], *page.words[1]]]
    found: list[Box] = []
    for picture in sorted(page.pictures, key=lambda box: -box.width * box.height):
        if picture.width < _LEAST_PICTURE[0] or picture.height < _LEAST_PICTURE[1]:
            continue
        if picture.width * picture.height < _PICTURE_SHARE * area or any(p.overlap(picture) > 0 for p in found):
            continue
        on_it = sum(
            picture.x0 < (w.x0 + w.x1) / 2 < picture.x1 and picture.y0 < (w.y0 + w.y1) / 2 < picture.y1 for w in words
        )
        if on_it <= 2:
            found.append(picture)
    return tuple(found)
