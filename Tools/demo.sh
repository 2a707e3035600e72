#!/usr/bin/env bash
# Publishes the Flask sample in Debug, as a user would, shows what came of it, and serves it for a moment.
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

title "ptvsd-publish serve"
served=$(mktemp -d)
cleanup() {
    kill "$server" 2>/dev/null || true
    wait "$server" 2>/dev/null || true
    rm -rf "$served"
}
(cd "$project" && exec "$binary" serve --python "$OLDPWD/.venv/bin/python") >"$served/out" 2>"$served/err" &
server=$!
trap cleanup EXIT
for ((tries = 0; tries < 300; tries++)); do
    grep -q '^Next' "$served/out" && break
    kill -0 "$server" 2>/dev/null || break
    sleep 0.1
done
if ! grep -q '^Next' "$served/out"; then
    cat "$served/err" >&2
    exit 1
fi
cat "$served/out"
address=$(sed -n 's/^Site  *//p' "$served/out")

# What a browser gets: the status, the type and the first lines that a reader would see.
visit() {
    title "GET $1"
    .venv/bin/python - "$1" <<'PYTHON'
import html, re, sys, urllib.request

opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
with opener.open(sys.argv[1], timeout=60) as answer:
    print(answer.status, answer.reason, answer.headers["Content-Type"])
    page = re.sub(r"(?s)<(style|script|head)\b.*?</\1>", "", answer.read().decode())
lines = [html.unescape(re.sub("<[^>]*>", "", line)).strip() for line in page.splitlines()]
print(*["  " + line for line in lines if line][:6], sep="\n")
PYTHON
}
visit "$address/"
visit "$address/ptvsd"

title "What the processes said"
cat "$served/err"
printf '\nTo try it yourself:  cd %s && ptvsd-publish serve --python %s\n' "$project" "$PWD/.venv/bin/python"
printf 'and open the address that it prints, with /ptvsd behind it, in a browser.\n'
