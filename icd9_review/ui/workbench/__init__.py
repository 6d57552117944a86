"""The workbench: suggestions, note and codes in one component, focus and keys in the browser.

A verdict must never wait for the server, and no fast one may be lost; so the browser
shows it at once and keeps it in an outbox until the server says it is stored.
"""
