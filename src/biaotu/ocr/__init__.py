"""Reads the words on a photo: on the object itself or in a photographed document. Knows RapidOCR, nobody else does."""
