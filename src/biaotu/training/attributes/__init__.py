"""The attribute network (paper section 5): names, then values."""
