# The verbs of this repository; `just --list` shows them.

# Run the tests.
test *arguments:
    uv run pytest {{ arguments }}

# Lint, format, types and the import contract, changing nothing.
check:
    uv run ruff check .
    uv run ruff format --check .
    uv run mypy
    uv run lint-imports

# Run the monitor over the sample news world.
demo *arguments:
    uv run monitor demo {{ arguments }}

# Measure, and print the figures.
bench *arguments:
    uv run pytest -m bench -s {{ arguments }}

# Everything that must hold before a change lands.
ci:
    bash .ci/run
