"""Who wrote a document, as its first page says."""

from pathlib import Path

import pytest

from ingestion.ingest import read_document
from ingestion.options import IngestionOptions
from kgqa.people import authors_of

FORM = """# HARBOUR INSPECTION

{line}

| Berth | State |
| --- | --- |
| N-1 | good |

## Berth Repair Planning

The berths hold.
"""


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("Form No: 17 Harbour: North Bay Prepared By: Ada Byron", "Ada Byron"),
        ("Prepared by: Ada M. Byron Checked on: 2020-05-01 Copies: 3", "Ada M. Byron"),
        ("Date: 2020-05-01 Author: Ada Byron", "Ada Byron"),
    ],
)
def test_a_form_names_its_author_behind_a_label(tmp_path: Path, line: str, name: str) -> None:
    path = tmp_path / "form.md"
    path.write_text(FORM.format(line=line), encoding="utf-8")
    document = read_document(path, options=IngestionOptions())
    assert [author.name for author in authors_of(document)] == [name]
