#!/usr/bin/env python3
"""How the service grows: with models, with connections, with the size of pictures. Linux, Python's standard library alone.

    growth.py measure JAR OUT.json [models|connections|pictures ...]     (all three take about eight minutes; parts add to the file)
    growth.py draw OUT.json OUT.svg

Starts the service as the image does, but for its AOT cache: JAVA names the virtual machine (java), and LD_PRELOAD and MALLOC_CONF are passed on.
"""
import http.client
import json
import os
import pathlib
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time

import chart

HERE = pathlib.Path(__file__).resolve().parent
JVM = "-Xms256m -Xmx256m -XX:+UseSerialGC -XX:SurvivorRatio=2 -XX:+AlwaysPreTouch".split()
MODELS, CONNECTIONS, MEGAPIXELS = [1, 10, 100], [1, 3, 10, 30, 100, 300, 1000], [0.2, 1, 3, 12, 25, 50]
SECONDS = 8
READY_SECONDS = 170


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Service:
    """The service in a process of its own."""

    def __init__(self, jar, *settings):
        self.port = free_port()
        self.began = time.monotonic()
        self.process = subprocess.Popen(
            [os.environ.get("JAVA", "java"), *JVM, "-jar", jar, f"--server.port={self.port}", f"--management.server.port={free_port()}", *settings],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(60)

    def ask(self, method, path, body=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        try:
            connection.request(method, path, body)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def wait(self, until):
        """Seconds from the start of the process until that holds."""
        while time.monotonic() - self.began < READY_SECONDS:
            try:
                if until():
                    return time.monotonic() - self.began
            except OSError:
                pass
            if self.process.poll() is not None:
                sys.exit(f"the service ended with status {self.process.returncode}")
            time.sleep(0.05)
        sys.exit("the service is not ready")

    def ready(self):
        return self.wait(lambda: self.ask("GET", "/readyz")[0] == 200)

    def megabytes(self, key):
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(key + r":\s+(\d+)", status)[1]) / 1024

    def forget_peak(self):
        pathlib.Path(f"/proc/{self.process.pid}/clear_refs").write_text("5")


def photograph(folder, megapixels):
    file = folder / f"{megapixels}.jpg"
    subprocess.run(["java", "-Xmx1g", HERE / "Photograph.java", str(megapixels), file], check=True)
    return file.read_bytes()


def milliseconds(action):
    began = time.monotonic()
    action()
    return (time.monotonic() - began) * 1e3


def copies(folder, count):
    """So many descriptors: each tenth a ResNet-50, beginning with the first; the others ResNet-20."""
    names = []
    for i in range(count):
        bundled = "resnet50-tiny-imagenet" if i % 10 == 0 else "resnet20-cifar10"
        models = pathlib.Path("models").resolve()
        text = (models / f"{bundled}.yml").read_text()
        text = re.sub(r"^name:.*\n", "", text, flags=re.M)
        text = text.replace(f"file: {bundled}/", f"file: {models}/{bundled}/").replace(f"labels: {bundled}/", f"labels: {models}/{bundled}/")
        names.append(f"m{i}")
        (folder / f"m{i}.yml").write_text(text)
    return ",".join(names)


def models(jar, folder):
    picture = photograph(folder, 0.2)
    points = []
    for count in MODELS:
        room = folder / str(count)
        room.mkdir()
        with Service(jar, f"--models={copies(room, count)}", f"--resnet.models-directory={room}", "--resnet.serving.precision=fp32") as service:
            first = service.ready()
            status = []
            answer = milliseconds(lambda: status.append(service.ask("POST", "/v1/classify", picture)[0]))
            every = service.wait(lambda: all(m["state"] == "ready" for m in json.loads(service.ask("GET", "/v1/models")[1])["models"]))
            listing = statistics.median(milliseconds(lambda: service.ask("GET", "/v1/models")) for _ in range(20))
            points.append({"models": count, "first_ready_s": first, "all_ready_s": every, "listing_ms": listing,
                           "first_answer_ms": answer, "status": status[0], "rss_mb": service.megabytes("VmRSS")})
        print(points[-1], flush=True)
    return points


def clients(service, count, picture):
    """As many connections as wanted, each of which asks when it has its answer."""
    took, refused, others = [], [], []
    end = time.monotonic() + SECONDS

    def client():
        connection = http.client.HTTPConnection("127.0.0.1", service.port, timeout=60)
        while time.monotonic() < end:
            began = time.monotonic()
            try:
                connection.request("POST", "/v1/classify", picture)
                answer = connection.getresponse()
                answer.read()
                kept = {200: took, 429: refused}.get(answer.status, others)
            except (OSError, http.client.HTTPException):
                connection.close()
                kept = others
            kept.append((time.monotonic() - began) * 1e3)
            if kept is refused:
                time.sleep(min(1, max(0, end - time.monotonic())))  # As Retry-After says.

    threading.stack_size(256 * 1024)
    threads = [threading.Thread(target=client) for _ in range(count)]
    began = time.monotonic()
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    whole = time.monotonic() - began
    took.sort()
    return {"connections": count, "per_second": len(took) / whole, "p50_ms": took[len(took) // 2], "p99_ms": took[int(len(took) * 0.99)],
            "refused_per_second": len(refused) / whole, "refused_p50_ms": statistics.median(refused) if refused else None, "others": len(others)}


def connections(jar, folder):
    picture = photograph(folder, 0.2)
    points = []
    with Service(jar, "--models=resnet50-tiny-imagenet", "--resnet.serving.precision=int8") as service:
        service.ready()
        for _ in range(2):
            clients(service, 32, picture)  # To warm up.
        for count in CONNECTIONS:
            points.append({**clients(service, count, picture), "rss_mb": service.megabytes("VmRSS")})
            print(points[-1], flush=True)
    return points


def pictures(jar, folder):
    points = []
    with Service(jar, "--models=resnet50-tiny-imagenet", "--resnet.serving.precision=int8") as service:
        files = [photograph(folder, size) for size in MEGAPIXELS]
        service.ready()
        for _ in range(400):
            service.ask("POST", "/v1/classify", files[0])  # To warm up.
        for size, file in zip(MEGAPIXELS, files):
            before = service.megabytes("VmRSS")
            service.forget_peak()
            status = []
            took = [milliseconds(lambda: status.append(service.ask("POST", "/v1/classify", file)[0])) for _ in range(5)]
            points.append({"megapixels": size, "file_mb": len(file) / 1e6, "ms": statistics.median(took), "status": status,
                           "rss_before_mb": before, "peak_mb": service.megabytes("VmHWM")})
            print(points[-1], flush=True)
    return points


def draw(measured, out):
    def panel(part, x, title, **ys):
        return {"title": title, "series": [
            {"name": name, "dots": True, "points": [[p[x], p[y]] for p in measured[part]]} for name, y in ys.items()]}

    def write(part, title, x, panels):
        text = chart.svg({"title": title, "x": {"title": x, "log": True}, "panels": panels})
        pathlib.Path(f"{out}-{part}.svg").write_text(text)

    n = "models"
    write(n, "With more models", "models loaded", [
        panel(n, n, "memory (RSS), MB", RSS="rss_mb"),
        panel(n, n, "seconds from the start of the process", **{"first model ready": "first_ready_s", "all ready": "all_ready_s"}),
        panel(n, n, "milliseconds", **{"listing all models": "listing_ms", "first answer": "first_answer_ms"})])
    n = "connections"
    write(n, "With more connections", "connections, each of which asks when it has its answer", [
        panel(n, n, "a second", answers="per_second", refusals="refused_per_second"),
        {**panel(n, n, "milliseconds until the answer", p50="p50_ms", p99="p99_ms"), "log": True}])
    n = "pictures"
    write(n, "With larger pictures", "megapixels (JPEG)", [
        {**panel(n, "megapixels", "milliseconds a picture, one at a time", ms="ms"), "log": True},
        panel(n, "megapixels", "memory (RSS), MB", **{"most during it": "peak_mb", "before": "rss_before_mb"})])


def main():
    if len(sys.argv) >= 4 and sys.argv[1] == "measure":
        jar, out = sys.argv[2], pathlib.Path(sys.argv[3])
        measured = json.loads(out.read_text()) if out.exists() else {}
        for part in sys.argv[4:] or ["models", "connections", "pictures"]:
            with tempfile.TemporaryDirectory() as folder:
                measured[part] = {"models": models, "connections": connections, "pictures": pictures}[part](jar, pathlib.Path(folder))
            out.write_text(json.dumps(measured, indent=1))
    elif len(sys.argv) == 4 and sys.argv[1] == "draw":
        draw(json.loads(pathlib.Path(sys.argv[2]).read_text()), sys.argv[3].removesuffix(".svg"))
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main()
