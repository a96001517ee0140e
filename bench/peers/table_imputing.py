"""Removes a tenth of a table's values at random and fills them in with the program, with scikit-learn's IterativeImputer, and with means.

    python bench/peers/table_imputing.py target/release/autoencoder pumps/table.csv id odd

Without a table, it takes penguins (palmerpenguins) and diamonds (plotnine, the first 10,000 rows of a fixed shuffle). The program trains on the
table with the holes, with its preset, and fills them in with `impute`. scikit-learn has the same table with standardised numbers and one-hot
words; a word is the largest of its columns. The errors are those of the removed values: of numbers the root of the mean squared error over
the standard deviation, of words the share that is right, means over the columns.
"""

import argparse
import csv
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
import warnings

import numpy

HOLES = ("", "NA", "?")


def is_number(text):
    try:
        float(text)
    except ValueError:
        return False
    return True


def packages():
    from palmerpenguins import load_penguins
    from plotnine.data import diamonds

    yield "penguins", load_penguins()
    yield "diamonds", diamonds.sample(10_000, random_state=0)


def errors(seen, rows, filled, removed, kinds):
    """Root mean squared errors over the standard deviation, and shares of right words, by column."""
    of_numbers, of_words = [], []
    for column in seen:
        places = [row for row, other in removed if other == column]
        if kinds[column][0] == "number":
            _, _, _, deviation = kinds[column]
            squares = [(float(rows[row][column]) - float(filled(row, column))) ** 2 for row in places]
            of_numbers.append((sum(squares) / len(squares)) ** 0.5 / deviation)
        else:
            of_words.append(sum(rows[row][column] == filled(row, column) for row in places) / len(places))
    mean = lambda errors: round(statistics.mean(errors), 4) if errors else None
    return {"numbers": mean(of_numbers), "words_right": mean(of_words)}


def scikit_learn(masked, seen, kinds):
    """The table filled in by IterativeImputer, by row and column, and its seconds."""
    from sklearn.experimental import enable_iterative_imputer  # noqa: F401
    from sklearn.impute import IterativeImputer

    columns, first = [], {}
    for column in seen:
        first[column] = len(columns)
        values = [row[column] for row in masked]
        if kinds[column][0] == "number":
            _, _, mean, deviation = kinds[column]
            columns.append([numpy.nan if text in HOLES else (float(text) - mean) / deviation for text in values])
        else:
            for word in kinds[column][1]:
                columns.append([numpy.nan if text in HOLES else float(text == word) for text in values])
    begun = time.perf_counter()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        matrix = IterativeImputer(random_state=0).fit_transform(numpy.array(columns).T)
    seconds = time.perf_counter() - begun

    def filled(row, column):
        place = first[column]
        if kinds[column][0] == "number":
            _, _, mean, deviation = kinds[column]
            return matrix[row, place] * deviation + mean
        words = kinds[column][1]
        return words[int(matrix[row, place : place + len(words)].argmax())]

    return filled, seconds


def measure(program, name, table, left_out, share, folder):
    names, rows = table[0], table[1:]
    seen = [place for place, column in enumerate(names) if column not in left_out]
    chance = random.Random(0)
    masked, removed = [row[:] for row in rows], []
    for row, fields in enumerate(masked):
        for column in seen:
            if fields[column] not in HOLES and chance.random() < share:
                removed.append((row, column))
                fields[column] = ""
    kinds = {}
    for column in seen:
        known = [row[column] for row in masked if row[column] not in HOLES]
        if all(map(is_number, known)):
            numbers = list(map(float, known))
            kinds[column] = ("number", None, statistics.mean(numbers), statistics.pstdev(numbers))
        else:
            kinds[column] = ("words", sorted(set(known)), statistics.mode(known))
    path, filled = os.path.join(folder, "masked.csv"), os.path.join(folder, "filled.csv")
    with open(path, "w", newline="") as file:
        csv.writer(file).writerows([names, *masked])
    begun = time.perf_counter()
    drop = ["--drop", ",".join(left_out)] if left_out else []
    run = os.path.join(folder, "run")
    subprocess.run([program, "train", path, *drop, "--out", run, "--force", "--quiet"], check=True, stdout=subprocess.DEVNULL)
    subprocess.run([program, "impute", run, path, "--out", filled, "--quiet"], check=True)
    seconds = time.perf_counter() - begun
    with open(filled, newline="") as file:
        ours = list(csv.reader(file))[1:]
    theirs, their_seconds = scikit_learn(masked, seen, kinds)
    usual = lambda row, column: kinds[column][2]
    print(json.dumps({
        "bench": "table imputing",
        "table": name,
        "rows": len(rows),
        "removed": len(removed),
        "program": errors(seen, rows, lambda row, column: ours[row][column], removed, kinds),
        "iterative_imputer": errors(seen, rows, theirs, removed, kinds),
        "mean_or_most_frequent": errors(seen, rows, usual, removed, kinds),
        "program_seconds": round(seconds, 2),
        "iterative_imputer_seconds": round(their_seconds, 2),
    }), flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("table", nargs="?")
    parser.add_argument("left_out", nargs="*", help="columns of the table that are neither removed nor filled in")
    parser.add_argument("--share", type=float, default=0.1)
    typed = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if typed.table:
            with open(typed.table, newline="") as file:
                measure(typed.program, typed.table, list(csv.reader(file)), typed.left_out, typed.share, folder)
            return
        for name, frame in packages():
            text = frame.to_csv(index=False).splitlines()
            measure(typed.program, name, list(csv.reader(text)), typed.left_out, typed.share, folder)


if __name__ == "__main__":
    sys.exit(main())
