"""What lies on the workbench: the chart of an encounter, or the codes of its auditor."""
