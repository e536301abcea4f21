"""Triton's own gRPC client: what image_client.py -i grpc does, compressed, classified, at once, and asynchronously."""

import asyncio
import os
import queue

import numpy
import tritonclient.grpc as triton
import tritonclient.grpc.aio as asynchronous
from tritonclient.utils import InferenceServerException, triton_to_np_dtype

from golden import MODEL, NAMES, file, logits, normalized, pixels, require_close

ADDRESS = os.environ["GRPC"]
client = triton.InferenceServerClient(ADDRESS)


def tensor(values, datatype):
    given = triton.InferInput("input", list(values.shape), datatype)
    given.set_data_from_numpy(values)
    return given


# image_client.py's look at the model
assert client.is_server_live() and client.is_server_ready() and client.is_model_ready(MODEL)
assert "classification" in client.get_server_metadata().extensions
metadata = client.get_model_metadata(MODEL)
config = client.get_model_config(MODEL).config
assert len(metadata.inputs) == len(metadata.outputs) == len(config.input) == len(config.output) == 1
assert metadata.outputs[0].datatype == "FP32" and config.max_batch_size > 0
assert list(metadata.inputs[0].shape)[1:] == list(config.input[0].dims) == [3, 64, 64]
assert triton_to_np_dtype(metadata.inputs[0].datatype) == numpy.float32
assert config.input[0].format == type(config.input[0]).FORMAT_NCHW
output = metadata.outputs[0].name
before = client.get_inference_statistics(MODEL).model_stats[0]
assert before.name == MODEL

# two pictures as it prepares them
batch = numpy.stack([normalized(name) for name in NAMES])
raw = numpy.stack([pixels(name) for name in NAMES])
for given in (
    tensor(batch, "FP32"),
    tensor(raw, "UINT8"),
    tensor(numpy.ascontiguousarray(raw.transpose(0, 3, 1, 2)), "UINT8"),
    tensor(numpy.array([file(name) for name in NAMES], numpy.object_), "BYTES"),
):
    for asked in (None, [triton.InferRequestedOutput(output)]):
        answer = client.infer(MODEL, [given], outputs=asked, request_id="7")
        assert answer.get_response().id == "7"
        for row, name in zip(answer.as_numpy(output), NAMES):
            require_close(row, logits(name))
after = client.get_inference_statistics(MODEL).model_stats[0]
assert after.inference_count == before.inference_count + 16, (before, after)

# compressed, with a timeout in either way
for coding in ("gzip", "deflate"):
    answer = client.infer(
        MODEL, [tensor(batch, "FP32")], compression_algorithm=coding, timeout=20_000_000, client_timeout=20
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
answers = queue.Queue()
for _ in range(8):
    client.async_infer(MODEL, [picture], callback=lambda result, error: answers.put((result, error)))
for _ in range(8):
    result, error = answers.get(timeout=60)
    assert error is None, error
    require_close(result.as_numpy(output)[0], logits("espresso.jpg"))


async def asyncio_client():
    async with asynchronous.InferenceServerClient(ADDRESS) as other:
        assert await other.is_model_ready(MODEL)
        for answered in await asyncio.gather(*(other.infer(MODEL, [picture]) for _ in range(4))):
            require_close(answered.as_numpy(output)[0], logits("espresso.jpg"))


asyncio.run(asyncio_client())

# what is wrong is told
for given, model, status, word in (
    (tensor(batch * 255, "FP32"), MODEL, "INVALID_ARGUMENT", "no pixel"),
    (tensor(numpy.zeros((1, 3, 32, 32), numpy.float32), "FP32"), MODEL, "INVALID_ARGUMENT", "64"),
    (tensor(numpy.array([b"no picture"], numpy.object_), "BYTES"), MODEL, "INVALID_ARGUMENT", "JPEG"),
    (picture, "nobody", "NOT_FOUND", MODEL),
):
    try:
        client.infer(model, [given])
    except InferenceServerException as e:
        assert word in e.message() and status in e.status(), e
    else:
        raise AssertionError("it was answered")
try:
    client.get_model_repository_index()
except InferenceServerException as e:
    assert "UNIMPLEMENTED" in e.status(), e
else:
    raise AssertionError("the repository is told of")
