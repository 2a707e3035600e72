#!/usr/bin/env bash
# Publishes the Flask sample in Debug, as a user would, and shows what came of it.
set -euo pipefail
cd "$(dirname "$0")/.."
binary=$PWD/${1:?usage: demo.sh BINARY}
project=Samples/FlaskSite
target=$project/bin/publish

title() { printf '\n== %s\n' "$*"; }

title "ptvsd-publish --configuration Debug --site-url https://ptvsdemo.azurewebsites.net"
(cd "$project" && "$binary" --configuration Debug --site-url https://ptvsdemo.azurewebsites.net \
    --python "$OLDPWD/.venv/bin/python")

title "What was published: $target (the debugger's own files are left out here)"
(cd "$target" && find . -type f -not -path './ptvsd/_vendored/*' | sort | sed 's|^\./|  |')

title "What the debug configuration changed in web.config (the secret is masked)"
diff -u --label "$project/web.config" --label "$target/web.config" "$project/web.config" "$target/web.config" \
    | sed -E 's/(WSGI_PTVSD_SECRET" value="...)[^"]*/\1…/' || true

title "ptvsd-publish inspect"
(cd "$project" && "$binary" inspect)

title "ptvsd-publish url"
(cd "$project" && "$binary" url)
