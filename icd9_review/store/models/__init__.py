"""Model versions that are known here: registered, in the shadow, in use, retired."""
