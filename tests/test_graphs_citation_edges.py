"""Citations lead to the bibliography entry that they mean."""

from __future__ import annotations

from collections.abc import Callable

from graphs.citation_edges import citations
from ingestion.document import ParsedDocument
from ingestion.options import IngestionOptions, PassageOptions
from ingestion.references import references
from ingestion.text_files import text_to_document
from kgqa.bibliography import entries_of

OPTIONS = IngestionOptions(passages=PassageOptions(max_chars=120, min_chars=1))


def cited(body: str) -> set[tuple[str, str]]:
    parsed = text_to_document("a.md", body, doc_id="a", sha256="0" * 64, options=OPTIONS)
    texts = {passage.passage_id: passage.plain for passage in parsed.passages}
    return {(edge.reason, texts[edge.target].removeprefix("References ")[:18]) for edge in citations(parsed)}


def test_numbers_and_ranges() -> None:
    body = "# Paper\n\nShips sail [1], and rust [3, 5-6]. A list [99] is none.\n\n## References\n\n" + "\n\n".join(
        f"[{i}] Author{i}, A. Some work on the number {i} and much besides. Press, 2001." for i in range(1, 8)
    )
    assert {reason for reason, _ in cited(body)} == {"cites [1]", "cites [3]", "cites [5]", "cites [6]"}
    assert ("cites [3]", "[3] Author3, A. So") in cited(body)


def test_authors_and_years() -> None:
    body = (
        "# Paper\n\nAs Bates et al. (2015) say, ships rust (Lee and Ray, 2001; van Dyk 1999). Lee (2002) is not.\n\n"
        "## References\n\nBates D, Maechler M (2015). Fitting models of ships and of the sea they sail on. Press.\n\n"
        "Lee, A. and Ray, B. 2001. Rust on ships, and what was done against it in those years. Press.\n\n"
        "van Dyk, C. (1999). The sea and its ships in the light of history, second edition. Press.\n"
    )
    assert cited(body) == {
        ("cites Bates et al. (2015)", "Bates D, Maechler "),
        ("cites Lee and Ray, 2001", "Lee, A. and Ray, B"),
        ("cites van Dyk 1999", "van Dyk, C. (1999)"),
    }


def test_a_paper_links_its_citations(read: Callable[[str], ParsedDocument]) -> None:
    paper: ParsedDocument = read("lme4_lmer.pdf")
    edges = list(citations(paper))
    assert len({edge.target for edge in edges}) >= 3
    assert any("Bates" in edge.reason for edge in edges)


def test_keys_of_letters_and_years() -> None:
    body = (
        "# Paper\n\nShips rust [KR+05b, Lee99], as was said of old [Ray61, p. 3]. See [sic] and [A4].\n\n"
        "## 7 Bibliography\n\n[KR+05b] Kim, R. and others. Rust on ships and what is done against it. Press, 2005.\n"
        "[Lee99] Lee, A. The sea, the sky and the harbour in the light of history. Press, 1999.\n\n"
        "[Ray61] Ray, B. A harbour of old, with plates and a map of all its moles. Press, 1961.\n"
    )
    assert {reason for reason, _ in cited(body)} == {"cites [KR+05b]", "cites [Lee99]", "cites [Ray61]"}
    parsed = text_to_document("a.md", body, doc_id="a", sha256="0" * 64, options=IngestionOptions())
    assert [entry.key for entry in references(parsed)] == ["KR+05b", "Lee99", "Ray61"]
    assert [words[:12] for words, _ in entries_of(parsed)] == ["[KR+05b] Kim", "[Lee99] Lee,", "[Ray61] Ray,"]
