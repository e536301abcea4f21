"""KServe's own gRPC client, by the Open Inference Protocol."""

import asyncio
import os

from kserve import InferInput, InferRequest
from kserve.inference_client import InferenceGRPCClient

from golden import MODEL, NAMES, logits, normalized, require_close


async def ask():
    client = InferenceGRPCClient(os.environ["GRPC"])
    assert await client.is_server_live()
    assert await client.is_server_ready()
    assert await client.is_model_ready(MODEL)
    for name in NAMES:
        for binary in (False, True):
            given = InferInput("input", [1, 3, 64, 64], "FP32")
            given.set_data_from_numpy(normalized(name)[None], binary_data=binary)
            answer = await client.infer(InferRequest(model_name=MODEL, infer_inputs=[given]))
            require_close(answer.outputs[0].as_numpy()[0], logits(name))
    await client.close()


asyncio.run(ask())
