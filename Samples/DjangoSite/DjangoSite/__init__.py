"""A site with polls."""
