"""What suggestions and their explanations do to coders, by encounters that go without them."""
