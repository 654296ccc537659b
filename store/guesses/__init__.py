"""What other programs mean by a column of a table, or by a key of the records in a file: one set of rules for both."""
