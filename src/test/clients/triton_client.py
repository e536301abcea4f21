"""Triton's own client: what image_client.py does, in JSON and binary, compressed, classified, at once."""

import os

import numpy
import tritonclient.http as triton
from tritonclient.utils import InferenceServerException, triton_to_np_dtype

from golden import MODEL, NAMES, file, logits, normalized, pixels, require_close

client = triton.InferenceServerClient(os.environ["SERVICE"].removeprefix("http://"), concurrency=4)


def tensor(values, datatype, binary=True):
    given = triton.InferInput("input", list(values.shape), datatype)
    given.set_data_from_numpy(values, binary_data=binary)
    return given


# image_client.py's look at the model
assert client.is_server_live() and client.is_server_ready() and client.is_model_ready(MODEL)
assert not client.is_model_ready("nobody")
metadata = client.get_model_metadata(MODEL)
config = client.get_model_config(MODEL)
assert len(metadata["inputs"]) == len(metadata["outputs"]) == len(config["input"]) == len(config["output"]) == 1
assert metadata["outputs"][0]["datatype"] == "FP32" and config["max_batch_size"] > 0
assert metadata["inputs"][0]["shape"][1:] == config["input"][0]["dims"] == [3, 64, 64]
assert triton_to_np_dtype(metadata["inputs"][0]["datatype"]) == numpy.float32
assert config["input"][0]["format"] == "FORMAT_NCHW"
output = metadata["outputs"][0]["name"]
assert client.get_inference_statistics(MODEL)["model_stats"][0]["name"] == MODEL

# two pictures as it prepares them: binary and JSON, there and back
batch = numpy.stack([normalized(name) for name in NAMES])
raw = numpy.stack([pixels(name) for name in NAMES])
for given in (
    tensor(batch, "FP32"),
    tensor(batch, "FP32", binary=False),
    tensor(raw, "UINT8"),
    tensor(numpy.ascontiguousarray(raw.transpose(0, 3, 1, 2)), "UINT8"),
    tensor(numpy.array([file(name) for name in NAMES], numpy.object_), "BYTES"),
):
    for asked in (None, [triton.InferRequestedOutput(output, binary_data=False)]):
        answer = client.infer(MODEL, [given], outputs=asked, request_id="7")
        assert answer.get_response()["id"] == "7"
        for row, name in zip(answer.as_numpy(output), NAMES):
            require_close(row, logits(name))

# compressed both ways, with a timeout
for coding in ("gzip", "deflate"):
    answer = client.infer(
        MODEL,
        [tensor(batch, "FP32")],
        request_compression_algorithm=coding,
        response_compression_algorithm=coding,
        timeout=20_000_000,
    )
    require_close(answer.as_numpy(output)[0], logits(NAMES[0]))

# the classification extension
picture = tensor(numpy.array([file("espresso.jpg")], numpy.object_), "BYTES")
classes = client.infer(
    MODEL, [picture], outputs=[triton.InferRequestedOutput(output, class_count=3)]
).as_numpy(output)
assert classes.shape == (1, 3), classes.shape
value, index, label = classes[0][0].decode().split(":")
assert label == "espresso" and int(index) == logits("espresso.jpg").argmax(), classes
assert abs(float(value) - logits("espresso.jpg").max()) < 1e-2

# embeddings beside it, by name
both = client.infer(
    MODEL, [picture], outputs=[triton.InferRequestedOutput("embedding"), triton.InferRequestedOutput("probabilities")]
)
assert both.as_numpy("embedding").shape == (1, 2048)
assert abs(both.as_numpy("probabilities").sum() - 1) < 1e-5

# several at once
for pending in [client.async_infer(MODEL, [picture]) for _ in range(8)]:
    require_close(pending.get_result().as_numpy(output)[0], logits("espresso.jpg"))

# what is wrong is told
for given, word in (
    (tensor(batch * 255, "FP32"), "no pixel"),
    (tensor(numpy.zeros((1, 3, 32, 32), numpy.float32), "FP32"), "64"),
    (tensor(numpy.array([b"no picture"], numpy.object_), "BYTES"), "JPEG"),
):
    try:
        client.infer(MODEL, [given])
    except InferenceServerException as e:
        assert word in e.message(), e
    else:
        raise AssertionError("it was answered")

# models come and go by the repository API, on the port of management
repository = triton.InferenceServerClient(os.environ["MANAGEMENT"].removeprefix("http://"))
OTHER = "resnet20-cifar10"


def states():
    return {entry["name"]: entry["state"] for entry in repository.get_model_repository_index()}


assert states()[MODEL] == states()[OTHER] == "READY" and states()["resnet18"] == "UNAVAILABLE", states()
repository.unload_model(OTHER)
assert states()[OTHER] == "UNAVAILABLE" and not client.is_model_ready(OTHER)
repository.load_model(OTHER)
assert states()[OTHER] == "READY" and client.is_model_ready(OTHER)
repository.load_model(MODEL)  # beside the one that answers, whose place it takes
require_close(client.infer(MODEL, [picture]).as_numpy(output)[0], logits("espresso.jpg"))
for refused, word in (
    (lambda: repository.load_model("nobody"), "nobody"),
    (lambda: repository.load_model(OTHER, config="{}"), "descriptor"),
    (lambda: repository.load_model(OTHER, config="{}", files={"file:1/model.pt": b"0" * 100000}), "models folder"),
    (lambda: repository.unload_model(MODEL), "default"),
):
    try:
        refused()
    except InferenceServerException as e:
        assert word in e.message(), e
    else:
        raise AssertionError("it was done")
