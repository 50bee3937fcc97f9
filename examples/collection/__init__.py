"""A collection of any size, composed of invented relics: the words, and the photos made from the drawings."""
