"""Imports run one way only: app -> kgqa -> graphs -> ingestion; and a third-party library is touched in one place."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LAYERS = ("ingestion", "graphs", "kgqa", "app")  # each may import those before it
HOMES = {  # library -> the only modules that may import it
    "pymupdf": {"ingestion/pdf.py", "ingestion/layout_model.py"},
    "onnx": {"ingestion/layout_model.py"},
    "onnxruntime": {"ingestion/layout_model.py"},
    "pypdfium2": {"ingestion/pdfium.py"},
    "rapidocr": {"ingestion/ocr_rapid.py"},
    "py3langid": {"ingestion/languages.py"},
    "bs4": {"ingestion/web_files.py"},
    "markdownify": {"ingestion/web_files.py"},
    "mammoth": {"ingestion/web_files.py"},
    "ebooklib": {"ingestion/web_files.py"},
    "tokenizers": {"graphs/bert.py"},
    "sentence_transformers": {"graphs/embedding.py"},
    "spacy": {"graphs/recogniser.py"},
    "faiss": {"graphs/neighbours.py"},
    "sparse_dot_topn": {"graphs/similarity_edges.py"},
    "openai": {"kgqa/llm.py"},
    "xllamacpp": {"kgqa/local_models.py"},
    "pydantic_settings": {"kgqa/settings.py"},
    "xlsxwriter": {"app/exports.py"},
    "ray": {"kgqa/cluster.py"},
    "psycopg": {"graphs/postgres_backend.py"},
    "sqlite3": {
        "ingestion/page_cache.py",
        "graphs/sqlite_backend.py",
    },
}


def imports_of(path: Path) -> list[tuple[int, str]]:
    """Return (line, module) of every import of a file, those inside of functions and type-checking blocks too."""
    found: list[tuple[int, str]] = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found += [(node.lineno, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno} is a relative import; name the package"
            found.append((node.lineno, node.module or ""))
    return found


SOURCES = [path for layer in LAYERS for path in sorted((ROOT / layer).rglob("*.py"))]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_run_down_the_layers(path: Path) -> None:
    layer = LAYERS.index(path.relative_to(ROOT).parts[0])
    for line, module in imports_of(path):
        top = module.split(".")[0]
        if top in LAYERS:
            assert LAYERS.index(top) <= layer, (
                f"{path.relative_to(ROOT)}:{line} imports {module}, which is above it. "
                f"Move the type that it needs down into {LAYERS[layer]}/ or lower."
            )


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_library_is_touched_in_its_own_module_only(path: Path) -> None:
    here = str(path.relative_to(ROOT))
    for line, module in imports_of(path):
        homes = HOMES.get(module.split(".")[0])
        assert homes is None or here in homes, f"{here}:{line} imports {module}; go through {', '.join(sorted(homes))}"


def test_no_module_hides_a_package_or_a_standard_module() -> None:
    """Streamlit puts app/ first on the path, so app/kgqa.py or app/json.py would shadow the real one."""
    import sys

    for path in sorted((ROOT / "app").glob("*.py")):
        assert path.stem == "__init__" or path.stem not in {*LAYERS, *sys.stdlib_module_names}, path


def test_digits_are_told_by_what_int_can_read() -> None:
    """`"²".isdigit()` is true and `int("²")` fails: a raised number at a page's edge once ended a whole file."""
    files = [path for layer in LAYERS for path in (ROOT / layer).rglob("*.py")]
    assert [str(path) for path in files if ".isdigit" in path.read_text(encoding="utf-8")] == []
