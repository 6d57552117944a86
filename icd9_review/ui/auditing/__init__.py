"""Second review on the screen: samples, audits, and what coders say to them."""
