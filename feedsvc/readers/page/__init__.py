"""Reads saved web pages: finds the text of the article, and what the page says of it."""
