"""Codes for more notes than anybody looks at: files in, Parquet out, without a database."""
