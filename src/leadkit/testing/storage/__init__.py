"""What every store keeps to, as named checks: the contract, its rows and its processes."""
