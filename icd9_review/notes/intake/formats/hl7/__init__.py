"""HL7 v2 messages, and how HL7's standards write days, sexes and visits."""
