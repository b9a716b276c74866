"""Reads what is said of an article beside its text: front matter, header lines, sidecars and file names."""
