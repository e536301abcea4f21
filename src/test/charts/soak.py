#!/usr/bin/env python3
"""Draws what `bench --soak 1h --json FILE` sampled:    soak.py FILE OUT.svg"""
import json
import pathlib
import sys

import chart


def main(file, out):
    soak = json.loads(pathlib.Path(file).read_text())["soak"]

    def series(name, value):
        return {"name": name, "points": [[s["seconds"] / 60, value(s)] for s in soak]}

    minutes = soak[-1]["seconds"] / 60
    counts = soak[-1]["counts"]
    gaps = zip([{"seconds": 0, "counts": {"right": 0}}, *soak], soak)
    rate = [[b["seconds"] / 60, (b["counts"]["right"] - a["counts"]["right"]) / (b["seconds"] - a["seconds"])] for a, b in gaps]
    spec = {
        "title": f"{minutes:.0f} minutes of everything at once",
        "note": f"{counts['right']} right answers, {counts['wrong']} wrong, {counts['failed']} failed; {counts['hungUp']} clients hung up",
        "x": {"title": "minutes"},
        "from": minutes / 6,
        "from_name": "warm-up",
        "panels": [
            {"title": "memory (RSS), MB", "series": [series("RSS", lambda s: s["residentMegabytes"])]},
            {"title": "Java's memory, MB", "series": [series("heap, with garbage", lambda s: s["heapMegabytes"]),
                                                      series("direct", lambda s: s["directMegabytes"])]},
            {"title": "held", "series": [series("file descriptors", lambda s: s["files"]), series("threads", lambda s: s["threads"])]},
            {"title": "right answers a second", "series": [{"name": "right", "points": rate}]},
        ],
    }
    pathlib.Path(out).write_text(chart.svg(spec))


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2])
