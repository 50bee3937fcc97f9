"""A small drawing kit and the things drawn with it, for the photos of the examples."""
