"""Decisions and comments of people, and what these rest on."""
