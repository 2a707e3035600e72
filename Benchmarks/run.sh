#!/usr/bin/env bash
# Measures speed beside the peers, in one run, and prints ratios.
set -euo pipefail
cd "$(dirname "$0")/.."
# All with the same options: other ones would build everything anew.
swift build --configuration release --product xdt-benchmark --static-swift-stdlib
swift build --configuration release --product ptvsd-publish --static-swift-stdlib
.venv/bin/python -m pip install --quiet --disable-pip-version-check -r Benchmarks/requirements.txt
printf '\n== XML document transforms beside libxml2 (parse + serialise of the same bytes)\n'
missed=0
.build/release/xdt-benchmark || missed=1
printf '\n== Publishing beside zip, zipfile and rsync\n'
.venv/bin/python Benchmarks/publish.py .build/release/ptvsd-publish || missed=1
printf '\n== The tunnel beside socat and websockify\n'
.venv/bin/python Benchmarks/tunnel.py .build/release/ptvsd-publish || missed=1
exit $missed
