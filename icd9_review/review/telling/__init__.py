"""Events in words for auditors: the facts beside an event, and sentences of a story."""
