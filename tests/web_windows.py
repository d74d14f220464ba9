"""Windows of the web page without a browser: they speak Streamlit's protocol and draw nothing.

Five browsers on the machine of the server take more of it than the server; with these, what is measured is the server.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from time import perf_counter
from urllib.parse import urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

_LOOKS_EVERY = 0.1  # seconds, whether a fragment is wanted again
PATIENCE = 120  # seconds that a user waits


class BareWindow:
    """One window on the page Ask."""

    def __init__(self, url: str) -> None:
        """Open the page and wait for its box."""
        where = f"ws://{urlsplit(url).netloc}/_stcore/stream"
        self._socket = connect(where, subprotocols=["streamlit"], origin=url, max_size=None)
        self._changed = threading.Condition()
        self._box = ""  # id of the element that takes a question
        self._drawn: set[str] = set()  # keys of elements by which an answer's end is known
        self._again: dict[str, float] = {}  # fragment -> seconds after which it is to be drawn anew
        self._timed: set[str] = set()  # fragments that have a timer
        self._error = ""  # that the page shows
        self._asked = 0
        threading.Thread(target=self._hear, daemon=True).start()
        self._draw_anew()
        self._wait(lambda: bool(self._box))

    def ask(self, question: str) -> float:
        """Return the seconds from the question to the end of its answer; end the run where there is none."""
        started = perf_counter()
        self._draw_anew(question=question)
        wanted = f"markdown-{self._asked}"
        self._asked += 1
        self._wait(lambda: bool(self._error) or any(key.endswith(wanted) for key in self._drawn))
        if self._error:
            raise SystemExit(f"a user was shown: {self._error}")
        return perf_counter() - started

    def close(self) -> None:
        """Close it."""
        self._socket.close()

    def _wait(self, there: Callable[[], bool]) -> None:
        with self._changed:
            if not self._changed.wait_for(there, PATIENCE):
                raise SystemExit(f"a user had no answer within {PATIENCE} s")

    def _draw_anew(self, *, question: str = "", fragment: str = "") -> None:
        """Ask for the page, or a fragment of it, as a browser does."""
        message = BackMsg()
        state = message.rerun_script
        state.context_info.timezone = "UTC"
        state.fragment_id, state.is_auto_rerun = fragment, bool(fragment)
        if question:
            typed = WidgetState(id=self._box)
            typed.chat_input_value.data = question
            state.widget_states.widgets.append(typed)
        self._socket.send(message.SerializeToString())

    def _hear(self) -> None:
        try:
            for data in self._socket:
                message = ForwardMsg()
                message.ParseFromString(data if isinstance(data, bytes) else data.encode())
                with self._changed:
                    self._take_in(message)
                    self._changed.notify_all()
        except ConnectionClosed:
            return

    def _take_in(self, message: ForwardMsg) -> None:
        kind = message.WhichOneof("type")
        if kind == "new_session" and not message.metadata.run.fragment_ids:
            self._again.clear()
        elif kind == "auto_rerun":
            part = message.auto_rerun
            self._again[part.fragment_id] = part.interval
            if part.fragment_id not in self._timed:
                self._timed.add(part.fragment_id)
                threading.Thread(target=self._repeat, args=(part.fragment_id,), daemon=True).start()
        elif kind == "stop_auto_rerun":
            for fragment in message.stop_auto_rerun.fragment_ids:
                self._again.pop(fragment, None)
        elif kind == "delta" and message.delta.HasField("new_element"):
            element = message.delta.new_element
            if element.HasField("chat_input"):
                self._box = element.chat_input.id
            elif element.HasField("download_button"):
                self._drawn.add(element.download_button.id)
            elif element.HasField("alert") and element.alert.format == element.alert.ERROR:
                self._error = element.alert.body

    def _repeat(self, fragment: str) -> None:
        """Ask for a fragment again and again while the page wants it; there is one such timer for each."""
        while True:
            with self._changed:
                seconds = self._again.get(fragment)
            time.sleep(seconds or _LOOKS_EVERY)
            with self._changed:
                wanted = seconds is not None and fragment in self._again
            try:
                if wanted:
                    self._draw_anew(fragment=fragment)
            except ConnectionClosed:
                return
