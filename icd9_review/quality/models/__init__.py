"""Model versions beside each other: which one is in use, and how a shadow model would have done."""
