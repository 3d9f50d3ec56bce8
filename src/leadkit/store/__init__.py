"""The port of storage: the rows, the tables, the protocol that a store keeps to, and the store in memory."""
