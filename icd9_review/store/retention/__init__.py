"""How long text is kept: what is old enough, legal holds, and the purge."""
