"""Reads saved web pages: finds the text of the article and its metadata."""
