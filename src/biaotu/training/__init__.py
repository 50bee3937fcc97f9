"""Everything that needs torch: data, networks, loops, export to ONNX. Nothing serves from here."""
