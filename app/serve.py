"""How the web page is served; without importing Streamlit, which takes a second."""

from __future__ import annotations

import sys
from pathlib import Path

from graphs.place import Place, absolute


def streamlit_command(collection: Place, port: int) -> list[str]:
    """Return the command that serves the page of a collection on this machine alone, telling nobody."""
    return [
        sys.executable,
        "-m",
        "streamlit",
        "run",
        str(Path(__file__).with_name("web.py")),
        f"--server.port={port}",
        "--server.address=127.0.0.1",
        "--server.headless=true",
        "--server.maxUploadSize=1024",
        "--server.fileWatcherType=none",
        "--browser.gatherUsageStats=false",
        "--client.toolbarMode=minimal",
        "--",
        str(absolute(collection)),
    ]
