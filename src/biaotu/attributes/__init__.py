"""From the attribute network's numbers to attributes: lawful BIO decoding, spans with confidence, attribute names."""

from biaotu.attributes.decode import CharSpan, Decoder, attribute_names

__all__ = ["CharSpan", "Decoder", "attribute_names"]
