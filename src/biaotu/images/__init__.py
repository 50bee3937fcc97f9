"""Photos: decoded whatever state they are in, turned upright, fitted and scaled for the image encoder."""

from biaotu.images.decode import Photo, load_photo, load_photos, load_upright
from biaotu.images.opening import MAX_PIXELS, PhotoError
from biaotu.images.preprocess import Fit, Preprocessing, to_tensor

__all__ = [
    "MAX_PIXELS",
    "Fit",
    "Photo",
    "PhotoError",
    "Preprocessing",
    "load_photo",
    "load_photos",
    "load_upright",
    "to_tensor",
]
