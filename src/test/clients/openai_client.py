"""OpenAI's own client asks for embeddings, as numbers and in base64, and is told what is wrong."""

import base64
import json
import os
import urllib.request

import openai

SERVICE = os.environ["SERVICE"]
MODEL = "resnet50-tiny-imagenet"
PICTURES = "src/test/resources/pictures/"


def uri(name):
    with open(PICTURES + name, "rb") as file:
        return "data:image/jpeg;base64," + base64.b64encode(file.read()).decode()


def ours(name):
    with open(PICTURES + name, "rb") as file:
        request = urllib.request.Request(
            SERVICE + f"/v1/models/{MODEL}/embed?normalize=true", file.read(), {"Content-Type": "image/jpeg"}
        )
    return json.load(urllib.request.urlopen(request))["embedding"]


def close(one, other):
    return len(one) == len(other) and max(abs(a - b) for a, b in zip(one, other)) < 1e-5


client = openai.OpenAI(base_url=SERVICE + "/v1", api_key="none", max_retries=0)
expected = [ours("espresso.jpg"), ours("cat.jpg")]
for options in ({}, {"encoding_format": "float"}, {"dimensions": 2048}):
    answer = client.embeddings.create(model=MODEL, input=[uri("espresso.jpg"), uri("cat.jpg")], **options)
    assert [item.index for item in answer.data] == [0, 1], answer.data
    for item, embedding in zip(answer.data, expected):
        assert close(item.embedding, embedding), options
assert abs(sum(a * a for a in expected[0]) - 1) < 1e-5

for question, error, word in (
    ({"model": "gpt", "input": [uri("cat.jpg")]}, openai.NotFoundError, "resnet20-cifar10"),
    ({"model": MODEL, "input": ["a text"]}, openai.APIStatusError, "data: URI"),
    ({"model": MODEL, "input": [uri("cat.jpg")], "dimensions": 3}, openai.BadRequestError, "2048"),
):
    try:
        client.embeddings.create(**question)
    except error as e:
        assert word in e.body["message"], e.body
    else:
        raise AssertionError(f"{question['model']} was answered")
