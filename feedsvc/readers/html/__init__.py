"""Renders texts as clean HTML, and resolves the template code and the frames in them."""
