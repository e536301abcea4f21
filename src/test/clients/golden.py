"""What PyTorch and Pillow answer, and how their users prepare a picture."""

import json

import numpy
from PIL import Image

MODEL = "resnet50-tiny-imagenet"
GOLDEN = f"src/test/resources/golden/models/{MODEL}/"
PICTURES = "src/test/resources/pictures/"
NAMES = ("cat.jpg", "espresso.jpg")


def file(name):
    with open(PICTURES + name, "rb") as opened:
        return opened.read()


def logits(name):
    with open(GOLDEN + "golden.json") as opened:
        files = json.load(opened)["files"]
    rows = numpy.fromfile(GOLDEN + "golden.logits.f32", "<f4").reshape(len(files), -1)
    return rows[files.index("pictures/" + name)]


def pixels(name, side=64):
    """As torchvision's Resize and CenterCrop cut a picture: height, width, channel."""
    picture = Image.open(PICTURES + name).convert("RGB")
    width, height = picture.size
    short = min(width, height)
    size = (int(side * width / short), int(side * height / short))
    picture = picture.resize(size, Image.BILINEAR)
    left, top = round((size[0] - side) / 2), round((size[1] - side) / 2)
    return numpy.asarray(picture.crop((left, top, left + side, top + side)))


def normalized(name):
    mean, std = numpy.float32([0.485, 0.456, 0.406]), numpy.float32([0.229, 0.224, 0.225])
    planes = (pixels(name).astype(numpy.float32) / 255 - mean) / std
    return numpy.ascontiguousarray(planes.transpose(2, 0, 1), numpy.float32)


def require_close(answered, expected, tolerance=1e-3):
    difference = numpy.abs(numpy.asarray(answered) - expected).max() / expected.std()
    assert difference < tolerance, f"{difference:.2g} deviations from PyTorch's"
