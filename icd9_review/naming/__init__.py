"""Codes that a note names in words. Stands above codes and notes, because it needs both."""
