"""The command line: a module for each noun, put together in ``main``."""
