"""What can be done wherever one is on the screen: an area around the panes for each capability with keys of its own."""
