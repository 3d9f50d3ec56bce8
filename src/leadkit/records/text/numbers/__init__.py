"""Numbers as cells and texts write them: grouped digits, Chinese numerals, head counts."""
