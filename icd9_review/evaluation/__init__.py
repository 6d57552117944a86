"""Measuring a model against labelled notes: counts, metrics, intervals, reports."""
