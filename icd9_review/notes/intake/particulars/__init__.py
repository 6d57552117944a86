"""What is kept of documents and encounters besides facts and text."""
