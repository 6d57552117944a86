"""Batches begin processes."""

from tests.batch.main_module import plain_main

__all__ = ["plain_main"]
