"""The worklist: what people ask for, whose work an encounter is, who works on it."""
