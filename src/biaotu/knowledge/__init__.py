"""The store and the knowledge made of it: links to authorities, the graph kept up to date, related relics."""
