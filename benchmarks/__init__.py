"""One runnable file per published figure: ``python -m benchmarks.NAME [--json]``; ``python -m benchmarks`` runs all."""
