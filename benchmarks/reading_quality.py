"""How faithfully files are read: characters, headings, running heads, tables, captions and scans, against ground truth.

    python benchmarks/reading_quality.py FOLDER

FOLDER holds PDFs and, in `groundtruth/`, what is known of them: NAME.txt (whole text), NAME.pages.json (text per page,
of scans) and NAME.tables.json (grids). What is missing is left out. The character error rate is the edit distance over
the length of the truth, after white space, quotes and dashes are made alike.
"""

import json
import random
import re
import sys
import unicodedata
from collections import Counter
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import pymupdf
from PIL import Image
from rapidfuzz.distance import Levenshtein

from ingestion.document import ParsedDocument
from ingestion.errors import IngestionError
from ingestion.ingest import read_document
from ingestion.options import IngestionOptions
from ingestion.plain import markdown_to_plain

_ALIKE = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"', "–": "-", "—": "-", "−": "-", "‐": "-", "•": "-"})


def normal(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).translate(_ALIKE).split())


def error_rate(found: str, truth: str) -> float:
    found, truth = normal(found), normal(truth)
    return Levenshtein.distance(found, truth) / len(truth)


def page_text(document: ParsedDocument) -> list[str]:
    return [markdown_to_plain(page.markdown) for page in document.pages]


def headings(path: Path, document: ParsedDocument) -> str:
    """Return how many bookmarks are sections of the same level, counted from the smallest level of each side.

    One whose title its page does not say ("Untitled") names no heading and is left out.
    """
    with pymupdf.open(path) as pdf:
        marks = [
            (level, normal(title), page)
            for level, title, page in pdf.get_toc()
            if 0 < page <= len(pdf) and squeeze(normal(title)) in squeeze(normal(pdf[page - 1].get_text()))
        ]
    if not marks:
        return "no bookmarks"
    found = {(squeeze(normal(section.title)), section.level) for section in document.sections}
    right = sum(any(squeeze(title).endswith(t) and level == its for t, its in found if t) for level, title, _ in marks)
    return f"{right} of {len(marks)} bookmarked headings with their level ({right / len(marks):.0%})"


def squeeze(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())


def running_heads(document: ParsedDocument) -> list[str]:
    """Return the lines that begin or end passages of a third of the pages at least, numbers aside."""
    edges = Counter()
    for page in document.pages:
        texts = [p.plain for p in document.passages if p.page_number == page.number]
        if texts:
            edges.update({re.sub(r"\d+", "#", text)[:60] for text in (texts[0][:60], texts[-1][-60:])})
    return [text for text, count in edges.items() if count >= max(3, len(document.pages) / 3)]


def cells_of(rows) -> list[str]:
    return [squeeze(cell) for row in rows for cell in row if squeeze(cell)]


def truth_grid(table) -> list[list[str]]:
    grid = [[""] * table["n_cols"] for _ in range(table["n_rows"])]
    for cell in table["cells"]:
        for r in range(cell["rowspan"]):
            for c in range(cell["colspan"]):
                grid[cell["row"] + r][cell["col"] + c] = cell["text"]
    return grid


def spread_once(rows) -> list[list[str]]:
    """Keep a spanning cell's text once, as cells are counted once; repeats beside or below the same are left out."""
    kept = [list(map(squeeze, row)) for row in rows]

    def repeats(r: int, c: int) -> bool:
        beside = c > 0 and kept[r][c] == kept[r][c - 1]
        return r < 2 and (beside or (r > 0 and kept[r][c] == kept[r - 1][c]))

    return [["" if repeats(r, c) else cell for c, cell in enumerate(row)] for r, row in enumerate(kept)]


def relations(rows) -> Counter:
    """Return the pairs of neighbours, to the right and below, over empty cells (Göbel et al., ICDAR 2013)."""
    grid = [[squeeze(cell) for cell in row] for row in rows]
    found = Counter()
    for row in grid:
        filled = [cell for cell in row if cell]
        found.update((a, b, "right") for a, b in pairwise(filled) if a != b)
    for column in zip(*grid, strict=True):
        filled = [cell for cell in column if cell]
        found.update((a, b, "down") for a, b in pairwise(filled) if a != b)
    return found


def f1(found: Counter, truth: Counter) -> float:
    right = sum((found & truth).values())
    return 2 * right / max(1, sum(found.values()) + sum(truth.values()))


def tables(document: ParsedDocument, truth) -> str:
    grids = [truth_grid(table) if "cells" in table else table["grid"] for table in truth]
    own = [table.rows for table in document.tables]
    cells = f1(
        Counter(cell for rows in own for row in spread_once(rows) for cell in row if cell),
        Counter(cell for rows in grids for row in spread_once(rows) for cell in row if cell),
    )
    near = f1(sum((relations(rows) for rows in own), Counter()), sum((relations(rows) for rows in grids), Counter()))
    return f"cell F1 {cells:.3f}, adjacency F1 {near:.3f} ({len(own)} tables for {len(grids)})"


def captions(document: ParsedDocument) -> str:
    """Return how many numbered tables and figures there are, and what is odd about their numbers."""
    lines = []
    for kind, parts in (("Table", document.tables), ("Figure", document.figures)):
        numbered = Counter(part.number for part in parts if part.number)
        twice = [number for number, count in numbered.items() if count > 1]
        wrong = [p.number for p in parts if p.number and not re.search(rf"\b{re.escape(p.number)}\b", p.caption)]
        text = " ".join(passage.plain for passage in document.passages)
        named = set(re.findall(rf"\b{kind}s? (\d+)(?![\d-])", text))
        missing = sorted(named - set(numbered), key=int)
        lines.append(f"{len(numbered)} numbered {kind.lower()}s, twice {twice}, captions without it {wrong}, "
                     f"named in the text but not found {missing}")  # fmt: skip
    return "; ".join(lines)


def skewed_scan(path: Path, pages: int, target: Path) -> None:
    """Write the first pages as pictures at 200 dots per inch, turned by under half a degree, with noise, JPEG 45."""
    noise = random.Random(7)
    with pymupdf.open(path) as pdf, pymupdf.open() as scan:
        for index in range(pages):
            pixmap = pdf[index].get_pixmap(dpi=200, colorspace=pymupdf.csGRAY, alpha=False)
            image = Image.frombytes("L", (pixmap.width, pixmap.height), pixmap.samples)
            image = image.rotate(noise.uniform(0.3, 0.5), resample=Image.Resampling.BICUBIC, fillcolor=255)
            spots = Image.effect_noise(image.size, 20)
            image = Image.blend(image, spots, 0.06)
            data = BytesIO()
            image.save(data, "jpeg", quality=45)
            scan.new_page(width=pdf[index].rect.width, height=pdf[index].rect.height).insert_image(
                pdf[index].rect, stream=data.getvalue()
            )
        scan.save(target)


def report(path: Path, document: ParsedDocument, truths: Path) -> None:
    """Print what can be told of a document with the truth that there is."""
    engines = Counter(page.engine for page in document.pages)
    print(f"{path.name}: {len(document.pages)} pages, {dict(engines)}, {len(document.issues)} issues")
    whole = truths / f"{path.stem}.txt"
    if whole.exists():
        rate = error_rate(" ".join(page_text(document)), whole.read_text("utf-8"))
        print(f"  character error rate {rate:.4f}")
    pages = truths / f"{path.stem}.pages.json"
    if pages.exists():
        found = json.loads(pages.read_text("utf-8"))
        rates = [error_rate(own, true) for own, true in zip(page_text(document), found, strict=False)]
        print(f"  character error rate per page {[round(rate, 4) for rate in rates]}")
    grids = truths / f"{path.stem}.tables.json"
    if grids.exists():
        print("  " + tables(document, json.loads(grids.read_text("utf-8"))))
    print("  " + headings(path, document))
    print("  " + captions(document))
    if heads := running_heads(document):
        print(f"  repeated at the edges of pages: {heads}")


def report_scan(path: Path, options: IngestionOptions) -> None:
    """Print how the first pages are read as skewed pictures, against the text layer and against our reading of it."""
    with TemporaryDirectory() as folder, pymupdf.open(path) as pdf:
        target = Path(folder) / path.name
        skewed_scan(path, 3, target)
        own = page_text(read_document(target, options=options))
        digital = page_text(read_document(path, options=options))
        layer = [pdf[i].get_text() for i in range(3)]
    for name, truth in (("the text layer", layer), ("our reading of the text layer", digital)):
        rates = [round(error_rate(a, b), 4) for a, b in zip(own, truth, strict=False)]
        print(f"{path.name} as skewed scans: character error rate against {name} {rates}")


def main(folder: Path) -> None:
    truths = folder / "groundtruth"
    options = IngestionOptions()
    for path in sorted(folder.glob("*.pdf")):
        try:
            document = read_document(path, options=options)
        except IngestionError as error:
            print(f"{path.name}: {error.code}")
            continue
        report(path, document, truths)
    for path in sorted(folder.glob("*.pdf")):
        if (truths / f"{path.stem}.txt").exists():
            report_scan(path, options)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path("tests/data"))
