"""The knowledge graph: relics, persons, bodies, places, events, periods, materials, uses as RDF; questions to it."""
