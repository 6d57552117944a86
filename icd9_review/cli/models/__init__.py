"""Commands about models: their folders, and which version is in use."""
