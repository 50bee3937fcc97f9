"""The command line: options, printing, exit status. The work itself is done elsewhere."""
