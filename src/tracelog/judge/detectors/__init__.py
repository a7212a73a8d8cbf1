"""One file a kind of finding: its explanation, and the rows of the decision table that make it.

A detector's docstring is its documentation page (`docs/finding-kinds.md` is made of them) and speaks in the
reports; its cases lie in `tests/judge/cases/`. Detectors are found by walking this folder.
"""
