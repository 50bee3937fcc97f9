"""The picture-label network (paper section 4.1): text and photo fused."""
