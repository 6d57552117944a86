"""Charts in the forms in which other systems take them."""
