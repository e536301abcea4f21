"""KServe's own client, by the Open Inference Protocol and by the v1 protocol."""

import asyncio
import base64
import os

from kserve import InferInput, InferRequest, InferenceRESTClient, RESTConfig

from golden import MODEL, NAMES, file, logits, normalized, require_close

SERVICE = os.environ["SERVICE"]


async def ask():
    client = InferenceRESTClient(RESTConfig(protocol="v2"))
    assert await client.is_server_live(SERVICE)
    assert await client.is_server_ready(SERVICE)
    assert await client.is_model_ready(SERVICE, MODEL)
    for name in NAMES:
        for binary in (False, True):
            given = InferInput("input", [1, 3, 64, 64], "FP32")
            given.set_data_from_numpy(normalized(name)[None], binary_data=binary)
            answer = await client.infer(
                SERVICE, InferRequest(model_name=MODEL, infer_inputs=[given]), model_name=MODEL
            )
            require_close(answer.outputs[0].as_numpy()[0], logits(name))


async def ask_v1():
    client = InferenceRESTClient(RESTConfig(protocol="v1"))
    assert await client.is_model_ready(SERVICE, MODEL)
    instances = {"instances": [{"b64": base64.b64encode(file(name)).decode()} for name in NAMES]}
    predictions = (await client.infer(SERVICE, instances, model_name=MODEL))["predictions"]
    for prediction, name in zip(predictions, NAMES, strict=True):
        assert prediction["predictions"][0]["index"] == logits(name).argmax(), prediction
    answer = await client.explain(SERVICE, MODEL, instances)
    for explanation, prediction in zip(answer["explanations"], predictions, strict=True):
        assert explanation["class"] == prediction["predictions"][0], explanation["class"]
        grid = explanation["grid"]
        assert len(grid["values"]) == grid["rows"] and len(grid["values"][0]) == grid["columns"]
        assert max(map(max, grid["values"])) == grid["max"]


asyncio.run(ask())
asyncio.run(ask_v1())
