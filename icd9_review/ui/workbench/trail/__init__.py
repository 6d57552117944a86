"""The trail of an encounter, beside the chart of whoever looks on."""
