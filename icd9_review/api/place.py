"""Where the interface stands among the addresses of the app."""

from __future__ import annotations

from typing import Final

PLACE: Final = "/api/v1"
"""Where it is mounted."""


def is_of_interface(path: str) -> bool:
    """Whether a path is one of the interface, which lets nobody in by a cookie.

    >>> is_of_interface("/api/v1/predict"), is_of_interface("/api/v1")
    (True, False)
    """
    return path.startswith(f"{PLACE}/") and path.isprintable()  # as its route is matched
