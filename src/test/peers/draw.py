"""Draws what was measured as bars, and prints the tables of the documents: draw.py RESULTS.json OUT.svg (standard library alone)."""

import json
import statistics
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "charts"))
import chart

SERVERS = {"litserve": "LitServe", "bentoml": "BentoML", "djl": "DJL's usual way"}
NETWORKS = {
    "torch-eager-fp32": "PyTorch eager fp32",
    "torch-eager-bf16": "PyTorch eager bf16",
    "torch-compile-fp32": "torch.compile fp32",
    "torch-compile-bf16": "torch.compile bf16",
    "onnxruntime-fp32": "ONNX Runtime fp32",
    "onnxruntime-int8": "ONNX Runtime int8",
    "openvino-fp32": "OpenVINO fp32",
    "openvino-bf16": "OpenVINO bf16",
    "openvino-int8": "OpenVINO int8",
    "stock-fp32": "fp32",
}


def served(results, isa):
    """Name, figures of the peer, setting, and ours in int8 as often as it was measured beside it."""
    for piece in results["pieces"].values():
        if "peer" in piece and (piece["isa"] == "avx2") == isa:
            best = max(piece["settings"], key=lambda setting: piece["settings"][setting]["perSecond"])
            yield piece["name"], piece["peer"], best, [one["perSecond"] for one in piece["ours"]]


def titled(name):
    server, network = name.split(" ")[1:3]
    joint = ", " if server == "djl" else " + "
    return SERVERS[server] + joint + NETWORKS[network]


def best(cells):
    return max(cells, key=lambda cell: cell["perSecond"])


def ours_alone(piece):
    """The best setting of our network, each averaged over what was measured of it."""
    settings = {}
    for cell in (cell for one in piece["ours"] for cell in one):
        settings.setdefault(cell["setting"], []).append(cell["perSecond"])
    return max(statistics.mean(figures) for figures in settings.values())


def where(results):
    """What a picture takes of both cores, in milliseconds: in the network, in decoding, and the rest."""
    rows = ["| | in all | network | decoding, cropping | HTTP, queue, batches |", "|" + "---|" * 5]
    for isa, key in [("", "networks openvino"), (" avx2", "networks avx2")]:
        piece = results["pieces"]["serve litserve openvino-int8" + isa]
        alone = results["pieces"][key]
        decoding = next(one for one in results["pieces"].values() if "decodeMillis" in one)
        note = " (AVX2)" if isa else ""
        for name, all_of_it, network, decode in [
            ("LitServe + OpenVINO int8", piece["peer"]["perSecond"], best(alone["networks"]["openvino-int8"])["perSecond"], decoding["decodeMillis"]),
            ("this service, int8", statistics.mean(one["perSecond"] for one in piece["ours"]), ours_alone(alone), decoding["ours"][0][0]["decode"]),
        ]:
            parts = [1000 / all_of_it, 1000 / network, decode / 2]
            rows.append(f"| {name}{note} | " + " | ".join(f"{one:.2f}" for one in [*parts, parts[0] - parts[1] - parts[2]]) + " |")
    return "\n".join(rows)


def tables(results):
    rows = ["| over HTTP | img/s | setting | p50 of one client | p99 ÷ p50 at 80 % of its peak | ours in int8, in the same piece | ratio |", "|" + "---|" * 7]
    for isa in [False, True]:
        for name, peer, setting, ours in served(results, isa):
            tail = peer["paced"]["p99"] / peer["paced"]["p50"]
            rows.append(
                f"| {titled(name)}{' (AVX2)' if isa else ''} | {peer['perSecond']:.1f} | {setting} | {peer['millisOfOne']:.0f} ms | {tail:.1f} | "
                f"{', '.join(f'{one:.1f}' for one in ours)} | {statistics.mean(ours) / peer['perSecond']:.2f} |"
            )
    for kind, got in results["pieces"]["ours"]["precisions"].items():
        tail = got["paced"]["p99"] / got["paced"]["p50"]
        rows.append(f"| this service, {kind} | {got['perSecond']:.1f} | 2×1×8 | {got['millisOfOne']:.0f} ms | {tail:.1f} | | |")
    rows += ["", "| network alone | img/s | setting | one picture, both cores | ours in int8, in the same piece | ratio |", "|" + "---|" * 6]
    for piece in results["pieces"].values():
        for network, cells in piece.get("networks", {}).items():
            top, ours = best(cells), ours_alone(piece)
            one = next(cell["millis"] for cell in cells if cell["setting"] == "1×2×1")
            rows.append(
                f"| {NETWORKS[network]}{' (AVX2)' if piece['isa'] == 'avx2' else ''} | {top['perSecond']:.1f} | {top['setting']} | {one:.1f} ms | "
                f"{ours:.0f} | {ours / top['perSecond']:.2f} |"
            )
    for precision, cells in results["pieces"]["ours"].get("alone", {}).items():
        top, one = best(cells), min(cell["millis"] for cell in cells if cell["setting"].endswith("1×1×1"))
        rows.append(f"| this service's, {precision} | {top['perSecond']:.1f} | {top['setting'].split()[1]} | {one:.1f} ms (one core) | | |")
    rows += ["", where(results)]
    return "\n".join(rows)


def specification(results):
    machine = results["machine"]
    bars = [
        {"name": titled(name), "value": peer["perSecond"], "text": f"{peer['perSecond']:.0f}"}
        for name, peer, _, _ in sorted(served(results, False), key=lambda one: one[1]["perSecond"])
    ]
    bars += [
        {"name": f"this service, {kind}", "value": got["perSecond"], "text": f"{got['perSecond']:.0f}", "strong": True}
        for kind, got in sorted(results["pieces"]["ours"]["precisions"].items(), key=lambda one: one[1]["perSecond"])
    ]
    return {
        "title": "Photographs classified in a second, over HTTP, on two cores",
        "note": f"ResNet-50 at 224×224, JPEGs of 0.2 MP; {machine['processor']} with AVX-512 (VNNI, BF16); two workers of one thread",
        "unit": "pictures/s",
        "bars": bars,
    }


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as file:
        measured = json.load(file)
    for key, piece in measured["pieces"].items():
        piece["name"] = key
    with open(sys.argv[2], "w", encoding="utf-8") as file:
        file.write(chart.svg(specification(measured)))
    print(tables(measured))
