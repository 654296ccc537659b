"""What the table `meta` of a log says whose tables they are, and which version of them this program reads."""

APPLICATION = "activity-explorer"
VERSION = 6
MOVED_FROM = "moved_from"
"""The row with the version that a log had, as long as not all of its events are in the tables of this one."""
