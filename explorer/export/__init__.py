"""Everything a filter means -> a file. Knows no screen: the command line uses it as well as the app."""
