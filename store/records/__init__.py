"""From the bytes of a file to its records, each with its letters and its place. What they mean is not known here."""
