"""Documents that say what their parts are: C-CDA, FHIR, HTML."""
