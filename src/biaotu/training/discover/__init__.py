"""New-word discovery: which words of a user's own texts are worth an entry in a lexicon."""
