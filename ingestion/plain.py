"""Markdown -> plain words: the one clean text that search, embedding and quoting use."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator, Sequence

_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})[^\n]*$", re.M)
_COMMENT = re.compile(r"<!--.*?-->", re.S)
_IMAGE_OR_LINK = re.compile(r"!?\[([^\[\]]*)\]\((?:[^()\s]|\([^()]*\))*(?:\s+\"[^\"]*\")?\)")
_TABLE_RULE = re.compile(r"^\s*\|?(?:\s*:?-+:?\s*\|)+(?:\s*:?-+:?\s*)?\|?\s*$", re.M)
_LINE_MARK = re.compile(r"^(?:\s{0,3}(?:#{1,6}(?=\s|$)|(?:>\s?)+)|[ \t]{0,60}[-*+](?=\s))", re.M)
_RULE = re.compile(r"^\s{0,3}(?:(?:-\s*){3,}|(?:\*\s*){3,}|(?:_\s*){3,}|=+)\s*$", re.M)
_BREAK_TAG = re.compile(r"<(?:br|/?p|/?td|/?th|/?tr|/?li|/?div|/?table|/?thead|/?tbody)\b[^<>]*>", re.I)
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")
_EMPHASIS = re.compile(
    r"(?<![\\\w])(\*\*\*|\*\*|\*|___|__|_)(?=\S)(.+?)(?<=\S)\1(?!\w)|(?<!\\)(\*\*|\*)(?=\S)(.+?)(?<=\S)\3"
)
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z]\w{1,30});", re.I)
_HIDDEN = {ord(c): None for c in "\u00ad\u200b\u200c\u200d\u2060\ufeff\u200e\u200f\u202a\u202b\u202c\u202d\u202e"}
_CODE = re.compile(
    r"^ {0,3}(?P<fence>`{3,}|~{3,})[^\n`]*\n(?P<body>.*?)(?:^ {0,3}(?P=fence)[`~]*[ \t]*$|\Z)", re.M | re.S
)
_PUNCTUATION = re.compile(r"[!-/:-@\[-`{-~]")
_HEADING = re.compile(r"\s{0,3}#{1,6}(?:\s|$)")
_NUMBERED = re.compile(  # what numbers a heading, and tells nothing
    r"^[\W_]*(?:(?:section|chapter|part|appendix|annex|table|figure|fig|exhibit|step|module|unit|lesson|page|slide|item|"
    r"question|article|schedule|form|version|level|phase|day|week)\b\.?\s*)?[\dIVX]+(?:[.)-]\d+)*[A-Za-z]?\b[.):]*",
    re.I,
)
_HOLD = 0xE000  # escaped characters wait in the private use area while markup is taken away


def markdown_to_plain(text: str) -> str:
    r"""Return the words of markdown alone: no markup, Unicode NFKC (so ligatures are letters), single spaces.

    >>> markdown_to_plain("## 3 **Re**sults\n\nThe ﬁrst | see [Table 2](#t2)\\*")
    '3 Results The first see Table 2*'
    """
    text = _CODE.sub(lambda match: _PUNCTUATION.sub(_hold, match["body"]), text)  # what stands in code is no markup
    text = _ESCAPE.sub(_hold, text)
    text = _COMMENT.sub(" ", text)
    text = _FENCE.sub("", text)
    text = _TABLE_RULE.sub("", text)
    text = _RULE.sub("", text)
    text = _LINE_MARK.sub("", text)
    text = _IMAGE_OR_LINK.sub(r"\1", text)
    text = _TAG.sub("", _BREAK_TAG.sub(" ", text))
    for _ in range(2):  # strong text inside of emphasised
        text = _EMPHASIS.sub(lambda match: match[2] or match[4], text)
    text = text.replace("`", "").replace("|", " ")
    text = _ENTITY.sub(lambda match: html.unescape(match[0]), text)
    text = re.sub(f"[{chr(_HOLD + 0x21)}-{chr(_HOLD + 0x7E)}]", lambda match: chr(ord(match[0]) - _HOLD), text)
    return " ".join(unicodedata.normalize("NFKC", text).translate(_HIDDEN).split())


def _hold(match: re.Match[str]) -> str:
    return chr(_HOLD + ord(match[0][-1]))


def markdown_to_paragraphs(text: str) -> list[str]:
    r"""Return the plain words of each paragraph, list or line of code, headings left out.

    >>> markdown_to_paragraphs("## Results\n\nThe first.\n\nThe second.\n\n```\nx <- 1\nx\n```")
    ['The first.', 'The second.', 'x <- 1', 'x']
    """
    return [words for words, _ in _plain_blocks(text)]


def markdown_to_lines(text: str) -> str:
    r"""Return `markdown_to_paragraphs` as one text, a line each; around a line of code stands an empty one.

    A heading that tells a number, beyond its own, is a line too: it may be what a question asks for.

    >>> markdown_to_lines("## 2 Use\n\n## Cook (20 hours)\n\nThe second:\n\n```\nx <- 1\nx\n```\n\nIt holds.")
    'Cook (20 hours)\nThe second:\n\nx <- 1\n\nx\n\nIt holds.'
    """
    lines: list[str] = []
    for words, code in _plain_blocks(text, telling=True):
        lines += ["", words, ""] if code else [words]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")


def markdown_to_code(text: str) -> list[str]:
    r"""Return the lines of code alone, as `markdown_to_paragraphs` has them.

    >>> markdown_to_code("The first.\n\n```\nx <- 1\nx\n```")
    ['x <- 1', 'x']
    """
    return [words for words, code in _plain_blocks(text) if code] if _FENCE.search(text) else []


def open_fence(markdown: str, at: int) -> str:
    r"""Return the fence that a listing opened before a place of a page's markdown and closes behind it, "" for none.

    >>> open_fence("```\nx <- 1\ny <- 2\n```\n\nIt adds.", 11), open_fence("```\nx\n```\nIt adds.", 10)
    ('```', '')
    """
    found = next((code for code in _CODE.finditer(markdown) if code.start("body") <= at < code.end("body")), None)
    return found["fence"] if found is not None else ""


def _plain_blocks(text: str, *, telling: bool = False) -> Iterator[tuple[str, bool]]:
    """Yield the plain words of each block that is no heading, each line of code by itself, and whether it is code.

    With `telling` also the headings that tell a number.
    """
    start = 0
    for code in [*_CODE.finditer(text), None]:
        end = len(text) if code is None else code.start()
        blocks = [(block, False) for block in re.split(r"\n\s*\n", text[start:end])]
        if code is not None:
            start = code.end()
            blocks += [(f"{code['fence']}\n{line}\n{code['fence']}", True) for line in code["body"].splitlines()]
        for block, is_code in blocks:
            words = markdown_to_plain(block)
            if words and not (_HEADING.match(block) and not (telling and _tells_number(words))):
                yield words, is_code


def _tells_number(heading: str) -> bool:
    return any(c.isdecimal() for c in _NUMBERED.sub("", heading))


def rows_to_pipes(rows: Sequence[Sequence[str]]) -> str:
    """Return a pipe table whose head is the first row; short rows are filled up; "" without rows."""
    if not rows:
        return ""
    width = max(map(len, rows))
    filled = [[*row, *[""] * (width - len(row))] for row in rows]
    lines = ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in filled]
    return "\n".join([lines[0], "|" + " --- |" * width, *lines[1:]])
