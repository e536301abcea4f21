"""KServe's own client, by the Open Inference Protocol."""

import asyncio
import os

from kserve import InferInput, InferRequest, InferenceRESTClient, RESTConfig

from golden import MODEL, NAMES, logits, normalized, require_close

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


asyncio.run(ask())
