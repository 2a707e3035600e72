#!/usr/bin/env bash
# Installs what building (`build`), the demo (`demo`) or testing (`test`) needs, and says what it does. Does nothing the
# second time.
set -euo pipefail
cd "$(dirname "$0")/.."
purpose=${1:?usage: setup.sh build|demo|test}

say() { printf 'setup: %s\n' "$*" >&2; }

packages=(git curl g++ libxml2-dev libdeflate-dev zlib1g-dev pkg-config)
if [ "$purpose" = test ]; then
    packages+=(unzip zip libarchive-tools rsync openssl proftpd-core proftpd-mod-crypto nginx-light chromium socat)
fi
if ! python3 -c 'import ensurepip, venv' 2>/dev/null; then
    packages+=(python3-venv)
fi

if command -v dpkg-query >/dev/null; then
    missing=()
    for package in "${packages[@]}"; do
        dpkg-query --show --showformat '${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed \
            || missing+=("$package")
    done
    if [ ${#missing[@]} -gt 0 ]; then
        say "installing Debian packages: ${missing[*]}"
        root=()
        [ "$(id -u)" = 0 ] || root=(sudo)
        "${root[@]}" apt-get update -qq
        "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
        # The tests start an FTP server of their own; the system's is not to run because of them.
        if [[ " ${missing[*]} " == *" proftpd-core "* ]] && [ -d /run/systemd/system ]; then
            "${root[@]}" systemctl disable --now --quiet proftpd || true
        fi
    fi
elif command -v brew >/dev/null; then
    say "installing Homebrew packages: libxml2 libdeflate"
    brew install --quiet libxml2 libdeflate
else
    say "neither apt nor brew found: install libxml2 and libdeflate with their headers yourself"
fi

# A Python environment of its own: the tests' tools, and a pip that fetches the debugger for the demo.
if [ ! -x .venv/bin/python ]; then
    say "creating a Python environment in .venv"
    python3 -m venv .venv
fi
if [ "$purpose" = demo ] && ! .venv/bin/python -c '
import importlib.util, sys
sys.exit(not all(map(importlib.util.find_spec, ("flask", "flask_wtf", "wfastcgi"))))'; then
    say "installing what the Flask sample runs on into .venv"
    .venv/bin/python -m pip install --quiet --disable-pip-version-check -r Samples/FlaskSite/requirements.txt wfastcgi==3.0.0
fi
if [ "$purpose" = test ]; then
    wanted=$(cat Tests/requirements.txt Tests/*/requirements.txt Samples/*/requirements*.txt)
    if [ "$wanted" != "$(cat .venv/.installed 2>/dev/null)" ]; then
        say "installing the Python packages of Tests/requirements.txt into .venv"
        .venv/bin/python -m pip install --quiet --disable-pip-version-check -r Tests/requirements.txt
        printf '%s\n' "$wanted" >.venv/.installed
    fi
    if [ ! -f .venv/wheels/debugpy-1.8.21-py2.py3-none-any.whl ]; then
        say "fetching the debugger's wheel into .venv/wheels"
        .venv/bin/python -m pip download --quiet --disable-pip-version-check --no-deps --only-binary :all: \
            --platform any --dest .venv/wheels debugpy==1.8.21
    fi
fi
