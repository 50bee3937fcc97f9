"""An image encoder fitted to smaller photos and to what its regions are used for."""
