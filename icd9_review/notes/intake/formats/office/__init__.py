"""Documents and workbooks of office programs."""
