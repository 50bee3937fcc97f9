"""The knowledge graph: relics, persons, bodies, places, events, periods, materials and uses as RDF, and questions to it."""
