"""The connection, the tables and how the schema came to be what it is."""
