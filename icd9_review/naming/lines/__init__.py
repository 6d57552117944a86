"""The lines of a chart and the codes: what each is found by, coded by, and whether it needs one."""
