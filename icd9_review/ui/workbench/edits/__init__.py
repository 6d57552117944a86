"""Edits on the workbench, and the rules behind them."""
