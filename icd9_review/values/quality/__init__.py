"""Values of quality review: samples and audits."""
