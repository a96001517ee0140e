"""Hold an exported model to what the program writes: ONNX's checker, and onnxruntime's outputs for all samples.

    python bench/peers/onnxruntime_equality.py FILE.onnx DATA EXPECTED.npy [--unit U]

DATA is an IDX file, packed or not, an .npy array or a .csv table with the columns that the metadata of FILE names. EXPECTED holds what
`encode`, `reconstruct`, `decode` or `score` wrote for the same samples. Prints one JSON object: the number of samples, the largest
difference in units of U, for numbers above 1 relative to them, and how many samples were flagged, where FILE scores them.
"""

import argparse
import csv
import gzip
import json

import numpy
import onnx
import onnxruntime

BATCH = 997
"""Samples in a run: all sizes are taken, and the last batch is another one."""

HOLES = {"", "na", "nan", "null", "?"}


def idx(path):
    """The items of an IDX file of bytes."""
    opener = gzip.open if path.endswith(".gz") else open
    with opener(path, "rb") as file:
        data = file.read()
    axes = data[3]
    shape = numpy.frombuffer(data, ">u4", axes, 4).astype(int)
    return numpy.frombuffer(data, numpy.uint8, offset=4 + 4 * axes).reshape(shape)


def table(path, metadata):
    """The inputs of a table: numbers with NaN for holes, and the index of each word with -1 for holes."""
    with open(path, newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    numbers = json.loads(metadata.get("autoencoder.numbers", "[]"))
    words = json.loads(metadata.get("autoencoder.words", "[]"))
    inputs = {}
    if numbers:
        fields = [[row[name].strip() for name in numbers] for row in rows]
        inputs["numbers"] = numpy.array(
            [[float("nan") if field.lower() in HOLES else float(field) for field in row] for row in fields]
        )
    if words:
        columns = []
        for column in words:
            places = {word: place for place, word in enumerate(column["words"])}
            others = len(column["words"]) - 1
            fields = [row[column["column"]].strip() for row in rows]
            columns.append([-1 if field.lower() in HOLES else places.get(field, others) for field in fields])
        inputs["words"] = numpy.array(columns, numpy.int64).T
    return inputs


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("file")
    parser.add_argument("data")
    parser.add_argument("expected")
    parser.add_argument("--unit", type=float, default=1.0)
    typed = parser.parse_args()

    model = onnx.load(typed.file)
    onnx.checker.check_model(model, full_check=True)
    metadata = {entry.key: entry.value for entry in model.metadata_props}
    session = onnxruntime.InferenceSession(typed.file, providers=["CPUExecutionProvider"])
    names = [given.name for given in session.get_inputs()]
    if typed.data.endswith(".csv"):
        inputs = table(typed.data, metadata)
        if names == ["samples"]:
            wanted = numpy.float32 if "float)" in session.get_inputs()[0].type else numpy.float64
            inputs = {"samples": inputs["numbers"].astype(wanted)}
    else:
        samples = numpy.load(typed.data) if typed.data.endswith(".npy") else idx(typed.data)
        wanted = {"tensor(uint8)": numpy.uint8, "tensor(float)": numpy.float32, "tensor(double)": numpy.float64}
        shape = [-1] + session.get_inputs()[0].shape[1:]
        inputs = {names[0]: samples.astype(wanted[session.get_inputs()[0].type]).reshape(shape)}
    assert sorted(inputs) == sorted(names), (sorted(inputs), sorted(names))

    count = len(next(iter(inputs.values())))
    found = {}
    for first in range(0, count, BATCH):
        part = {name: rows[first : first + BATCH] for name, rows in inputs.items()}
        outputs = zip(session.get_outputs(), session.run(None, part))
        for output, rows in outputs:
            assert len(rows) == len(next(iter(part.values()))), output.name
            found.setdefault(output.name, []).append(rows)
    found = {name: numpy.concatenate(parts) for name, parts in found.items()}

    told = [found[name] for name in ("codes", "reconstructions", "restored_numbers", "word_probabilities") if name in found]
    if "scores" in found:
        told = [found["scores"]]
    told = numpy.concatenate([rows.reshape(count, -1).astype(numpy.float64) for rows in told], axis=1)
    expected = numpy.load(typed.expected).reshape(count, -1).astype(numpy.float64)[:, : told.shape[1]]
    assert numpy.isfinite(told).all() and told.shape == expected.shape, (told.shape, expected.shape)
    difference = numpy.abs(told - expected) / numpy.maximum(numpy.abs(expected), typed.unit)
    result = {"samples": count, "largest_difference": float(difference.max())}
    if "flags" in found:
        threshold = json.loads(metadata["autoencoder.scores"])["threshold"]
        assert (found["flags"] == (found["scores"] > threshold)).all()
        result["flagged"] = int(found["flags"].sum())
    print(json.dumps(result))


if __name__ == "__main__":
    main()
