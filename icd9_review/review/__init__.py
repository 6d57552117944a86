"""The rules of reviewing: pure functions over the events of an encounter."""
