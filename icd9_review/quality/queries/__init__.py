"""Queries to physicians: templates that do not lead, and what a query may not say."""
