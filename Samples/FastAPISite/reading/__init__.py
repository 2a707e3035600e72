"""What to read, and how long it takes."""
