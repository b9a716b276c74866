"""Reads the metadata of an article: front matter, header lines, sidecars and file names."""
