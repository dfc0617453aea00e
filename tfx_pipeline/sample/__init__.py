"""The bundled sample: a fictional fashion house whose reviews carry planted motivations."""
