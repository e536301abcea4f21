"""LitServe in front of a network: litserve_server.py NETWORK PORT WORKERS THREADS BATCH QUEUE, with QUEUE `fast` (ZeroMQ) or `plain`."""

import sys

import litserve
import networks


class Classifier(litserve.LitAPI):
    def __init__(self, name, threads, batch):
        # 0: a batch is what waits when a worker is free, as in our service.
        super().__init__(max_batch_size=batch, batch_timeout=0.0, api_path="/predict")
        self.name, self.threads, self.largest = name, threads, batch

    def setup(self, device):
        self.decode = networks.decoder()
        self.run = networks.warm(self.name, self.threads, self.largest)
        self.labels = networks.labels()

    def decode_request(self, request):
        return self.decode(request["image"].file.read())

    def predict(self, planes):
        chances = networks.probabilities(self.run(planes if planes.ndim == 4 else planes[None]))
        return chances if self.largest > 1 else chances[0]

    def encode_response(self, chances):
        return networks.answer(chances, self.labels)


if __name__ == "__main__":
    name, port, workers, threads, batch, queue = sys.argv[1:]
    server = litserve.LitServer(
        Classifier(name, int(threads), int(batch)),
        accelerator="cpu",
        devices=1,
        workers_per_device=int(workers),
        fast_queue=queue == "fast",
    )
    server.run(host="127.0.0.1", port=int(port), generate_client_file=False, log_level="warning", access_log=False)
