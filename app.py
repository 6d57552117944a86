"""The app, in two roles: the application where it is imported, the router where a page runs.

A server imports it (``streamlit run app.py`` finds the application by its name); Streamlit runs
it as a script for every page that a browser asks for.
"""

import streamlit as st

from icd9_review.ui.serving.application import SCRIPT, parts
from icd9_review.ui.serving.router import show_page

if __name__ == "__main__":
    show_page()
else:
    app = st.App(SCRIPT, **parts())
