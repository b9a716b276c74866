"""Reads the lines of a page: breadcrumbs, bylines, date lines, captions, and what belongs to the page."""
