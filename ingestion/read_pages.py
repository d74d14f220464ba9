"""A PDF -> its pages, each by the cheapest engine that reads it faithfully, with what happened on the way."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import Literal

from ingestion.blocks import PageBlocks, RawDocument, RawPage
from ingestion.document import PageIssue
from ingestion.errors import BrokenFileError
from ingestion.memory import keep_memory_whole
from ingestion.nougat import NougatError, NougatReader
from ingestion.ocr import OcrEngine, OcrError, OcrMissingError, choose_engine
from ingestion.options import IngestionOptions
from ingestion.page_cache import PageCache
from ingestion.page_list import PageList
from ingestion.page_readers import (
    LayoutReader,
    MixedReader,
    OcrReader,
    PageError,
    PageReader,
    TextReader,
    may_hold_text,
    whole_words,
)
from ingestion.pdf import PdfFile, PdfPage, mupdf_errors, one_line, release_memory, scanned_page
from ingestion.pdfium import PdfiumFile
from ingestion.rawdict import Placed
from ingestion.routes import PageFacts, classify_page
from ingestion.running_heads import mark_running_heads
from ingestion.text_quality import common_share, is_broken, word_agreement
from ingestion.unnamed_letters import mend_unnamed, without_unnamed

Plan = Literal["none", "text", "mixed", "both", "picture"]
"""Nothing; the text layer; with OCR of the page's pictures beside it; both, to see which is right; OCR of the page."""

PageProgress = Callable[[int, int], None]
"""Called with the number of pages that are read, and of how many."""

_RELEASE = 10  # pages after which memory that they let go of goes back to the system
_DIED = "the process that read it died"
_OTHER = 0.3  # agreement below which OCR and text layer do not say the same
_PARTLY = 0.6  # agreement below which they do not where many words of the text layer are broken
_PROSE = 0.04  # share of common words from which OCR has read running text
_REASONS = {"scanned": "scan", "garbled": "text layer with wrong character codes"}
_UNREAD = {
    "scanned": ("no-text-layer", "it is a picture without text, so it was not read."),
    "garbled": ("garbled-text-layer", "its text layer has wrong character codes, so it was not read."),
}


def read_pdf(
    path: Path,
    *,
    options: IngestionOptions,
    password: str | None = None,
    progress: PageProgress | None = None,
    name: str | None = None,
    kind: str = "pdf",
    cache: PageCache | None = None,
    sha256: str = "",
    deadly: Collection[int] = (),
) -> RawDocument:
    """Read every page of a PDF, or of a picture (`kind` "png", "jpeg" or "tiff"); messages call it `name`.

    A page that cannot be read is an issue on that page and the others go on. `cache` keeps pages that were read for the
    file with those bytes (`sha256`). `deadly` are pages, from 0, that have ended a process which read them: PDFium
    reads those. Raises an IngestionError when the file as a whole cannot be read.
    """
    name = name or path.name
    keep_memory_whole()
    try:
        file = PdfFile(path, options=options, password=password, name=name, kind=kind)
    except BrokenFileError as error:
        if kind != "pdf":
            raise
        return _read_by_pdfium(path, password, error, progress, name)
    with file:
        reading = _Reading(file, path, options, password, name, cache, sha256)
        pages = PageList[RawPage]()
        for index in range(file.page_count):
            started = perf_counter()
            if index % _RELEASE == 0:
                release_memory()
            page = reading.after_mupdf(index, _DIED) if index in deadly else reading.read(index)
            pages.append(replace(page, seconds=round(perf_counter() - started, 4)))
            if progress is not None:
                progress(index + 1, file.page_count)
        return RawDocument(
            pages=mark_running_heads(pages),
            bookmarks=file.bookmarks(),
            title=file.title,
            media_type="application/pdf" if kind == "pdf" else f"image/{kind}",
            issues=tuple(reading.file_issues),
        )


class _Reading:
    """One file being read."""

    def __init__(
        self,
        file: PdfFile,
        path: Path,
        options: IngestionOptions,
        password: str | None,
        name: str,
        cache: PageCache | None,
        sha256: str,
    ) -> None:
        self._file, self._path, self._options, self._password, self._name = file, path, options, password, name
        self._cache, self._sha256 = cache, sha256
        self._bare: PageReader = LayoutReader() if options.layout else TextReader()
        use_nougat = options.nougat != "never" and bool(options.nougat_model)
        self._nougat = NougatReader(options, self._pages_after) if use_nougat else None
        self._ocr: OcrEngine | OcrMissingError | None = None
        self.file_issues: list[PageIssue] = []
        if file.is_repaired:
            message = "is damaged and was repaired while it was opened; pages may be missing."
            mend = "Compare the number of pages with the original."
            self.file_issues.append(PageIssue(None, None, "repaired", f"{name} {message} {mend}"))

    def _pages_after(self, number: int) -> Iterator[PdfPage]:
        """Yield the pages behind one, up to the first that is damaged; that one says so when its turn comes."""
        for index in range(number, self._file.page_count):
            try:
                yield self._file.page(index)
            except mupdf_errors():
                return

    def read(self, index: int) -> RawPage:
        """Read a page by the first engine of its route that can; one that none can read is empty, with an issue."""
        number = index + 1
        try:
            page = self._file.page(index)
            facts = classify_page(page)
            read = self._kept(index, page, facts)
        except mupdf_errors() as error:
            return self.after_mupdf(index, one_line(error))
        issues = tuple(replace(issue, message=f"{self._name}, page {number}: {issue.message}") for issue in read.issues)
        return replace(read, issues=issues)

    def _kept(self, index: int, page: PdfPage, facts: PageFacts) -> RawPage:
        """Return the page as it was read before, else read it and keep it where nothing went wrong."""
        if facts.kind == "blank" and self._options.ocr != "always":
            return _empty(page, "blank")
        drawn = self._digest(index)
        if self._cache is None or drawn is None:
            return self._read(page, facts)
        key = hashlib.sha256(f"{drawn} {self._route_key(facts)}".encode()).hexdigest()
        known = self._cache.get(key) or self._read(page, facts)
        if not known.issues:
            self._cache.put(key, self._sha256, known)
        return replace(known, blocks=replace(known.blocks, number=page.number, label=page.label))

    def _digest(self, index: int) -> str | None:
        """Return what a page draws as a digest; None where a part of it that need not be drawn is damaged."""
        try:
            return self._file.digest(index) if self._cache is not None else None
        except mupdf_errors():
            return None

    def _plan(self, facts: PageFacts) -> Plan:
        """Return what is to be done with a page that Nougat does not read."""
        ocr = self._options.ocr
        if ocr == "always" or facts.kind in ("scanned", "garbled"):
            return "none" if ocr == "never" else "picture"
        if ocr == "auto" and facts.kind == "suspicious":
            return "both"
        if ocr == "auto" and facts.kind == "mixed" and self._options.layout:
            return "mixed"
        return "text"

    def _route_key(self, facts: PageFacts) -> str:
        """Return what a page's reading depends on beside what it draws."""
        plan = self._plan(facts)
        parts: list[str] = [plan, self._bare.key]
        if plan != "text" or facts.unnamed:
            engine = self._engine()
            parts += [facts.kind, repr(facts.wordless_pictures)]
            parts.append("none" if isinstance(engine, OcrMissingError) else OcrReader(engine, self._options).key)
        if self._nougat is not None:
            parts.append(self._nougat.key)
        return " | ".join(parts)

    def _read(self, page: PdfPage, facts: PageFacts) -> RawPage:
        read, why = self._try_nougat(page)
        if read is not None:
            return read
        reason = f"text layer; {why}" if why else "text layer"
        if facts.unnamed and self._plan(facts) in ("text", "mixed"):
            note, issues = self._mend_letters(page)
            return _with_issues(self._by_plan(page, facts, reason + note), *issues)
        return self._by_plan(page, facts, reason)

    def _by_plan(self, page: PdfPage, facts: PageFacts, reason: str) -> RawPage:
        match self._plan(facts):
            case "none":
                code, what = _UNREAD[facts.kind]
                issue = PageIssue(page.number, None, code, f"{what} Ingest it again without `--ocr never`.")
                return _empty(page, what.split(",")[0], issue)
            case "picture":
                return self._read_picture(page, facts, reason)
            case "both":
                return self._read_suspicious(page, reason)
            case "mixed":
                return self._read_mixed(page, facts, reason)
        return self._bare.read(page, reason)

    def _mend_letters(self, page: PdfPage) -> tuple[str, tuple[PageIssue, ...]]:
        """Put the letters that no code tells into the words of a page, by a picture of it; return what was done."""
        words, why, code = page.words[0], "OCR of its picture does not show them", "letters-unread"
        mended, left = without_unnamed(words)
        if not self._options.layout:
            why = "they need OCR: ingest it again without `--fast`"
        elif self._options.ocr == "never":
            why, code = "they need OCR: ingest it again without `--ocr never`", "unnamed-letters"
        else:
            try:
                mended, left = mend_unnamed(words, self._seen(page))
            except OcrMissingError as error:
                why, code = str(error), "unnamed-letters"
            except OcrError as error:
                why = str(error)
        page.mend(mended)
        if not left:
            return ", with letters that its fonts do not tell, by OCR", ()
        what = f"its fonts do not tell which letters {left} words hold"
        message = f"{what}; those are read as “\ufffd” ({why}). Do not trust these words."
        return ", with letters that its fonts do not tell", (PageIssue(page.number, "ocr", code, message),)

    def _seen(self, page: PdfPage) -> list[Placed]:
        """Return the words in a picture of a page, by OCR, at their places."""
        engine = self._engine()
        if isinstance(engine, OcrMissingError):
            raise engine
        picture, dpi = page.picture(self._options.ocr_dpi)
        reading = engine.read(picture, dpi=dpi)
        with scanned_page(picture, reading.text_pdf, width=page.box.width, height=page.box.height) as scan:
            return whole_words(scan, reading)

    def _try_nougat(self, page: PdfPage) -> tuple[RawPage | None, str]:
        """Return the page as Nougat reads it, or why it does not; a model that cannot be loaded is said once a file."""
        if self._nougat is None or not self._nougat.is_for(page):
            return None, ""
        try:
            reason = "page with formulas" if self._options.nougat == "auto" else "Nougat as asked"
            return self._nougat.read(page, reason), ""
        except PageError as error:
            return None, str(error)
        except NougatError as error:
            if self._options.nougat == "always":
                raise
            self._nougat = None
            self.file_issues.append(PageIssue(None, "nougat", error.code, f"{self._name}: {error}"))
            return None, ""

    def _read_picture(self, page: PdfPage, facts: PageFacts, reason: str) -> RawPage:
        """Read a page by OCR; where that fails, by its text layer if it has one that can be read."""
        unread = _UNREAD.get(facts.kind)
        texts = _texts(page)
        if not texts and not page.pictures and not page.shape_count:
            return _empty(page, "blank")
        try:
            read = self._ocr_reader().read(page, _REASONS.get(facts.kind, "OCR as asked"))
        except (OcrError, PageError) as error:
            code = error.page_code if isinstance(error, PageError) else error.code
            message = f"it was not read by OCR. {error}"
            if unread is None and texts:
                return _with_issues(self._bare.read(page, reason), PageIssue(page.number, "ocr", code, message))
            if unread is None and code == "ocr-empty":
                return _empty(page, "a picture without text")
            return _empty(page, "OCR failed", PageIssue(page.number, "ocr", code, message))
        if unread is None and texts:
            return replace(read, agreement=round(word_agreement(_raw_texts(read), texts), 4))
        return read

    def _read_suspicious(self, page: PdfPage, reason: str) -> RawPage:
        """Look at the picture of a page whose words look odd; OCR takes its place where it reads prose that differs."""
        layer = self._bare.read(page, reason)
        try:
            read = self._ocr_reader().read(page, _REASONS["garbled"])
        except (OcrError, PageError):
            return replace(layer, reason=f"{reason}, which has few common words")
        seen, texts = _raw_texts(read), _texts(page)
        agreement = round(word_agreement(seen, texts), 4)
        if agreement < _OTHER and common_share(seen) > _PROSE:
            return read
        if agreement < _PARTLY and is_broken(texts) and not is_broken(seen):
            return read
        return replace(layer, reason=f"{reason}, confirmed by OCR", agreement=agreement)

    def _read_mixed(self, page: PdfPage, facts: PageFacts, reason: str) -> RawPage:
        engine = self._engine()
        if isinstance(engine, OcrMissingError):
            read = self._bare.read(page, reason)
            if not any(may_hold_text(page.picture(50, clip=box)[0]) for box in facts.wordless_pictures):
                return read
            message = f"a picture on it may hold text and was not read. {engine}"
            return _with_issues(read, PageIssue(page.number, "ocr", engine.code, message))
        try:
            return MixedReader(engine, self._options, facts.wordless_pictures).read(page, reason)
        except OcrError as error:
            issue = PageIssue(page.number, "ocr", error.code, f"its pictures were not read. {error}")
            return _with_issues(self._bare.read(page, reason), issue)

    def _ocr_reader(self) -> OcrReader:
        engine = self._engine()
        if isinstance(engine, OcrMissingError):
            raise engine
        return OcrReader(engine, self._options)

    def _engine(self) -> OcrEngine | OcrMissingError:
        """Return the file's OCR engine, which remembers the language of its pages, or why there is none."""
        if self._ocr is None:
            try:
                self._ocr = choose_engine(self._options.ocr_languages)
            except OcrMissingError as error:
                self._ocr = error
        return self._ocr

    def after_mupdf(self, index: int, why: str) -> RawPage:
        """Read a page that MuPDF cannot read by PDFium."""
        number = index + 1
        mend = "Print it to a new PDF and ingest that."
        try:
            with PdfiumFile(self._path, self._password) as other:
                read = other.read(index, f"MuPDF failed: {why}")
        except ValueError:
            message = f"{self._name}, page {number}: it cannot be read ({why}). {mend}"
            blank = PageBlocks(number, "", 0.0, 0.0, (), 0.0)
            return RawPage(blank, "none", "page damaged", issues=(PageIssue(number, None, "page-failed", message),))
        message = f"{self._name}, page {number}: damaged ({why}), so its bare text was read by PDFium. {mend}"
        return replace(read, issues=(PageIssue(number, "pypdfium", "page-damaged", message),))


def _read_by_pdfium(
    path: Path, password: str | None, error: BrokenFileError, progress: PageProgress | None, name: str
) -> RawDocument:
    """Read a file that MuPDF cannot open by PDFium; raise MuPDF's error where that finds no text either."""
    try:
        with PdfiumFile(path, password) as file:
            pages = PageList(_pdfium_pages(file, progress))
    except ValueError:
        raise error from None
    if not any(page.blocks.blocks for page in pages):
        raise error
    message = f"{name} is damaged, so its bare text was read by PDFium: no headings, no tables. Get the file again."
    issues = (PageIssue(None, "pypdfium", "damaged", message),)
    return RawDocument(mark_running_heads(pages), (), "", "application/pdf", issues)


def _pdfium_pages(file: PdfiumFile, progress: PageProgress | None) -> Iterator[RawPage]:
    for index in range(file.page_count):
        yield file.read(index, "MuPDF cannot open the file")
        if progress is not None:
            progress(index + 1, file.page_count)


def _empty(page: PdfPage, reason: str, issue: PageIssue | None = None) -> RawPage:
    blocks = PageBlocks(page.number, page.label, page.box.width, page.box.height, (), 0.0)
    return RawPage(blocks, "none", reason, issues=() if issue is None else (issue,))


def _with_issues(page: RawPage, *issues: PageIssue) -> RawPage:
    return replace(page, issues=(*page.issues, *issues))


def _texts(page: PdfPage) -> list[str]:
    return [word.text for words in page.words for word, _ in words]


def _raw_texts(page: RawPage) -> list[str]:
    return [word.text for block in page.blocks.blocks for line in block.lines for word in line.words]
