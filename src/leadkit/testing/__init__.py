"""What helps in testing with leadkit; every part is imported by its own name, so that none costs who does not use it.

`sample` makes a sample company's sheets; `strategies`, `policies` and `defects` make leads, policies and wrong policies
for Hypothesis; `properties` holds a policy against what is true of every sound one; `pytest_plugin` runs its claims.
"""
