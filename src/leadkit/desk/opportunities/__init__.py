"""What a desk knows of an opportunity: as it stands, and as sheets bring and correct it."""
