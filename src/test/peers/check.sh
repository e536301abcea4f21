#!/bin/sh
# Whether these scripts compile, and the README's chart is what they draw of the results beside them. Measures nothing.
set -eu
cd "$(dirname "$0")"
drawn=$(mktemp)
trap 'rm -f "$drawn"' EXIT
for script in *.py; do
  python3 -c 'import ast, sys; ast.parse(open(sys.argv[1], encoding="utf-8").read(), sys.argv[1])' "$script"
done
python3 -B draw.py results.json "$drawn" > /dev/null
cmp "$drawn" ../../docs/peers.svg || { echo "src/docs/peers.svg is not drawn of src/test/peers/results.json: see README.md there"; exit 1; }
