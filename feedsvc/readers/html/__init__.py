"""Makes clean HTML of texts, and resolves the template code and the frames in them."""
