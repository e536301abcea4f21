"""Measures our service beside its peers, in pieces of at most three minutes, each with our int8 service in it.

    measure.py [PIECE ...]       all pieces, or those; run.sh sets up what it needs

PEERS_SETTINGS is how many settings of each server are tried, PEERS_SECONDS how long a load lasts. PEERS_QUIET is a command in front of each piece that is measured, PEERS_BUSY one in front of all else that takes processor
time (both empty if not set); SERVE starts our service. What comes out is in results.json in PEERS_FOLDER.
"""

import http.client
import http.server
import json
import os
import re
import shlex
import signal
import statistics
import subprocess
import sys
import threading
import time
import zlib
from importlib.metadata import version
from pathlib import Path

import networks

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
FOLDER = Path(os.environ.get("PEERS_FOLDER", ROOT / "target" / "peers")).resolve()
RESULTS = FOLDER / "results.json"
RUNNING = FOLDER / "running.json"
SERVE = shlex.split(os.environ.get("SERVE", f"java -jar {ROOT / 'target/resnet-serving.jar'}"))
MODEL = "resnet50-tiny-imagenet"
PORT = int(os.environ.get("PEERS_PORT", 18100))
OURS = {"int8": PORT, "bf16": PORT + 2, "fp32": PORT + 4, "int8-avx2": PORT + 6}
PEER_PORT = PORT + 8
SECONDS = float(os.environ.get("PEERS_SECONDS", 2))
MOST_SETTINGS = int(os.environ.get("PEERS_SETTINGS", 9))
AVX2 = {"ONEDNN_MAX_CPU_ISA": "AVX2", "ATEN_CPU_CAPABILITY": "avx2"}
PACKAGES = ["torch", "torchvision", "onnxruntime", "openvino", "nncf", "litserve", "bentoml", "pillow"]

# Off from our fp32 probability of the first label; the label must be the same.
TOLERANCE = {"fp32": 0.001, "bf16": 0.01, "int8": 0.03}

# workers, threads of each, largest batch, and what the server calls its queue
SETTINGS = {
    "litserve": [(2, 1, 8, "fast"), (1, 2, 8, "fast")],
    "bentoml": [(2, 1, 8, ""), (1, 2, 8, "")],
    "djl": [(2, 1, 1, "")],
}
SERVED = [(server, network) for server in ["litserve", "bentoml"] for network in ["torch-eager-fp32", "openvino-int8"]]
PIECES = {
    **{f"serve {server} {network}": ("serve", server, network, "") for server, network in SERVED},
    "serve djl stock-fp32": ("serve", "djl", "stock-fp32", ""),
    "ours": ("ours", "", "", ""),
    "networks torch": ("networks", "torch-eager-fp32,torch-eager-bf16,torch-compile-fp32,torch-compile-bf16", "", ""),
    "networks onnxruntime": ("networks", "onnxruntime-fp32,onnxruntime-int8", "", ""),
    "networks openvino": ("networks", "openvino-fp32,openvino-bf16,openvino-int8", "", ""),
    "serve litserve openvino-int8 avx2": ("serve", "litserve", "openvino-int8", "avx2"),
    "networks avx2": ("networks", "torch-eager-fp32,openvino-fp32,openvino-int8", "", "avx2"),
}


def environment(isa):
    return {**os.environ, "PEERS_FOLDER": str(FOLDER), "PYTHONPATH": str(HERE), "TORCHINDUCTOR_CACHE_DIR": str(FOLDER / "inductor"), **(AVX2 if isa else {})}


def results():
    return json.loads(RESULTS.read_text()) if RESULTS.exists() else {"pieces": {}, "checks": {}, "best": {}}


def record(key, name, value):
    all_results = results()
    all_results[key][name] = value
    RESULTS.write_text(json.dumps(all_results, indent=1, ensure_ascii=False))


def post(port, path, body, kind):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request("POST", path, body, {"Content-Type": kind})
        response = connection.getresponse()
        text = response.read().decode()
        if response.status != 200:
            raise OSError(f"{response.status}: {text}")
        return json.loads(text)
    finally:
        connection.close()


def form(picture):
    head = '--b0undary\r\nContent-Disposition: form-data; name="image"; filename="a.jpg"\r\nContent-Type: image/jpeg\r\n\r\n'
    return head.encode() + picture + b"\r\n--b0undary--\r\n", "multipart/form-data; boundary=b0undary"


class Server:
    """A server of ours or another's, in a process group of its own, until it is closed."""

    def __init__(self, command, port, path, name, isa="", variables=None, as_form=False):
        self.port, self.path, self.as_form = port, path, as_form
        self.log = (FOLDER / f"{re.sub('[^a-z0-9]+', '-', name)}.log").open("w+")
        self.process = subprocess.Popen(
            command,
            env={**environment(isa), **(variables or {})},
            stdout=self.log,
            stderr=subprocess.STDOUT,
            cwd=ROOT if path == "/v1/classify" else HERE,
            start_new_session=True,
        )

    def __enter__(self):
        end = time.monotonic() + 150
        while True:
            try:
                self.answers()
                return self
            except (OSError, http.client.HTTPException) as e:
                if self.process.poll() is not None or time.monotonic() > end:
                    self.__exit__()
                    raise RuntimeError(f"not ready: {e}; see {self.log.name}") from e
                time.sleep(0.2)

    def __exit__(self, *_):
        for how, patience in [(signal.SIGTERM, 10), (signal.SIGKILL, 10)]:
            try:
                os.killpg(self.process.pid, how)
                self.process.wait(patience)
            except (ProcessLookupError, subprocess.TimeoutExpired):
                continue

    def ask(self, picture):
        body, kind = form(picture) if self.as_form else (picture, "image/jpeg")
        answer = post(self.port, self.path, body, kind)
        answer = answer["predictions"] if isinstance(answer, dict) and "predictions" in answer else answer
        first = answer[0] if isinstance(answer, list) else answer
        return {"label": first["label"], "probability": first["probability"]}

    def answers(self):
        return {name: self.ask(picture) for name, picture in networks.mosaics().items()}

    def warm(self, seconds, clients=16):
        picture, end = networks.mosaics()["espresso"], time.monotonic() + seconds

        def client():
            while time.monotonic() < end:
                self.ask(picture)

        threads = [threading.Thread(target=client) for _ in range(clients)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def bench(self, seconds=SECONDS):
        return bench(self.port, self.path, self.as_form, seconds)


def bench(port, path, as_form, seconds):
    """Driven by our own load generator; the best of 1, 4, 16 and 32 clients counts."""
    file = FOLDER / "bench.json"
    file.unlink(missing_ok=True)
    command = [*SERVE, "bench", "--url", f"http://127.0.0.1:{port}{path}", "--quick", "--seconds", str(seconds)]
    command += ["--json", str(file), *(["--form"] if as_form else [])]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=170)
    if not file.exists():
        raise RuntimeError(f"bench said: {done.stdout[-2000:]} {done.stderr[-2000:]}")
    cells = json.loads(file.read_text())["cells"]
    best = max((c for c in cells if "client" in c["load"]), key=lambda c: c["perSecond"])
    named = {"one": "1 client", "paced": "paced", "overload": "4×"}
    found = {key: next(c for c in cells if words in c["load"]) for key, words in named.items()}
    found["paced"] = next(c for c in cells if c["load"].startswith("paced") and "80" in c["load"])
    failures = {s: n for c in cells if "client" in c["load"] for s, n in c["outcomes"].items() if s != "200"}
    return {
        "perSecond": best["perSecond"],
        "clients": best["load"],
        "millisOfOne": found["one"]["latency"]["p50"],
        "paced": {key: found["paced"]["latency"][key] for key in ["p50", "p99"]},
        "overloadPerSecond": found["overload"]["perSecond"],
        "failures": failures,
    }


def peer(server, network, setting, isa=""):
    workers, threads, batch, queue = setting
    name = f"{server} {network} {workers} {threads} {batch} {queue} {isa}"
    if server == "litserve":
        command = [sys.executable, HERE / "litserve_server.py", network, PEER_PORT, workers, threads, batch, queue]
        return Server([str(word) for word in command], PEER_PORT, "/predict", name, isa, as_form=True)
    if server == "bentoml":
        command = [sys.executable, "-m", "bentoml", "serve", "bentoml_service:Classifier", "--port", PEER_PORT]
        command += ["--host", "127.0.0.1", "--working-dir", HERE]
        variables = {
            "PEER_NETWORK": network,
            "PEER_WORKERS": str(workers),
            "PEER_THREADS": str(threads),
            "PEER_BATCH": str(batch),
            "BENTOML_HOME": str(FOLDER / "bentoml"),
            "BENTOML_DO_NOT_TRACK": "true",
            "OMP_NUM_THREADS": str(threads),
        }
        return Server([str(word) for word in command], PEER_PORT, "/predict", name, isa, variables, as_form=True)
    command = [*SERVE, "bench", "stock", f"descriptor={FOLDER / 'models' / MODEL}.yml", f"natives={FOLDER / 'natives'}"]
    command += [f"workers={workers}", f"threads={threads}", f"batch={batch}", f"--server.port={PEER_PORT}"]
    command += ["--management.endpoint.health.validate-group-membership=false"]
    return Server(command, PEER_PORT, "/v1/classify", name, isa)


def ours(kind):
    precision, _, isa = kind.partition("-")
    port = OURS[kind]
    command = [*SERVE, f"--models={MODEL}", f"--resnet.models-directory={FOLDER / 'models'}"]
    command += [f"--server.port={port}", f"--management.server.port={port + 1}", f"--resnet.serving.precision={precision}"]
    command += ["--resnet.serving.workers=2", "--resnet.serving.threads=1", "--resnet.serving.max-batch=8"]
    command += ["--resnet.tuning.when=off", f"--resnet.cache-directory={FOLDER / 'cache'}"]
    return Server(command, port, "/v1/classify", f"ours {kind}", isa)


def bench_ours(kind):
    return bench(OURS[kind], "/v1/classify", False, SECONDS)


def photographs():
    """The load generator's own JPEGs, as it sends them."""
    folder = FOLDER / "photographs"
    folder.mkdir(exist_ok=True)

    class Sink(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self):
            picture = self.rfile.read(int(self.headers["Content-Length"]))
            (folder / f"{zlib.crc32(picture):08x}.jpg").write_bytes(picture)
            self.send_response(200)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *_):
            pass

    if not list(folder.glob("*.jpg")):
        http.server.ThreadingHTTPServer.request_queue_size = 256
        sink = http.server.ThreadingHTTPServer(("127.0.0.1", PEER_PORT), Sink)
        threading.Thread(target=sink.serve_forever, daemon=True).start()
        bench(PEER_PORT, "/sink", False, 0.1)
        sink.shutdown()
        sink.server_close()
    return sorted(folder.glob("*.jpg"))


def alone(precision, isa):
    """Our network without the service: the best program of a precision."""
    command = [*SERVE, "bench", "raw", f"descriptor={FOLDER / 'models' / MODEL}.yml", f"natives={FOLDER / 'natives'}"]
    command += ["workers=2", "threads=1", f"precision={precision}", "seconds=1"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=170, env=environment(isa))
    line = next((each for each in done.stdout.splitlines() if each.startswith("raw: ")), None)
    if line is None:
        raise RuntimeError(f"bench raw said: {done.stdout[-2000:]} {done.stderr[-2000:]}")
    raw = json.loads(line[5:])
    cells = [
        (f"{program['kind']} {shape}", costs)
        for program in raw["programs"]
        for shape, costs in [("1×1×1", program["alone"]), *((f"2×1×{b}", c) for b, c in program["together"].items())]
        if not program["failure"]
    ]
    decode = next(costs["millis"] for how, costs in raw["decode"].items() if how.startswith("0.2 MP, one"))
    return [{"setting": name, "perSecond": costs["perSecond"], "millis": costs["millis"], "decode": decode} for name, costs in cells]


def python(script, *words, isa=""):
    done = subprocess.run(
        [sys.executable, HERE / script, *map(str, words)], capture_output=True, text=True, timeout=600, env=environment(isa), cwd=HERE
    )
    if done.returncode:
        raise RuntimeError(f"{script} {words}: {done.stderr[-3000:]}")
    return done.stdout


def check(name, precision, answers):
    """Whether a peer answers as our fp32 service does; one that does not is not counted."""
    expected, most = results()["checks"]["ours-fp32"]["answers"], 0
    for picture, answer in answers.items():
        off = abs(answer["probability"] - expected[picture]["probability"])
        most = max(most, off)
        right = answer["label"] == expected[picture]["label"] and off <= TOLERANCE[precision]
        if not right:
            record("checks", name, {"right": False, "answers": answers, "tolerance": TOLERANCE[precision]})
            raise RuntimeError(f"{name} answers {picture} wrongly: {answer}, ours {expected[picture]}")
    print(f"  {name} answers rightly: off by {most:.5f} at most, {TOLERANCE[precision]} allowed", flush=True)
    record("checks", name, {"right": True, "off": most, "answers": answers, "tolerance": TOLERANCE[precision]})


def pieces(names):
    """Some of them as one: those that serve share what ours did before and after them."""
    beside = {}
    for name in names:
        what, _, _, isa = PIECES[name]
        if what == "serve" and isa not in beside:
            beside[isa] = [bench_ours("int8-avx2" if isa else "int8")]
        measured = piece(name)
        if what == "serve":
            measured["ours"] = beside[isa]
        record("pieces", name, measured)
    for isa, ours_too in beside.items():
        ours_too.append(bench_ours("int8-avx2" if isa else "int8"))
    for name in names:
        measured = results()["pieces"][name]
        if PIECES[name][0] == "serve":
            measured["ours"] = beside[PIECES[name][3]]
            record("pieces", name, measured)
        print(name, json.dumps(summary(measured), ensure_ascii=False), flush=True)


def piece(name):
    what, subject, network, isa = PIECES[name]
    measured = {"isa": isa or "native", "when": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())}
    if what == "serve":
        measured["settings"] = {}
        # The settings are OpenVINO's contest: what won it is taken for all else of that server.
        won = results()["best"].get(f"{subject} openvino-int8")
        for setting in [won] if won and (isa or network != "openvino-int8") else SETTINGS[subject][:MOST_SETTINGS]:
            with peer(subject, network, setting, isa) as server:
                # DJL's translator resizes to a square: another picture, another answer.
                if subject != "djl":
                    check(f"{subject} {network}{' ' + isa if isa else ''}", network.rsplit("-", 1)[1], server.answers())
                server.warm(12 if subject == "djl" else 2)
                measured["settings"]["×".join(map(str, setting)).strip("×")] = got = server.bench()
                print(f"  {setting}: {got['perSecond']:.1f}/s", flush=True)
                if got["perSecond"] > measured.get("peer", {"perSecond": 0})["perSecond"]:
                    measured["peer"], best = got, setting
        if not isa and network == "openvino-int8":
            record("best", f"{subject} {network}", best)
    elif what == "ours":
        measured["precisions"] = {kind: bench_ours(kind) for kind in ["int8", "bf16", "fp32"]}
        measured["alone"] = {precision: alone(precision, "") for precision in ["bf16", "fp32"]}
    else:
        measured["networks"] = {}
        measured["ours"] = [alone("int8", isa)]
        for one in subject.split(","):
            if not results()["checks"].get(f"{one}{' ' + isa if isa else ''}", {}).get("right"):
                print(f"  {one} is not counted: its answers are not right, or were not looked at", flush=True)
                continue
            measured["networks"][one] = json.loads(python("networks.py", "measure", one, 2, isa=isa))
        measured["ours"].append(alone("int8", isa))
        measured["decodeMillis"] = json.loads(python("networks.py", "decode", *photographs()))
    return measured


def summary(measured):
    """The figures that matter, for who watches."""
    if "peer" in measured:
        mine = [one["perSecond"] for one in measured["ours"]]
        theirs = measured["peer"]["perSecond"]
        return {"ours int8": mine, "peer": theirs, "ratio": statistics.mean(mine) / theirs}
    if "networks" in measured:
        mine = [max(cell["perSecond"] for cell in one) for one in measured["ours"]]
        return {"ours int8": mine, **{n: max(c["perSecond"] for c in cells) for n, cells in measured["networks"].items()}}
    return {name: one["perSecond"] for name, one in measured["precisions"].items()}


def machine():
    facts = Path("/proc/cpuinfo").read_text()
    flags = set(re.search(r"flags\s*: (.*)", facts)[1].split())
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True).stdout.strip()
    return {
        "processor": re.search(r"model name\s*: (.*)", facts)[1],
        "cores": os.cpu_count(),
        "features": sorted(flags & {"avx2", "avx_vnni", "avx512f", "avx512_vnni", "avx512_bf16", "amx_int8", "amx_bf16"}),
        "commit": commit,
        "python": sys.version.split()[0],
        "packages": {name: version(name) for name in PACKAGES},
    }


def descriptor():
    """The bundled model at 224, which is what ImageNet's ResNet-50 costs."""
    (FOLDER / "models").mkdir(parents=True, exist_ok=True)
    text = (ROOT / f"models/{MODEL}.yml").read_text()
    text = text.replace("resize: 64", "resize: 224").replace("crop: 64", "crop: 224")
    text = text.replace(f"file: {MODEL}/", f"file: {ROOT}/models/{MODEL}/").replace(f"labels: {MODEL}/", f"labels: {ROOT}/models/{MODEL}/")
    (FOLDER / "models" / f"{MODEL}.yml").write_text(text)


def through(variable, *words):
    """Runs this script for one thing, behind the command that a variable names."""
    return subprocess.run([*shlex.split(os.environ.get(variable, "")), sys.executable, __file__, *words]).returncode


def everything(names):
    (FOLDER / "natives").mkdir(parents=True, exist_ok=True)
    descriptor()
    all_results = results()
    all_results["machine"] = machine()
    RESULTS.write_text(json.dumps(all_results, indent=1, ensure_ascii=False))
    kinds = ["fp32"]
    for name in names:
        what, _, _, isa = PIECES[name]
        if what in ("serve", "ours"):
            kinds += ["int8-avx2"] if isa else ["int8"]
        if what == "ours":
            kinds += ["bf16"]
    RUNNING.unlink(missing_ok=True)
    try:
        if through("PEERS_BUSY", "--start", *dict.fromkeys(kinds)):
            sys.exit("our own services do not start")
        networks_too = [name for name in names if PIECES[name][0] == "networks"]
        if networks_too:
            through("PEERS_BUSY", "--check", *networks_too)
        return [name for name in names if through("PEERS_QUIET", "--piece", name)]
    finally:
        if RUNNING.exists():
            for group in json.loads(RUNNING.read_text()):
                os.killpg(group, signal.SIGTERM)


def start(kinds):
    """Our services, which outlive this process; checked, and warm: HotSpot compiles for good after some thousand calls."""
    groups = []
    for kind in kinds:
        server = ours(kind)
        groups.append(server.process.pid)
        RUNNING.write_text(json.dumps(groups))
        server.__enter__()
        if kind == "fp32":
            record("checks", "ours-fp32", {"right": True, "answers": server.answers()})
        else:
            check(f"ours-{kind}", kind.split("-")[0], server.answers())
        bench(OURS[kind], "/v1/classify", False, 2 * SECONDS)


def main(words):
    # So that servers end with whoever started them.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended"))
    if words[:1] == ["--piece"]:
        pieces(words[1:])
    elif words[:1] == ["--check"]:
        for name in words[1:]:
            _, subject, _, isa = PIECES[name]
            for one in subject.split(","):
                answers = json.loads(python("networks.py", "answers", one, isa=isa))
                check(f"{one}{' ' + isa if isa else ''}", one.rsplit("-", 1)[1], answers)
    elif words[:1] == ["--start"]:
        start(words[1:])
    elif words[:1] == ["--warm"]:
        for kind in words[1:]:
            bench(OURS[kind], "/v1/classify", False, 2 * SECONDS)
    else:
        unknown = set(words) - set(PIECES)
        if unknown:
            sys.exit(f"no such piece: {unknown}; there are {list(PIECES)}")
        failed = everything(words or list(PIECES))
        if failed:
            sys.exit(f"not measured: {failed}")


if __name__ == "__main__":
    main(sys.argv[1:])
