"""The same ResNet-50 in other runtimes: written once by `prepare`, then run alone, or behind a server.

A runtime's `load(name, threads)` gives a function from a float32 batch of normalised planes (NCHW) to logits. All runtimes
see the weights that the service serves, at 224x224.
"""

import io
import json
import os
import random
import sys
import time
from multiprocessing import get_context
from pathlib import Path

import numpy
from PIL import Image

ROOT = Path(__file__).resolve().parents[3]
FOLDER = Path(os.environ.get("PEERS_FOLDER", ROOT / "target" / "peers")).resolve()
PICTURES = ROOT / "src/test/resources"
WEIGHTS = ROOT / "models/resnet50-tiny-imagenet/resnet50-tiny-imagenet.safetensors"
SIDE = 224
CLASSES = 200
CALIBRATION = 128

NAMES = [
    "torch-eager-fp32",
    "torch-eager-bf16",
    "torch-compile-fp32",
    "torch-compile-bf16",
    "onnxruntime-fp32",
    "onnxruntime-int8",
    "openvino-fp32",
    "openvino-bf16",
    "openvino-int8",
]


def transform():
    """What torchvision does with a picture before a ResNet sees it. To be called before a network is loaded, which sets threads."""
    import torch
    from torchvision import transforms

    torch.set_num_threads(1)
    return transforms.Compose(
        [
            transforms.Resize(SIDE),
            transforms.CenterCrop(SIDE),
            transforms.ToTensor(),
            transforms.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]),
        ]
    )


def decoder():
    """From the bytes of a JPEG to normalised planes."""
    prepare = transform()
    return lambda jpeg: prepare(Image.open(io.BytesIO(jpeg)).convert("RGB")).numpy()


def probabilities(logits):
    shifted = numpy.exp(logits - logits.max(axis=1, keepdims=True))
    return shifted / shifted.sum(axis=1, keepdims=True)


def answer(chances, named):
    """What a server answers: the first label, and how probable it is."""
    return {"label": named[int(chances.argmax())], "probability": float(chances.max())}


def labels():
    rows = (WEIGHTS.parent / "labels.tsv").read_text().splitlines()[1:]
    return [row.split("\t")[2] for row in rows]


def calibration():
    """Crops of photographs, mirrored or not, as one trains with: always the same ones."""
    chance = random.Random(1)
    photographs = [
        Image.open(PICTURES / name).convert("RGB")
        for name in ["pictures/espresso.jpg", "pictures/cat.jpg", "golden/preprocess/phone-4000x3000.jpg"]
    ]
    prepare = transform()
    for i in range(CALIBRATION):
        picture = photographs[i % len(photographs)]
        side = int(min(picture.size) * chance.uniform(0.3, 1))
        left = chance.randint(0, picture.width - side)
        top = chance.randint(0, picture.height - side)
        crop = picture.crop((left, top, left + side, top + side))
        if chance.random() < 0.5:
            crop = crop.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
        yield prepare(crop).numpy()[None]


def torch_network():
    from safetensors.torch import load_file
    from torchvision.models import resnet50

    network = resnet50(num_classes=CLASSES)
    missing = network.load_state_dict({k: v.float() for k, v in load_file(WEIGHTS).items()}, strict=False)
    # A state dict may leave out how many batches the batch norms have seen.
    assert not missing.unexpected_keys and all("num_batches" in key for key in missing.missing_keys), missing
    return network.eval()


def prepare():
    """Writes the ONNX file, and the two int8 networks."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    onnx_file, ort_int8, openvino_int8 = (FOLDER / n for n in ["fp32.onnx", "ort-int8.onnx", "openvino-int8.xml"])
    if not onnx_file.exists():
        import torch

        torch.onnx.export(
            torch_network(),
            torch.zeros(1, 3, SIDE, SIDE),
            onnx_file,
            dynamo=False,
            input_names=["input"],
            output_names=["logits"],
            dynamic_axes={"input": {0: "batch"}, "logits": {0: "batch"}},
        )
    if not ort_int8.exists():
        from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static
        from onnxruntime.quantization.shape_inference import quant_pre_process

        class Reader(CalibrationDataReader):
            def __init__(self):
                self.pictures = calibration()

            def get_next(self):
                picture = next(self.pictures, None)
                return None if picture is None else {"input": picture}

        folded = FOLDER / "folded.onnx"
        quant_pre_process(onnx_file, folded)
        quantize_static(
            folded,
            ort_int8,
            Reader(),
            quant_format=QuantFormat.QDQ,
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
            per_channel=True,
        )
    if not openvino_int8.exists():
        import nncf
        import openvino

        network = openvino.Core().read_model(onnx_file)
        quantized = nncf.quantize(
            network, nncf.Dataset(list(calibration())), subset_size=CALIBRATION, preset=nncf.QuantizationPreset.MIXED
        )
        openvino.save_model(quantized, openvino_int8)


def load(name, threads):
    runtime, precision = name.rsplit("-", 1)
    return {
        "torch-eager": load_torch,
        "torch-compile": load_torch,
        "onnxruntime": load_onnxruntime,
        "openvino": load_openvino,
    }[runtime](runtime, precision, threads)


def load_torch(runtime, precision, threads):
    import torch

    torch.set_num_threads(threads)
    network = torch_network().to(memory_format=torch.channels_last)
    kind = torch.bfloat16 if precision == "bf16" else torch.float32
    network = network.to(kind)
    if runtime == "torch-compile":
        import torch._inductor.config as inductor

        inductor.freezing = True
        network = torch.compile(network)

    @torch.inference_mode()
    def run(planes):
        tensor = torch.from_numpy(planes).to(kind, memory_format=torch.channels_last)
        return network(tensor).float().numpy()

    return run


def load_onnxruntime(runtime, precision, threads):
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    file = FOLDER / ("fp32.onnx" if precision == "fp32" else "ort-int8.onnx")
    session = onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])
    return lambda planes: session.run(None, {"input": planes})[0]


def load_openvino(runtime, precision, threads):
    import openvino

    core = openvino.Core()
    file = FOLDER / ("openvino-int8.xml" if precision == "int8" else "fp32.onnx")
    options = {
        "INFERENCE_NUM_THREADS": threads,
        "NUM_STREAMS": 1,
        # Else two processes of one thread each are pinned to the same core.
        "ENABLE_CPU_PINNING": False,
        # What an int8 network leaves in floating point runs in bf16, OpenVINO's own choice here.
        "INFERENCE_PRECISION_HINT": "f32" if precision == "fp32" else "bf16",
    }
    network = core.read_model(file)
    compiled = {}

    def run(planes):
        # A fixed shape is OpenVINO's fast way: one compiled network for each size of a batch.
        if len(planes) not in compiled:
            shaped = network.clone()
            shaped.reshape([len(planes), 3, SIDE, SIDE])
            compiled[len(planes)] = core.compile_model(shaped, "CPU", options).create_infer_request()
        return compiled[len(planes)].infer([planes])[0].copy()

    return run


def warm(name, threads, largest):
    """Loaded, and run once with each size of a batch."""
    run = load(name, threads)
    for batch in range(1, largest + 1):
        run(numpy.zeros((batch, 3, SIDE, SIDE), dtype=numpy.float32))
    return run


def work(name, threads, batches, seconds, barrier, results):
    run = load(name, threads)
    for batch in batches:
        planes = numpy.random.default_rng(batch).standard_normal((batch, 3, SIDE, SIDE), dtype=numpy.float32)
        for _ in range(3):
            run(planes)
        barrier.wait()
        warm = time.perf_counter() + 0.5
        while time.perf_counter() < warm:
            run(planes)
        times = []
        start = now = time.perf_counter()
        while now - start < seconds:
            run(planes)
            then, now = now, time.perf_counter()
            times.append(now - then)
        results.put((batch, len(times) * batch / (now - start), sorted(times)[len(times) // 2] * 1000))
        barrier.wait()


def measure(name, seconds, workers, threads, batches):
    """Pictures a second of so many processes together, by size of the batch, and the median time of one batch."""
    context = get_context("spawn")
    barrier, results = context.Barrier(workers), context.Queue()
    processes = [
        context.Process(target=work, args=(name, threads, batches, seconds, barrier, results)) for _ in range(workers)
    ]
    for process in processes:
        process.start()
    got = [results.get(timeout=240) for _ in range(workers * len(batches))]
    for process in processes:
        process.join()
    return [
        {
            "setting": f"{workers}×{threads}×{batch}",
            "perSecond": sum(rate for b, rate, _ in got if b == batch),
            "millis": max(millis for b, _, millis in got if b == batch),
        }
        for batch in batches
    ]


def mosaics():
    """Pictures for the checks, as JPEGs: each a photograph many times, so small that a network trained at 64x64 is sure of it."""
    made = {}
    for name in ["pictures/espresso.jpg", "pictures/cat.jpg", "golden/preprocess/phone-4000x3000.jpg"]:
        picture = Image.open(PICTURES / name).convert("RGB")
        side = min(picture.size)
        left, top = (picture.width - side) // 2, (picture.height - side) // 2
        tile = picture.crop((left, top, left + side, top + side)).resize((110, 110), Image.Resampling.BICUBIC)
        mosaic = Image.new("RGB", (512, 384))
        for x in range(0, 512, 110):
            for y in range(0, 384, 110):
                mosaic.paste(tile, (x, y))
        bytes_ = io.BytesIO()
        mosaic.save(bytes_, "JPEG", quality=90)
        made[Path(name).stem] = bytes_.getvalue()
    return made


def answers(name):
    """The first label and its probability of each picture of the checks."""
    decode, run, named = decoder(), load(name, 2), labels()
    return {
        picture: answer(probabilities(run(decode(jpeg)[None]))[0], named) for picture, jpeg in mosaics().items()
    }


def decoding(files):
    """Milliseconds for one picture: Pillow, and torchvision's transform."""
    decode, pictures = decoder(), [Path(file).read_bytes() for file in files]
    times = []
    for turn in range(200):
        start = time.perf_counter()
        decode(pictures[turn % len(pictures)])
        times.append(time.perf_counter() - start)
    return sorted(times[20:])[90] * 1000


if __name__ == "__main__":
    command, *rest = sys.argv[1:]
    if command == "prepare":
        prepare()
    elif command == "answers":
        print(json.dumps(answers(rest[0])))
    elif command == "decode":
        print(json.dumps(decoding(rest)))
    elif command == "measure":
        cells = [
            cell
            for workers, threads in [(1, 2), (2, 1)]
            for cell in measure(rest[0], float(rest[1]), workers, threads, [1, 8])
        ]
        print(json.dumps(cells))
