"""Points learned from the company's own outcomes, written as an ordinary policy.

`learn` begins with cases and the policy that there is (`start_rules`), `grading` with judged opportunities.

1. `table`: the cases as columns; `screening` and `usable`: which of them may be learned from.
2. `fitting`, the points: `leaves` (yes-or-no questions about facts), `hand` (what the start policy says of them),
   `reference` (a model around that, by `logistic`), `projection` (onto few leaves), `integers` (whole points),
   `unknowns` (leaving a field blank earns nothing).
3. `nested`: what they are worth on cases that they were not made from, by `order`.
4. `concluding`: all of this as one result, with `rules`, `bands` (by `capacity`) and `support` (what each number rests
   on).
5. `form`, `writing`, `wording` and `toml`: the policy file.

numpy is imported in this room only, by `libraries`.
"""
