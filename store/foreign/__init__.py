"""Looking at a table that is not ours: read as it is, through a mapping of its columns to our event."""
