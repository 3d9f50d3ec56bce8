"""Which columns of a sheet are which fields: the words of heads, maps, and what the cells look like."""
