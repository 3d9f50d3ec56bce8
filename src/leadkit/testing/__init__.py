"""What helps in testing with leadkit; every part is imported by its own name, so that none costs who does not use it.

`strategies`, `policies` and `defects` make leads, policies and wrong policies for Hypothesis, `commands` the commands
of a desk; `properties` holds a policy against what is true of every sound one, `process` a desk against what is true of
every process, `storage` a store against its contract; `pytest_plugin` runs what a policy claims about itself.
"""
