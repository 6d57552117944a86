"""``python -m icd9_review quality …``: what people who answer for quality ask of the coding."""
