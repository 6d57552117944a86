"""What other programs ask over HTTP: JSON and FHIR, beside the pages and by the same rules."""
