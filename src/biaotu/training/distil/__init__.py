"""A text encoder of fewer layers that gives the states of a larger one, so that everything above it can stay."""
