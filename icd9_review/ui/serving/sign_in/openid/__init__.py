"""Signing in at an OpenID provider: the protocol, and what its claims say."""
