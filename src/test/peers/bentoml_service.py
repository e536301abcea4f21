"""BentoML in front of a network, set by PEER_NETWORK, PEER_WORKERS, PEER_THREADS, PEER_BATCH: bentoml serve bentoml_service:Classifier."""

import os

import bentoml
import networks
import numpy
from PIL.Image import Image


@bentoml.service(
    workers=int(os.environ["PEER_WORKERS"]), traffic={"timeout": 60}, metrics={"enabled": False}, logging={"access": {"enabled": False}}
)
class Classifier:
    def __init__(self):
        self.prepare = networks.transform()
        self.run = networks.warm(os.environ["PEER_NETWORK"], int(os.environ["PEER_THREADS"]), int(os.environ["PEER_BATCH"]))
        self.labels = networks.labels()

    @bentoml.api(batchable=True, max_batch_size=int(os.environ["PEER_BATCH"]), max_latency_ms=60000)
    def predict(self, image: list[Image]) -> list[dict]:
        planes = numpy.stack([self.prepare(one.convert("RGB")).numpy() for one in image])
        return [networks.answer(chances, self.labels) for chances in networks.probabilities(self.run(planes))]
