"""How the web page is served; without importing Streamlit, which takes a second."""

from __future__ import annotations

import socket
import sys
import tomllib
from pathlib import Path

from graphs.place import Place, absolute
from ingestion.errors import KgqaError

LOCAL = ("127.0.0.1", "localhost", "::1")
_LIGHT = {"primaryColor": "#2457c5", "linkColor": "#2457c5"}
_DARK = {"primaryColor": "#6d96f0", "linkColor": "#8fb4ff"}
"""Words in these colours, and the page's own colour on them, have a contrast of more than 4.5 (WCAG AA)."""


def streamlit_command(
    collection: Place, port: int, *, address: str = "127.0.0.1", max_upload_mb: int = 1024
) -> list[str]:
    """Return the command that serves the page of a collection, telling nobody; on this machine alone by default."""
    theme = [f"--theme.{mode}.{name}={value}" for mode, colours in (("light", _LIGHT), ("dark", _DARK))
             for name, value in colours.items()]  # fmt: skip
    return [
        sys.executable,
        str(Path(__file__).with_name("launch.py")),  # by its path: the user's folder may have an "app" of its own
        "run",
        str(Path(__file__).with_name("web.py")),
        f"--server.port={port}",
        f"--server.address={address}",
        "--server.headless=true",
        f"--server.maxUploadSize={max_upload_mb}",
        "--server.fileWatcherType=none",
        "--browser.gatherUsageStats=false",
        "--runner.postScriptGC=false",  # a whole collection after every click takes a second with torch in memory
        "--client.toolbarMode=viewer",
        "--client.showErrorDetails=none",
        "--client.disableDataExport=true",  # our own files guard against formulas, a table's own button does not
        *theme,
        "--",
        str(absolute(collection)),
    ]


def has_provider() -> bool:
    """Return whether Streamlit's secrets, here or in the home folder, configure an OIDC provider."""
    for folder in (Path.cwd(), Path.home()):
        try:
            if "auth" in tomllib.loads((folder / ".streamlit" / "secrets.toml").read_text(encoding="utf-8")):
                return True
        except (OSError, ValueError):
            continue  # no such file, or none that Streamlit could read either
    return False


def check_port(address: str, port: int) -> None:
    """Raise KgqaError for a port that cannot be listened on; Streamlit would say so in a log line of its own."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the server does: one just ended is no bar
            probe.bind((address, port))
    except OSError as error:
        raise KgqaError(
            f"Port {port} of {address} cannot be had ({error.strerror or error}). "
            f"Name another: --port {port % 65_535 + 1}."
        ) from error


def check_address(address: str, *, guarded: bool) -> None:
    """Raise KgqaError for an address that others reach while nobody is asked who he is."""
    if address not in LOCAL and not guarded:
        raise KgqaError(
            f"On {address} everybody in reach could read and change the documents. Set KGQA_WEB_PASSWORD, or configure "
            "[auth] in .streamlit/secrets.toml, or leave --address out."
        )
