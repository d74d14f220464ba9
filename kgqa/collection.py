"""A collection of documents: the Python face of kgqa.

with kgqa.Collection.open("library/") as collection:
    report = collection.add("papers/")
    answer = collection.ask("Which of the two trials enrolled more patients?")
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from graphs.build import document_to_nodes, searchable
from graphs.document_graph import DocumentGraph
from graphs.errors import UnknownDocumentError
from graphs.place import Place, absolute
from graphs.rows import DocumentRecord
from graphs.store import Store
from ingestion.document import Box, PageIssue, ParsedDocument
from ingestion.errors import IngestionError, KgqaError
from kgqa.errors import QuestionError, SettingsError
from kgqa.result import Answer
from kgqa.settings import Settings, load_settings

if TYPE_CHECKING:
    from graphs.embedding import Embedder
    from kgqa.conversation import Turn
    from kgqa.llm import LanguageModel, OnText
    from kgqa.metered import Account, MeteredModel
    from kgqa.walk import WalkOptions

Progress = Callable[[str, str, int, int], None]
"""Called with the document's name, the stage ("read", "embed", "link"), how much is done, and of how much."""


Status = Literal["ok", "partial", "failed", "unchanged"]
"""How a file fared: read whole, with issues, not at all, or known already."""


@dataclass(frozen=True, slots=True)
class PageReport:
    """How one page was read."""

    page: int  # from 1
    engine: str
    reason: str  # why this engine, in a few words
    seconds: float  # wall clock
    characters: int  # of its markdown
    confidence: float | None  # from 0 to 1, as OCR gives it
    agreement: float | None  # from 0 to 1: words that two engines share, where two read the page
    doubtful: bool  # whether the page is not to be trusted
    issues: tuple[PageIssue, ...] = ()


def page_reports(document: ParsedDocument) -> tuple[PageReport, ...]:
    """Return how each page of a document was read."""
    doubtful = set(document.doubtful_pages())
    return tuple(
        PageReport(
            page.number,
            page.engine,
            page.reason,
            page.seconds,
            len(page.markdown),
            page.confidence,
            page.agreement,
            page.number in doubtful,
            tuple(issue for issue in document.issues if issue.page == page.number),
        )
        for page in document.pages
    )


@dataclass(frozen=True, slots=True)
class DocumentReport:
    """What became of one file."""

    name: str
    status: Status
    pages: int = 0
    passages: int = 0
    tables: int = 0
    figures: int = 0
    sections: int = 0
    seconds: float = 0.0  # wall clock: reading and embedding
    issues: tuple[PageIssue, ...] = ()
    page_reports: tuple[PageReport, ...] = ()  # in their order; empty for a document that was not read now


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What became of every file, in the order in which they were given."""

    documents: tuple[DocumentReport, ...]
    notes: tuple[str, ...] = ()  # what one should know, one line each: links found approximately, files not tried

    @property
    def complete(self) -> bool:
        """True when nothing at all went wrong."""
        return all(document.status in ("ok", "unchanged") for document in self.documents)


class Collection:
    """Documents, their graph, and questions over them. One process may write at a time; any number may read."""

    def __init__(self, store: Store, settings: Settings, place: Place) -> None:
        self.store = store
        self.place = absolute(place)
        self.settings = settings
        self._embedder: Embedder | None = None

    @classmethod
    def open(cls, folder: Place, settings: Settings | None = None, *, create: bool = True) -> Collection:
        """Open the collection in that folder, or at `postgresql://...`, or make one there.

        Raises graphs.errors.CollectionError where that cannot be.
        """
        return cls(Store.open(folder, create=create), settings or load_settings(), folder)

    def __enter__(self) -> Collection:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Release the files; the collection cannot be used afterwards."""
        self.store.close()

    def with_settings(self, settings: Settings) -> Collection:
        """Return the same collection, open only once, under other settings; closing either closes both."""
        return Collection(self.store, settings, self.place)

    @property
    def embedder(self) -> Embedder:
        """The embedding model, loaded when it is first needed."""
        if self._embedder is None:
            from graphs.embedding import load_embedder

            self._embedder = load_embedder(self.settings.embedding)
        return self._embedder

    def add(
        self,
        paths: str | Path | Iterable[str | Path],
        *,
        names: Mapping[str, str] | None = None,
        password: str | None = None,
        progress: Progress | None = None,
        cluster: str | None = None,
    ) -> IngestReport:
        """Read files and folders into the collection and link them; what is there already costs nothing.

        `names` gives a path the name to show, for uploads whose path says nothing. A file that cannot be read becomes
        a report with status "failed"; the others go on. Each document is committed by itself, so a process that is
        killed loses at most the one that it was reading. `cluster` has the files read and embedded on a Ray cluster:
        "auto", or its address.
        """
        from kgqa.add import add_files

        given = [paths] if isinstance(paths, str | Path) else list(paths)
        return add_files(self, [Path(path) for path in given], names or {}, password, progress, cluster)

    def put(
        self,
        document: ParsedDocument,
        original: Path | None = None,
        source: str = "",
        reading: str = "",
        embedded: Mapping[str, NDArray[np.float32]] | None = None,
    ) -> None:
        """Commit a document that was read elsewhere, with options that `reading` tells; `relink` makes its links.

        Passages whose words the collection holds already keep their vectors: a changed file embeds only what changed.
        `embedded` are vectors of texts that are there already.
        """
        nodes = searchable(document_to_nodes(document))
        texts = {node.search_text for node in nodes}
        known = {**(embedded or {}), **self.store.known_vectors(sorted(texts))}
        missing = sorted(texts - known.keys())
        if missing:
            known = {**known, **dict(zip(missing, self.embedder.embed(missing), strict=True))}
        vectors = {node.node_id: known[node.search_text] for node in nodes}
        self.store.put(
            document, vectors, original, source=source, embedder=self.settings.embedding.model, reading=reading
        )

    def relink(self) -> None:
        """Make the links between documents anew where documents have changed since."""
        self.store.relink(self.settings.graph)

    def remove(self, *names: str) -> None:
        """Remove documents by name and mend the links; raise UnknownDocumentError, removing none, for a wrong name."""
        with self.store.writing():
            try:
                found = [self._record(name).name for name in names]
            except UnknownDocumentError as error:
                raise UnknownDocumentError(f"{error} Nothing was removed.") from error
            for name in found:
                self.store.remove(name)
            self.relink()

    def documents(self) -> list[DocumentRecord]:
        """Return what is known of every document, sorted by name."""
        return self.store.documents()

    def load(self, name: str) -> ParsedDocument:
        """Return a document as it was read; raise UnknownDocumentError for a wrong name."""
        return self.store.load(self._record(name).doc_id)

    def graph(self) -> DocumentGraph:
        """Return the graph over all documents."""
        return self.store.graph()

    def page_image(self, name: str, page: int, boxes: Sequence[Box] = (), zoom: float = 1.5) -> bytes:
        """Return a page as PNG at 72 * zoom dots per inch, the boxes highlighted; raise KgqaError where it has none."""
        return self._picture(name, page, tuple(boxes), zoom, None)

    def figure_image(self, name: str, figure_id: str, zoom: float = 2.0) -> bytes:
        """Return a figure as PNG at 72 * zoom dots per inch; raise KgqaError where the document has none of that id."""
        figure = next((f for f in self.load(name).figures if f.figure_id == figure_id), None)
        if figure is None or not figure.boxes:
            raise KgqaError(f"{name} has no figure {figure_id!r} with a place on a page.")
        return self._picture(name, figure.page_number, (), zoom, figure.boxes[0])

    def _picture(self, name: str, page: int, boxes: tuple[Box, ...], zoom: float, clip: Box | None) -> bytes:
        from ingestion.pdf import render_page

        document = self.load(name)
        original = self.store.original(document.doc_id)
        if original is None:
            raise KgqaError(f"{name}: the original file is not in the collection, so its pages cannot be shown.")
        kind, _, picture = document.media_type.partition("/")
        if document.media_type != "application/pdf" and kind != "image":
            raise KgqaError(f"{name} is a {document.media_type} file, whose pages have no picture.")
        return render_page(original, page, boxes=boxes, zoom=zoom, clip=clip, kind=picture)

    def ask(
        self,
        question: str,
        *,
        documents: Sequence[str] | None = None,
        agent: str | None = None,
        llm: str | LanguageModel | None = None,
        retriever: str | None = None,
        budget: int | None = None,
        banned: Sequence[str] = (),
        pinned: Sequence[str] = (),
        conversation: Sequence[Turn] = (),
        on_text: OnText | None = None,
        stop: threading.Event | None = None,
        run: Account | None = None,
    ) -> Answer:
        """Answer a question from the documents (all, or those named) with citations.

        `agent` is "auto", "question", "encoder" or "llm"; `llm` a specification such as "none" or "openai:MODEL", or a
        model; `budget` the number of evidence nodes to read; nodes that are `banned` (or edges, "NODE|NODE") are not
        visited, from those that are `pinned` paths begin. What is not given comes from the settings.

        A question that leans on the `conversation` before it, oldest exchange first, is made self-contained; the words
        that were asked then are `answer.trace.question`. `on_text` hears a model's answer while it is written, before
        it is checked; once `stop` is set, the question ends with `kgqa.errors.Stopped`. `run` is the account of a run
        of many questions, with its caps.

        Raises QuestionError for a question that cannot be asked, SettingsError for a choice that there is not,
        UnknownDocumentError for a wrong name, LanguageModelError when the named model cannot be had at all, and
        RunCapError when the run's caps are reached.
        """
        from kgqa.answer import answer_question
        from kgqa.conversation import self_contained
        from kgqa.models import choose_agent, choose_model

        if not question.strip():
            raise QuestionError("The question is empty. Ask something about the documents.")
        if documents is not None and not documents:
            raise QuestionError("No document to answer from was named: give names of documents, or None for all.")
        doc_ids = None if documents is None else {self._record(name).doc_id for name in documents}
        model = self._metered(choose_model(llm if llm is not None else self.settings.llm, self.settings), run, stop)
        asked = (
            self_contained(question, conversation, embedder=self.embedder, model=model) if conversation else question
        )
        walk = self._walk_options(budget, retriever, banned, pinned)
        answer = answer_question(
            asked,
            store=self.store,
            embedder=self.embedder,
            agent=choose_agent(
                agent or self.settings.agent,
                self.embedder,
                model,
                self.settings.agent_folder,
                mode=self.settings.llm_mode,
            ),
            llm=model,
            options=self.settings.answer,
            walk_options=walk,
            doc_ids=doc_ids,
            on_text=on_text,
            stop=stop,
        )
        return replace(answer, question=" ".join(question.split()))

    def _walk_options(
        self, budget: int | None, retriever: str | None, banned: Sequence[str], pinned: Sequence[str]
    ) -> WalkOptions:
        """Return the settings' own but for what is given; raise SettingsError for a choice that there is not."""
        usual = self.settings.walk
        try:
            return replace(
                usual,
                budget=usual.budget if budget is None else budget,
                retriever=usual.retriever if retriever is None else retriever,
                banned=tuple(banned) or usual.banned,
                pinned=tuple(pinned) or usual.pinned,
            )
        except ValueError as error:
            raise SettingsError(f"{error}. Choose another.") from error

    def _metered(
        self, model: LanguageModel | None, run: Account | None, stop: threading.Event | None
    ) -> MeteredModel | None:
        """Return a model that counts the calls of one question, within the caps, and remembers replies."""
        if model is None:
            return None
        from kgqa.metered import Account, MeteredModel

        settings = self.settings
        cache = self.store if settings.llm_cache else None
        account = Account(prices=settings.prices, max_calls=settings.llm_max_calls, max_tokens=settings.llm_max_tokens)
        return MeteredModel(model, cache, account, run, stop)

    def _record(self, name: str) -> DocumentRecord:
        return self.store.record(name)


def file_digest(path: Path) -> str:
    """Return the SHA-256 of a file's bytes as 64 hex digits; raise IngestionError where it cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise IngestionError(f"{path.name}: {error.strerror}. Check the path and its permissions.") from error
