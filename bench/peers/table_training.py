"""Trains on one table of numbers and words with the program and with ctgan's TVAE in turn, and compares times and errors.

    python bench/peers/table_training.py target/release/autoencoder --rows 100000 --epochs 10

The table has 10 columns of numbers and 10 of 50 words each, which follow from five causes. Both train on all rows for as many epochs, the
program with its preset `table`; its time is that of the whole command, reading the table included, TVAE's that of `fit`
alone, with its preparation of the columns. The errors are those of restoring the training rows: of numbers the mean squared error
over the variance, of words the share that is not right.
"""

import argparse
import csv
import json
import os
import subprocess
import sys
import tempfile
import time

import numpy


def table(rows, numbers, words, kinds, seed=0):
    """Columns that follow from five causes: numbers are smooth functions of them, words the nearest of random places."""
    random = numpy.random.default_rng(seed)
    causes = random.normal(size=(rows, 5))
    columns = {}
    for column in range(numbers):
        wave = numpy.tanh(causes @ random.normal(size=5)) + 0.5 * causes @ random.normal(size=5)
        columns[f"n{column}"] = (10.0 ** random.uniform(-1, 4)) * (wave + 0.1 * random.normal(size=rows))
    for column in range(words):
        places = random.normal(size=(kinds, 5))
        scores = causes @ places.T - 0.5 * (places**2).sum(1) + 0.1 * random.normal(size=(rows, kinds))
        columns[f"w{column}"] = [f"word{place}" for place in scores.argmax(1)]
    return columns


def write(path, columns):
    with open(path, "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        values = [column if isinstance(column, list) else [f"{x:.6g}" for x in column] for column in columns.values()]
        writer.writerows(zip(*values))


def errors(columns, restored):
    """The mean over columns of each kind: squared error over the variance, and share of wrong words."""
    of_numbers, of_words = [], []
    for name, values in columns.items():
        if isinstance(values, list):
            of_words.append(sum(a != b for a, b in zip(values, restored[name])) / len(values))
        else:
            difference = numpy.asarray(restored[name], dtype=float) - values
            of_numbers.append(float((difference**2).mean() / values.var()))
    return sum(of_numbers) / len(of_numbers), sum(of_words) / len(of_words)


def ours(program, path, epochs, folder, columns):
    out = os.path.join(folder, "run")
    begun = time.perf_counter()
    command = [program, "train", path, "--epochs", str(epochs), "--validation", "none", "--out", out, "--force", "--quiet"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    seconds = time.perf_counter() - begun
    restored = os.path.join(folder, "restored.csv")
    subprocess.run([program, "reconstruct", out, path, "--out", restored, "--quiet"], check=True)
    with open(restored, newline="") as file:
        rows = list(csv.reader(file))
    names, rows = rows[0], rows[1:]
    return seconds, errors(columns, {name: [row[place] for row in rows] for place, name in enumerate(names)})


def theirs(columns, epochs):
    import pandas
    import torch
    from ctgan import TVAE

    frame = pandas.DataFrame(columns)
    words = [name for name, values in columns.items() if isinstance(values, list)]
    torch.manual_seed(0)
    model = TVAE(epochs=epochs, enable_gpu=False) if "enable_gpu" in TVAE.__init__.__code__.co_varnames else TVAE(epochs=epochs, cuda=False)
    begun = time.perf_counter()
    model.fit(frame, words)
    return time.perf_counter() - begun


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--without-peer", action="store_true")
    typed = parser.parse_args()
    columns = table(typed.rows, 10, 10, 50)
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "table.csv")
        write(path, columns)
        rounds = []
        for _ in range(typed.rounds):
            mine = ours(typed.program, path, typed.epochs, folder, columns)
            peer = None if typed.without_peer else theirs(columns, typed.epochs)
            rounds.append((mine[0], peer))
            (number_error, wrong_words) = mine[1]
        best = min(seconds for seconds, _ in rounds)
        peer = min((seconds for _, seconds in rounds if seconds is not None), default=None)
        print(json.dumps({
            "bench": "table training",
            "rows": typed.rows,
            "epochs": typed.epochs,
            "program_seconds": best,
            "tvae_seconds": peer,
            "ratio": peer and peer / best,
            "number_error": number_error,
            "wrong_words": wrong_words,
        }))


if __name__ == "__main__":
    sys.exit(main())
