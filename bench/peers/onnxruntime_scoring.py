"""Scoring of a large array by the program, beside ONNX Runtime running the same network on it.

    python bench/peers/onnxruntime_scoring.py PROGRAM RUN ROWS.npy [--threads 2] [--rounds 5]

RUN is a run of leaky-relu layers with a linear code and output, such as the preset `anomaly` or `table` makes; ROWS are f32, standardised by the
model. ONNX Runtime has the scaling, the network and the sum of the squared residuals over their sizes in one graph; the best of several
batches counts, once without and once with reading the file by numpy. The program reads the file, scores and writes the scores. Both take turns.
Prints one JSON line.
"""

import argparse
import json
import os
import struct
import subprocess
import tempfile
import time


def tensors(path):
    import numpy

    data = open(path, "rb").read()
    length = struct.unpack("<Q", data[:8])[0]
    head = json.loads(data[8 : 8 + length])
    about = json.loads(head.pop("__metadata__")["autoencoder"])
    read = lambda entry: numpy.frombuffer(
        data[8 + length + entry["data_offsets"][0] : 8 + length + entry["data_offsets"][1]], numpy.float32
    ).reshape(entry["shape"])
    return {name: read(entry) for name, entry in head.items()}, about


def graph(path):
    import numpy
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    weights, about = tensors(path)
    scaling = about["about"]["scaling"]
    sizes = about["scorer"]["sizes"]
    features = len(sizes)
    constants = {
        "mean": numpy.array(scaling["mean"], numpy.float32),
        "deviation": numpy.array(scaling["deviation"], numpy.float32),
        "size": numpy.array(sizes, numpy.float32),
        "half": numpy.array(0.5, numpy.float32),
        "axis": numpy.array([1], numpy.int64),
    }
    nodes = [helper.make_node("Sub", ["x", "mean"], ["c"]), helper.make_node("Div", ["c", "deviation"], ["s"])]
    sides = [[name for name in ("encoder", "decoder") if f"{name}.{k}.weight" in weights] for k in range(9)]
    layers = [f"{side}.{k}" for side in ("encoder", "decoder") for k in range(9) if side in sides[k]]
    last = "s"
    for layer in layers:
        constants[layer + ".w"], constants[layer + ".b"] = weights[layer + ".weight"], weights[layer + ".bias"]
        nodes.append(helper.make_node("Gemm", [last, layer + ".w", layer + ".b"], [layer], transB=1))
        last = layer
        is_hidden = f"{layer[:-1]}{int(layer[-1]) + 1}" in layers
        if is_hidden:
            nodes.append(helper.make_node("LeakyRelu", [last], [layer + ".a"], alpha=0.01))
            last = layer + ".a"
    nodes += [
        helper.make_node("Sub", ["s", last], ["r"]),
        helper.make_node("Div", ["r", "size"], ["q"]),
        helper.make_node("Mul", ["q", "q"], ["q2"]),
        helper.make_node("ReduceSum", ["q2", "axis"], ["sum"], keepdims=0),
        helper.make_node("Mul", ["sum", "half"], ["score"]),
    ]
    made = helper.make_graph(
        nodes,
        "score",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", features])],
        [helper.make_tensor_value_info("score", TensorProto.FLOAT, ["n"])],
        [numpy_helper.from_array(numpy.ascontiguousarray(value), name) for name, value in constants.items()],
    )
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", 17)], ir_version=10)
    onnx.checker.check_model(model)
    return model.SerializeToString()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("run")
    parser.add_argument("rows")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()

    import numpy
    import onnxruntime

    settings = onnxruntime.SessionOptions()
    settings.intra_op_num_threads = options.threads
    session = onnxruntime.InferenceSession(
        graph(os.path.join(options.run, "model.safetensors")), settings, providers=["CPUExecutionProvider"]
    )

    def scored(rows, batch):
        scores = numpy.empty(len(rows), numpy.float32)
        for first in range(0, len(rows), batch):
            scores[first : first + batch] = session.run(None, {"x": rows[first : first + batch]})[0]
        return scores

    batches = (1_000, 4_000, 16_000, 64_000, len(numpy.load(options.rows, mmap_mode="r")))
    network, with_reading, program = [], [], {"kept": [], "residual": []}
    with tempfile.TemporaryDirectory() as folder:
        out = os.path.join(folder, "scores.npy")
        for _ in range(options.rounds):
            begin = time.perf_counter()
            rows = numpy.load(options.rows)
            reading = time.perf_counter() - begin
            seconds = []
            for batch in batches:
                begin = time.perf_counter()
                expected = scored(rows, batch)
                seconds.append(time.perf_counter() - begin)
            network.append(min(seconds))
            with_reading.append(min(seconds) + reading)
            for kind, measured in program.items():
                command = [options.program, "score", options.run, options.rows, "--out", out, "--top", "0", "--quiet",
                           "--threads", str(options.threads)]
                command += ["--kind", kind] if kind == "residual" else []
                begin = time.perf_counter()
                subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
                measured.append(time.perf_counter() - begin)
        found = numpy.load(out).ravel()
    difference = numpy.abs(found - expected) / numpy.maximum(1, numpy.abs(expected))
    rounded = lambda seconds: [round(one, 3) for one in seconds]
    print(json.dumps(dict(
        peer="onnxruntime " + onnxruntime.__version__, threads=options.threads, rows=len(rows),
        onnxruntime_seconds=rounded(network), onnxruntime_with_reading_seconds=rounded(with_reading),
        program_seconds=rounded(program["kept"]), program_residual_seconds=rounded(program["residual"]),
        largest_difference=float(difference.max()))))


if __name__ == "__main__":
    main()
