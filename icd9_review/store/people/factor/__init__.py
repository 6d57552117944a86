"""The second factor: codes of an app, recovery codes, and when either counts."""
