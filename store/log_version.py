"""What the table `meta` of a log says whose tables they are, and which version of them this program reads."""

APPLICATION = "activity-explorer"
VERSION = 5
