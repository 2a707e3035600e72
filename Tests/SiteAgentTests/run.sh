#!/bin/sh
# Runs the tests of the site agent, each interpreter given (default: python3) in a virtual environment of its own.
#   Tests/SiteAgentTests/run.sh [PYTHON ...] [-- PYTEST ARGUMENTS]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
pythons=
while [ $# -gt 0 ]; do
    if [ "$1" = "--" ]; then
        shift
        break
    fi
    pythons="$pythons $1"
    shift
done
for python in ${pythons:-python3}; do
    version=$("$python" -c 'import platform; print(platform.python_version())')
    environment="$root/.build/site-agent-$version"
    if ! cmp -s "$here/requirements.txt" "$environment/requirements.txt"; then
        "$python" -m venv --clear "$environment"
        # wfastcgi exists as source only, in the old form.
        "$environment/bin/pip" install --quiet --disable-pip-version-check setuptools wheel
        "$environment/bin/pip" install --quiet --disable-pip-version-check --requirement "$here/requirements.txt"
        cp "$here/requirements.txt" "$environment/requirements.txt"
    fi
    echo "Python $version"
    (cd "$root" && "$environment/bin/python" -m pytest -n 4 Tests/SiteAgentTests "$@")
done
