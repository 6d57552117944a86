"""Parts of the page about people: teams, and who saw encounters of another."""
