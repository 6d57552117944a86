"""Everything that imports Streamlit outside ``app.py`` and ``pages/``."""
