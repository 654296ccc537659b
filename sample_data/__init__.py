"""A believable, fixed log with a story in it, and the generator that makes larger ones from it."""
