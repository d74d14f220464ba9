"""Starts Streamlit, and loads what the page needs while the browser is still busy with its own part.

It takes what `python -m streamlit` takes. Streamlit reads the page's script when the first window connects; what the
script imports takes a second, in which that window would stay empty.
"""

from __future__ import annotations

import importlib
import sys
import threading
import time
from pathlib import Path

_LOOKS_EVERY = 0.05  # seconds
_TURN = 0.001  # seconds; five times as long, as Python has it, a window waits for each piece of its page that it sends


def main() -> None:
    """Run Streamlit's command line."""
    sys.setswitchinterval(_TURN)
    threading.Thread(target=_load, name="load", daemon=True).start()
    from streamlit.web.cli import main as streamlit

    streamlit(prog_name="streamlit")


def _load() -> None:
    """Import the pages once the server listens: not before, since that would only delay it."""
    while True:
        runtime = sys.modules.get("streamlit.runtime")
        if runtime is not None and hasattr(runtime, "exists") and runtime.exists():
            break
        time.sleep(_LOOKS_EVERY)
    for page in sorted(Path(__file__).parent.glob("page_*.py")):
        importlib.import_module(f"app.{page.stem}")


if __name__ == "__main__":
    main()
