"""Reads the lines of a page: breadcrumbs, bylines, date lines, captions, and page furniture."""
