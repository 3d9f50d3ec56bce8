"""The sales handbook that the standard policy encodes, each clause a test with the clause as its docstring."""
