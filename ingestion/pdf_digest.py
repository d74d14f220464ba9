"""What a PDF page draws, as a digest: the same for the same page in another file, whatever else that file holds."""

from __future__ import annotations

import hashlib
import re
from typing import Any

_DEPTH = 30  # of references that a page's digest follows
_PACKING = re.compile(
    r"/(?:Length\d?\s*\d+(?: \d+ R)?|Filter\s*(?:/\w+|\[[^\]]*\]))"
)  # of a stream, as the file holds it
_REFERENCE = re.compile(r"(\d+) \d+ R")


class PageDigests:
    """The digests of an open PyMuPDF document's pages; what several pages refer to is worked out once."""

    def __init__(self, document: Any) -> None:
        """Take an open document."""
        self._document = document
        self._digests: dict[int, bytes] = {}

    def of_page(self, page: Any) -> str:
        """Return 64 hex digits of all that a page draws, the same in another file that has the same page."""
        digest = hashlib.sha256(repr((tuple(page.mediabox), tuple(page.cropbox), page.rotation)).encode())
        for key in ("Contents", "Resources", "Annots"):
            digest.update(self._value_digest(self._inherited(page.xref, key), 0))
        return digest.hexdigest()

    def _inherited(self, xref: int, key: str) -> str:
        """Return a page's entry, its parents' where it has none, as PDF source."""
        for _ in range(_DEPTH):
            kind, value = self._document.xref_get_key(xref, key)
            if kind != "null" or key != "Resources":
                return str(value)
            kind, parent = self._document.xref_get_key(xref, "Parent")
            match = _REFERENCE.match(parent) if kind == "xref" else None
            if match is None:
                return ""
            xref = int(match[1])
        return ""

    def _value_digest(self, source: str, depth: int) -> bytes:
        """Return the digest of PDF source, references replaced by the digests of what they name."""
        digest = hashlib.sha256()
        end = 0
        for match in _REFERENCE.finditer(source):
            digest.update(source[end : match.start()].encode("utf-8", "surrogatepass"))
            digest.update(self._object_digest(int(match[1]), depth + 1))
            end = match.end()
        digest.update(source[end:].encode("utf-8", "surrogatepass"))
        return digest.digest()

    def _object_digest(self, xref: int, depth: int) -> bytes:
        if xref in self._digests or depth > _DEPTH:
            return self._digests.get(xref, b"deep")
        self._digests[xref] = b"cycle"
        source = self._document.xref_object(xref, compressed=True)
        if re.search(r"/Type\s*/Pages?\b", source):  # a link's goal; what is there changes nothing here
            return b"page"
        body = b""
        if self._document.xref_is_stream(xref):  # unpacked, since a file that is written anew may be packed otherwise
            picture = re.search(r"/Subtype\s*/Image\b", source)
            stream = self._document.xref_stream_raw(xref) if picture else self._document.xref_stream(xref)
            body = hashlib.sha256(stream or b"").digest()
            source = _PACKING.sub("", source)
        self._digests[xref] = hashlib.sha256(self._value_digest(source, depth) + body).digest()
        return self._digests[xref]
