"""The activity log in the terminal: a Textual app over an `EventRepository`, and the command line around it."""
