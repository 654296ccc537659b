"""The panes of the screen. Each draws the values it is given and reports gestures as messages."""
