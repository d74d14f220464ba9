"""What can be taken away from the page: an answer as Markdown, a conversation as JSON, a batch as a table."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from kgqa.result import Answer

if TYPE_CHECKING:
    from app.window import Exchange

COLUMNS = ("id", "question", "documents", "status", "answer", "citations", "error")
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")
_CELL = 32_767  # characters that a cell of a spreadsheet holds


def answer_to_markdown(answer: Answer) -> str:
    """Return an answer with its citations as Markdown, to keep or to send."""
    head = f"**{_quoted(answer.question)}**"
    lines = [head, "", f"*Not answered.* {answer.text}" if answer.abstained else answer.text, ""]
    for c in answer.citations:
        doubt = "" if c.verified or not c.quote else " (not found on the page word for word)"
        lines.append(f"{c.key}. {_quoted(c.document)}, page {c.page}{doubt}" + (f": “{c.quote}”" if c.quote else ""))
    return "\n".join(lines).rstrip() + "\n"


def conversation_to_json(exchanges: Sequence[Exchange]) -> str:
    """Return a conversation: each question, what went before it, and its answer as `kgqa ask --json` prints it."""
    data = [
        {
            "asked": exchange.asked,
            "documents": exchange.documents,
            "turns": [asdict(turn) for turn in exchange.turns],
            "answer": exchange.answer.to_json() if exchange.answer is not None else None,
            "error": exchange.error or None,
        }
        for exchange in exchanges
    ]
    return json.dumps({"conversation": data}, ensure_ascii=False, indent=1)


def batch_rows(questions: Sequence[dict[str, Any]], answers: Sequence[dict[str, Any]]) -> list[dict[str, str]]:
    """Return a row for each question of a batch, in their order, those without an answer too."""
    by_id = {str(row.get("id")): row for row in answers}
    return [_row(question, by_id.get(str(question["id"]), {})) for question in questions]


def rows_to_csv(rows: Sequence[dict[str, str]]) -> bytes:
    """Return rows as CSV with a byte order mark, which spreadsheets want; no cell can be taken for a formula."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, extrasaction="ignore", restval="")
    writer.writeheader()
    writer.writerows({name: no_formula(value) for name, value in row.items()} for row in rows)
    return text.getvalue().encode("utf-8-sig")


def rows_to_xlsx(rows: Sequence[dict[str, str]]) -> bytes:
    """Return rows as an Excel workbook whose cells are strings, never formulas or links."""
    import xlsxwriter

    data = io.BytesIO()
    with xlsxwriter.Workbook(data, {"in_memory": True}) as book:
        sheet = book.add_worksheet("answers")
        head = book.add_format({"bold": True, "valign": "top"})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        for column, (name, width) in enumerate(zip(COLUMNS, (8, 40, 24, 10, 60, 50, 40), strict=True)):
            sheet.set_column(column, column, width)
            sheet.write_string(0, column, name, head)
        for number, row in enumerate(rows, 1):
            for column, name in enumerate(COLUMNS):
                sheet.write_string(number, column, _printable(row.get(name, ""))[:_CELL], wrapped)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, max(1, len(rows)), len(COLUMNS) - 1)
    return data.getvalue()


def rows_to_jsonl(answers: Sequence[dict[str, Any]]) -> bytes:
    """Return answers as they are in the file of `kgqa batch`."""
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in answers).encode("utf-8", "replace")


def no_formula(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula: one that begins like one gets an apostrophe in front.

    >>> no_formula("=HYPERLINK(1)"), no_formula(" -3"), no_formula("plain")
    ("'=HYPERLINK(1)", "' -3", 'plain')
    """
    return f"'{cell}" if cell.lstrip()[:1] in ("=", "+", "-", "@", "|", "\uff1d", "\uff0b", "\uff0d", "\uff20") or (
        cell[:1] in ("\t", "\r", "\n")
    ) else cell  # fmt: skip


def _row(question: dict[str, Any], answer: dict[str, Any]) -> dict[str, str]:
    cited = [
        f"[{c['key']}] {c['document']}, page {c['page']}" + (f": “{c['quote']}”" if c.get("quote") else "")
        for c in answer.get("citations", ())
    ]
    return {
        "id": str(question["id"]),
        "question": str(question.get("question", "")),
        "documents": "; ".join(question.get("documents") or ()),
        "status": str(answer.get("status", "waiting")),
        "answer": str(answer.get("answer", "")),
        "citations": "\n".join(cited),
        "error": str(answer.get("error", "")),
    }


def _printable(text: str) -> str:
    """Return text without the control characters that a workbook's XML cannot hold."""
    return _UNPRINTABLE.sub("", text)


def _quoted(text: str) -> str:
    """Return text on one line, whose stars, brackets and the like are no Markdown."""
    line = " ".join(text.split())
    return "".join(f"\\{c}" if c in "\\`*_[]<>#|" else c for c in line)
