"""Measuring explanations: do they point at the evidence, and do they hold."""
