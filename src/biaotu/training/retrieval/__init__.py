"""The spaces of search, learnt: words to photos and back, photos to photos, words to words (``docs/retrieval.md``)."""
