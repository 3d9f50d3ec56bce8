"""Proofs about policies before they go live: examples, invariants, all that can be reached, how two policies differ."""
