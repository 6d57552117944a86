"""What stands between a browser and the pages: where from, who, which page, and how it starts."""
