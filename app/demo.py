"""`make demo`: three bundled PDFs, five questions, the walk of one of them."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from app.render import ProgressLine, answer_to_text, report_to_text, trace_to_text
from ingestion.errors import KgqaError
from kgqa.collection import Collection
from kgqa.settings import load_settings

DOCUMENTS = Path(__file__).parent.parent / "tests" / "data"
FILES = ("census_disability_us001.pdf", "rcpp_introduction.pdf", "lme4_lmer.pdf")
FOLDER = Path("demo-collection")
QUESTIONS = (
    (
        "one document",
        "How many hours of sleep per night were the subjects of the sleep deprivation study restricted to?",
    ),
    ("two documents compared", "Which document has more pages, rcpp_introduction.pdf or lme4_lmer.pdf?"),
    (
        "a numbered table",
        "In Table 2 of census_disability_us001.pdf, what was the age-adjusted disability rate of females in 2010?",
    ),
    ("a page", "What is on page 39 of lme4_lmer.pdf?"),
    ("not in the documents", "Which city hosted the 1936 Summer Olympics?"),
)


def main() -> int:
    """Run the demonstration; return 0 when every file was read and every question was asked."""
    missing = [name for name in FILES if not (DOCUMENTS / name).is_file()]
    if missing:
        print(f"kgqa: {', '.join(missing)} not found in {DOCUMENTS}. Run the demo from a clone.", file=sys.stderr)
        return 1
    try:
        return demonstrate()
    except KgqaError as error:
        print(f"kgqa: {error}", file=sys.stderr)
        return 1


def demonstrate() -> int:
    """Ingest, ask, print."""
    started = time.monotonic()
    progress = ProgressLine()
    with Collection.open(FOLDER, load_settings()) as collection:
        report = collection.add([DOCUMENTS / name for name in FILES], progress=progress)
        progress.close()
        print(report_to_text(report.documents))
        walked = None
        for what, question in QUESTIONS:
            answer = collection.ask(question, llm="none")
            print(f"\n# {what}\n? {question}\n{answer_to_text(answer)}")
            walked = walked or (answer.trace if answer.trace.steps else None)
        if walked is not None:
            print(f"\n# how the first of these was found\n{trace_to_text(walked, collection.graph())}")
    print(
        f"""
Done in {time.monotonic() - started:.0f} s. The collection is in {FOLDER}/.
Ask it yourself:     .venv/bin/kgqa ask "What does Table 8 of lme4_lmer.pdf list?" --collection {FOLDER}
The web page:        make web, or .venv/bin/kgqa web --collection {FOLDER}
Your own documents:  .venv/bin/kgqa ingest FILE_OR_FOLDER ... && .venv/bin/kgqa ask "..."
With a model:        OPENAI_BASE_URL=http://localhost:8000/v1 .venv/bin/kgqa ask "..." --llm openai:MODEL"""
    )
    return 0 if all(document.status in ("ok", "unchanged") for document in report.documents) else 3


if __name__ == "__main__":
    sys.exit(main())
