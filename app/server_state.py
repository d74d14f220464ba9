"""What all windows of a server share: open collections, the runs over them, and the models in memory."""

from __future__ import annotations

import gc
import threading
import time

import streamlit as st

from app.batch_runs import BatchRuns
from app.jobs import Jobs
from graphs.embedding import load_embedder
from graphs.place import Place
from kgqa.collection import Collection
from kgqa.settings import load_settings

_FIRST = 2.0  # seconds that the first picture of the page is given before the libraries' imports compete with it


@st.cache_resource(show_spinner=False)
def jobs() -> Jobs:
    """Return the ingest runs of this server."""
    return Jobs()


@st.cache_resource(show_spinner=False)
def batches() -> BatchRuns:
    """Return the batches of this server."""
    return BatchRuns()


@st.cache_resource(show_spinner="Opening the collection …")
def open_collection(place: Place) -> Collection:
    """Return a collection that all windows of this server read."""
    return Collection.open(place, load_settings())


@st.cache_resource(show_spinner=False)
def warm_up(place: Place) -> threading.Thread:
    """Load in the background what the first question needs, so that it need not wait for it."""
    thread = threading.Thread(target=_warm, args=(open_collection(place),), name="warm-up", daemon=True)
    thread.start()
    return thread


def _warm(collection: Collection) -> None:
    time.sleep(_FIRST)
    from kgqa.cross_encoder import load_cross_encoder
    from kgqa.larger_reader import load_larger_reader
    from kgqa.models import choose_agent

    embedder = load_embedder(collection.settings.embedding)
    choose_agent("auto", embedder, None, collection.settings.agent_folder)
    load_cross_encoder(embedder)
    load_larger_reader(collection.settings.answer.larger_reader, embedder)
    collection.graph()
    collection.store.index()
    gc.collect()
    gc.freeze()  # the libraries' million objects stay for good: no later collection need look at them
