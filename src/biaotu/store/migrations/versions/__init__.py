"""One script a version of the schema, ``vNNNN_name.py``; never changed once released."""
