"""Points learned from the company's own outcomes, written as an ordinary policy.

The steps, each a module: `table` (cases as columns), `leaves` (yes-or-no questions about facts), `reference` (a model
around the points that the company has), `projection` (onto few leaves), `integers` (whole points), `rules` and
`writing` (a policy file), `nested` (what it is worth on cases that it was not made from), `learn` (all of them, and the
verdict). numpy is imported in this room only.
"""
