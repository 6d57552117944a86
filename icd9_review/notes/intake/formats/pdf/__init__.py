"""PDF: lines, columns, and what lies on top of a page."""
