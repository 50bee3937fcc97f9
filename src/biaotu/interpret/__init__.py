"""What a record tells a visitor: its provenance, a caption, answers to simple questions. Pure; all has a proof."""
