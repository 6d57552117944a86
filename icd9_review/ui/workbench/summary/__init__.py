"""The coding summary: asked for by one key, copied and printed by the browser."""
