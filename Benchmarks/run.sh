#!/usr/bin/env bash
# Measures speed beside the peers, in one run, and prints ratios.
set -euo pipefail
cd "$(dirname "$0")/.."
swift build --configuration release --product xdt-benchmark
swift build --configuration release --product publish-probe
swift build --configuration release --product ptvsd-publish
.venv/bin/python -m pip install --quiet --disable-pip-version-check -r Benchmarks/requirements.txt
printf '\n== XML document transforms beside libxml2 (parse + serialise of the same bytes)\n'
.build/release/xdt-benchmark
printf '\n== Publishing beside zip, zipfile and rsync\n'
.venv/bin/python Benchmarks/publish.py .build/release/publish-probe
printf '\n== The tunnel beside socat and websockify\n'
.venv/bin/python Benchmarks/tunnel.py .build/release/ptvsd-publish
