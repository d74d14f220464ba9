"""A path -> a parsed document: what kind of file it is, its reader, and a guard around both.

`read_document` reads in this process. `read_guarded` and `read_many` read in worker processes with limits on time and
memory, so that a hostile file costs itself only.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from pathlib import Path

from ingestion.blocks import RawDocument
from ingestion.document import PageIssue, ParsedDocument
from ingestion.errors import (
    BrokenFileError,
    EmptyFileError,
    FileTooLargeError,
    UnreadableFileError,
    UnsupportedFileError,
)
from ingestion.guard import Progress, read_guarded, read_many
from ingestion.mmd import MISSING_PAGE, mmd_to_markdown
from ingestion.options import IngestionOptions
from ingestion.picture_text import PictureText
from ingestion.text_files import text_to_document
from ingestion.web_files import docx_to_markdown, epub_to_markdown, html_to_markdown, zip_kind

__all__ = ["SUFFIXES", "Progress", "find_files", "find_others", "read_document", "read_guarded", "read_many"]

SUFFIXES = frozenset(
    ".pdf .md .markdown .mmd .txt .text .html .htm .xhtml .docx .epub .png .jpg .jpeg .tif .tiff".split()
)
"""Names of files that are taken from a folder; a file that is given by itself is judged by its content alone."""

KINDS = "PDF, Markdown, text, HTML, DOCX, EPUB, PNG, JPEG or TIFF"

_SNIFF_BYTES = 4096
_PICTURES = {b"\x89PNG": "png", b"\xff\xd8\xff": "jpeg", b"II*\0": "tiff", b"MM\0*": "tiff"}
_REFUSED = {
    b"GIF8": "a GIF picture",
    b"PK\x03\x04": "a ZIP archive that is neither DOCX nor EPUB",
    b"\xd0\xcf\x11\xe0": "an old Office file, or an encrypted one",
    b"{\\rtf": "an RTF file",
    b"%!PS": "a PostScript file",
    b"\x1f\x8b": "a gzip archive",
    b"\x7fELF": "a program",
}
_HTML = re.compile(rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.I | re.S)


def find_files(paths: Iterable[Path]) -> list[Path]:
    """Return the files to read: those given, and in folders given, at any depth, those whose names say so, sorted.

    Each comes once. Hidden files and folders are left out. A path that is missing, and a folder that cannot be listed,
    are kept, so that reading them says so.
    """
    found: dict[Path, None] = {}
    for path in paths:
        if not path.is_dir():
            found[path] = None
            continue
        for file in _files_in(path, lambda error: found.setdefault(Path(error.filename))):
            if file.suffix.lower() in SUFFIXES:
                found[file] = None
    return list(found)


def find_others(paths: Iterable[Path]) -> list[Path]:
    """Return the files in folders given that `find_files` passes over for the kind that their names tell, sorted."""
    inside = (file for path in paths if path.is_dir() for file in _files_in(path, lambda _: None))
    return list(dict.fromkeys(file for file in inside if file.suffix.lower() not in SUFFIXES))


def _files_in(path: Path, failed: Callable[[OSError], object]) -> Iterator[Path]:
    """Yield the files in a folder at any depth, but for hidden ones, sorted."""
    for folder, folders, names in os.walk(path, onerror=failed):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (Path(folder) / name for name in sorted(names) if not name.startswith("."))


def read_document(
    path: Path,
    *,
    options: IngestionOptions,
    name: str | None = None,
    password: str | None = None,
    progress: Progress | None = None,
    cache: Path | None = None,
    deadly: Collection[int] = (),
) -> ParsedDocument:
    """Read one file in this process; its content, not its name, says what it is.

    `name` is shown instead of the path's own, for uploads. `progress` is called with (name, "read", pages done, pages).
    `cache` is a database file of pages that were read before; `deadly` are pages, from 0, that have ended a process
    which read them. Raises the IngestionError that tells why the file cannot be read.
    """
    began = time.perf_counter()
    name = name or path.name
    before = _checked_stat(path, name, options)
    sha256, head = _digest_and_head(path, name)
    report = None if progress is None else _page_progress(progress, name)
    kind = "pdf" if b"%PDF-" in head[:1024] else next((k for s, k in _PICTURES.items() if head.startswith(s)), "")
    if kind:
        raw = _read_pages(path, kind, name, options, password, report, cache, sha256, deadly)
        from ingestion.assemble import blocks_to_document

        document = blocks_to_document(
            raw, doc_id=sha256[:16], name=name, sha256=sha256, options=options, seconds=time.perf_counter() - began
        )
    else:
        document = _read_text(path, name, head, sha256, options, began)
        if report is not None:
            report(len(document.pages), len(document.pages))
    after = path.stat()
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        raise UnreadableFileError(f"{name}: the file changed while it was read. Ingest it again when it is complete.")
    return document


def _read_pages(
    path: Path,
    kind: str,
    name: str,
    options: IngestionOptions,
    password: str | None,
    report: Callable[[int, int], None] | None,
    cache: Path | None,
    sha256: str,
    deadly: Collection[int],
) -> RawDocument:
    from ingestion.page_cache import PageCache
    from ingestion.read_pages import read_pdf

    if kind != "pdf":
        _check_picture(path, name, options)
    kept = PageCache.open(cache) if cache is not None else None
    try:
        return read_pdf(
            path, options=options, password=password, progress=report, name=name, kind=kind, cache=kept, sha256=sha256,
            deadly=deadly,
        )  # fmt: skip
    finally:
        if kept is not None:
            kept.close()


def _check_picture(path: Path, name: str, options: IngestionOptions) -> None:
    """Refuse a picture with more pixels or pages than the limits, by its header alone."""
    from PIL import Image

    try:
        Image.MAX_IMAGE_PIXELS = None  # our own limit follows; nothing is unpacked here
        with Image.open(path) as image:
            megapixels = image.width * image.height / 1e6
            frames = getattr(image, "n_frames", 1)
    except (OSError, ValueError, SyntaxError) as error:
        raise BrokenFileError(f"{name}: a damaged picture. Get it again, or save it anew.") from error
    if megapixels > options.max_megapixels:
        raise FileTooLargeError(
            f"{name}: {megapixels:.0f} megapixels are over the limit of {options.max_megapixels:.0f}. "
            "Scan it with fewer dots per inch, or raise ingestion.max_megapixels."
        )
    if frames > options.max_pages:
        raise FileTooLargeError(f"{name}: {frames} pages are over the limit of {options.max_pages}. Split it.")


def _page_progress(progress: Progress, name: str) -> Callable[[int, int], None]:
    return lambda done, total: progress(name, "read", done, total)


def _checked_stat(path: Path, name: str, options: IngestionOptions) -> os.stat_result:
    try:
        info = path.stat()
    except FileNotFoundError as error:
        raise UnreadableFileError(f"{name}: there is no such file. Check the path.") from error
    except (OSError, ValueError) as error:
        raise UnreadableFileError(f"{name}: {_reason(error)}. Check the path and its permissions.") from error
    if stat.S_ISDIR(info.st_mode):
        try:
            os.scandir(path).close()
        except OSError as error:
            raise UnreadableFileError(
                f"{name}: a folder that cannot be listed ({_reason(error)}). Check its permissions."
            ) from error
        raise UnreadableFileError(f"{name}: a folder, not a file. Give it to `kgqa ingest` to read the files in it.")
    if not stat.S_ISREG(info.st_mode):
        raise UnsupportedFileError(f"{name}: not a regular file. Give a file of {KINDS}.")
    if info.st_size == 0:
        raise EmptyFileError(f"{name}: the file is empty (0 bytes). Get it again from its source.")
    if info.st_size > options.max_file_mb * 1e6:
        raise FileTooLargeError(
            f"{name}: {info.st_size / 1e6:.0f} MB is over the limit of {options.max_file_mb:.0f} MB. "
            "Raise ingestion.max_file_mb in the settings, or split the file."
        )
    return info


def _digest_and_head(path: Path, name: str) -> tuple[str, bytes]:
    """Return the SHA-256 of the file's bytes as hex digits, and its first bytes."""
    try:
        with path.open("rb") as file:
            head = file.read(_SNIFF_BYTES)
            file.seek(0)
            return hashlib.file_digest(file, "sha256").hexdigest(), head
    except OSError as error:
        raise UnreadableFileError(f"{name}: {_reason(error)}. Check the path and its permissions.") from error


def _read_text(
    path: Path, name: str, head: bytes, sha256: str, options: IngestionOptions, began: float
) -> ParsedDocument:
    """Read a file that is made of text: Markdown, plain text, HTML, or an archive of HTML or XML."""
    suffixes = {path.suffix.lower(), Path(name).suffix.lower()}
    issue: PageIssue | None = None
    pictures = PictureText(options, name)
    title, media_type = "", "text/plain"
    archive = zip_kind(path) if head.startswith(b"PK\x03\x04") else ""
    if archive == "docx":
        text, title = docx_to_markdown(path, name, options, pictures)
        media_type = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    elif archive == "epub":
        parts, title = epub_to_markdown(path, name, options, pictures)
        text, media_type = "\f".join(parts), "application/epub+zip"
    elif archive == "damaged":
        raise BrokenFileError(f"{name}: a damaged archive, perhaps cut off. Get it again from its source.")
    else:
        for signature, kind in _REFUSED.items():
            if head.startswith(signature):
                raise UnsupportedFileError(f"{name}: this is {kind}, which kgqa does not read. Give a file of {KINDS}.")
        text, issue = _decode(path.read_bytes(), name)
        if ".pdf" in suffixes and text.strip():
            raise UnsupportedFileError(
                f"{name}: named PDF, but its content is text, so it is probably an error page that was saved in its "
                "place. Get the PDF again, or name it .txt to read it as text."
            )
        if _HTML.match(head) or (suffixes & {".html", ".htm", ".xhtml"} and "<" in text):
            text, title = html_to_markdown(text, pictures)
            media_type = "text/html"
        elif ".mmd" in suffixes:
            issue = issue or _missing_pages(text, name)
            text, media_type = mmd_to_markdown(text), "text/markdown"
        elif suffixes & {".md", ".markdown"}:
            media_type = "text/markdown"
    if not text.strip():
        raise EmptyFileError(f"{name}: the file holds no text. Get it again from its source.")
    return text_to_document(
        name,
        text,
        doc_id=sha256[:16],
        sha256=sha256,
        options=options,
        media_type=media_type,
        issues=(*(() if issue is None else (issue,)), *pictures.issues),
        seconds=time.perf_counter() - began,
        title=title,
    )


def _missing_pages(text: str, name: str) -> PageIssue | None:
    """Return an issue for pages that Nougat gave up when it made the file."""
    count = len(MISSING_PAGE.findall(text))
    message = f"{name}: Nougat gave up {count} of its pages, so they are missing. Ingest the PDF itself."
    return PageIssue(None, "nougat", "missing-pages", message) if count else None


def _decode(data: bytes, name: str) -> tuple[str, PageIssue | None]:
    """Decode text; bytes that are no text in any encoding that is told apart raise UnsupportedFileError."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", errors="replace"), None
    issue: PageIssue | None = None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
        issue = PageIssue(
            None,
            "markdown",
            "encoding-guessed",
            f"{name}: not UTF-8, so it was read as Windows-1252; letters with accents may be wrong. Save it as UTF-8.",
        )
    odd = sum((ord(c) < 32 and c not in "\t\n\r\f\x1b") or c == "\ufffd" for c in text[:100_000])
    if odd > 0.02 * min(len(text), 100_000):
        raise UnsupportedFileError(f"{name}: none of the kinds that kgqa reads. Give a file of {KINDS}.")
    return text, issue


def _reason(error: OSError | ValueError) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or " ".join(str(error).split())
