"""A log seen through a masking: pseudonyms stand for e-mails, IP addresses and whatever else it hides."""
