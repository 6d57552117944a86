"""Commands on people: accounts and teams."""
