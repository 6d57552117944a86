"""Values of quality review: samples, audits and queries to physicians."""
