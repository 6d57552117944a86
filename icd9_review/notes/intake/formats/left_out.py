"""What readers of several formats leave out, in the words of their notices."""

from __future__ import annotations

STRUCK = "has struck or deleted text; it is left out"
HIDDEN = "has hidden text; it is left out"
PICTURE = "has pictures; what stands in them is not read"
