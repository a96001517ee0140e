"""Reads a table with the program and with pandas in turn, and compares times and memory.

    python bench/peers/table_reading.py target/release/autoencoder --rows 300000 --columns 30 --rounds 9

The program's time is from the opening of the table to its closing, the only calls at which strace looks; pandas's time
is that of `pandas.read_csv` alone, without its imports. The least of the rounds counts. Peak memory, beside the size of
the numbers as float64, is that of `inspect --values`, which adds nothing to it, and that of a whole `train --epochs 0`.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile

import numpy

READ = "import sys, time, pandas; begun = time.perf_counter(); pandas.read_csv(sys.argv[1]); print(time.perf_counter() - begun)"


def write(path, rows, columns, is_long):
    """Writes a table of numbers with 6 significant digits, or with all digits of a float64."""
    random = numpy.random.default_rng(0)
    numbers = random.normal(size=(rows, columns)) * random.uniform(0.1, 1000, columns)
    text = repr if is_long else "{:.6g}".format
    with open(path, "w") as file:
        file.write(",".join(f"c{column}" for column in range(columns)) + "\n")
        for row in numbers.tolist():
            file.write(",".join(map(text, row)) + "\n")


def program_seconds(program, table, trace):
    command = ["strace", "-f", "--seccomp-bpf", "-ttt", "-e", "trace=openat,close", "-o", trace]
    command += [program, "inspect", table, "--values"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    with open(trace) as file:
        lines = file.read().splitlines()
    # The table is opened more than once: its numbers are read last.
    opened = max(place for place, line in enumerate(lines) if "openat" in line and table in line)
    descriptor = re.search(r"= (\d+)$", lines[opened]).group(1)
    closed = next(line for line in lines[opened:] if f"close({descriptor}" in line)
    return float(closed.split()[1]) - float(lines[opened].split()[1])


def pandas_seconds(table):
    return float(subprocess.run([sys.executable, "-c", READ, table], check=True, capture_output=True).stdout)


# A small process starts the program: what a process held before it became another counts into its peak.
PEAK = "import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL); print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"


def peak_bytes(*command):
    return 1024 * int(subprocess.run([sys.executable, "-c", PEAK, *command], check=True, capture_output=True).stdout)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("--rows", type=int, default=300_000)
    parser.add_argument("--columns", type=int, default=30)
    parser.add_argument("--rounds", type=int, default=9)
    typed = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for digits, is_long in [("6 digits", False), ("all digits", True)]:
            table = os.path.join(folder, "table.csv")
            write(table, typed.rows, typed.columns, is_long)
            ours, theirs = [], []
            for _ in range(typed.rounds):
                ours.append(program_seconds(typed.program, table, os.path.join(folder, "trace")))
                theirs.append(pandas_seconds(table))
            numbers = 8 * typed.rows * typed.columns
            out = os.path.join(folder, digits.replace(" ", "-"))
            train = [typed.program, "train", table, "--epochs", "0", "--layers", "2", "--out", out, "--quiet"]
            print(json.dumps({
                "bench": "table",
                "digits": digits,
                "program_seconds": min(ours),
                "pandas_seconds": min(theirs),
                "ratio": min(theirs) / min(ours),
                "peak_beside_numbers": peak_bytes(typed.program, "inspect", table, "--values") / numbers,
                "train_peak_beside_numbers": peak_bytes(*train) / numbers,
            }))


main()
