"""Who may come in: everybody who reaches the server, or those who know a password, or whom a provider vouches for."""

from __future__ import annotations

import hmac
import threading
import time

import streamlit as st
from pydantic import SecretStr
from streamlit.errors import StreamlitSecretNotFoundError

_IN = "kgqa-signed-in"
_PAUSE = 1.0  # seconds after a wrong password, for all windows together, so that guessing is slow
_guard = threading.Lock()


def may_enter(password: SecretStr | None) -> bool:
    """Return whether this window may see anything; where not, the way to sign in is drawn.

    Streamlit's own OIDC sign-in goes first where `[auth]` is configured in its secrets; else `password`, where there
    is one.
    """
    if has_provider():
        if getattr(st.user, "is_logged_in", False):  # not there before anybody has signed in
            return True
        st.title("kgqa", anchor=False)
        st.write("Sign in to see the documents.")
        st.button("Sign in", type="primary", on_click=st.login)
        return False
    if password is None or st.session_state.get(_IN):
        return True
    _ask_password(password)
    return bool(st.session_state.get(_IN))


def has_provider() -> bool:
    """Return whether Streamlit's secrets configure an OIDC provider."""
    try:
        return "auth" in st.secrets
    except StreamlitSecretNotFoundError:
        return False


def sign_out() -> None:
    """Draw the way out for a window that signed in."""
    if has_provider():
        st.button("Sign out", icon=":material/logout:", on_click=st.logout, type="tertiary")
    elif st.session_state.get(_IN) and st.button("Sign out", icon=":material/logout:", type="tertiary"):
        st.session_state.clear()
        st.rerun()


def is_right(given: str, password: SecretStr) -> bool:
    """Return whether a password is the right one, in a time that tells nothing of how much of it is right."""
    return hmac.compare_digest(given.encode(), password.get_secret_value().encode())


def _ask_password(password: SecretStr) -> None:
    st.title("kgqa", anchor=False)
    with st.form("sign-in", width=420):
        given = st.text_input("Password", type="password", autocomplete="current-password")
        sent = st.form_submit_button("Sign in", type="primary")
    if not sent:
        return
    if is_right(given, password):
        st.session_state[_IN] = True
        st.rerun()
    with _guard:
        time.sleep(_PAUSE)
    st.error("The password is wrong. Ask whoever runs this server for it.")
