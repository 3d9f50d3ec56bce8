"""How bytes are to be read as text: what is known of languages, and the judge of encodings."""
