"""The page Gold: encounters with known codes, whom they were given to, and how right coders are."""
