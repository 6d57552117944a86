"""The page of models: what is known, how a shadow model would have done, and changing it."""
