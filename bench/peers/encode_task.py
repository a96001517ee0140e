"""What both encoding peers share: the arguments, the encoder's numbers, the check against numpy and the clock.

The task is the same for both: the 60,000 training images, which lie in memory as f32, become codes of 128 numbers
by the encoder 784-256-128, sigmoid after both layers. The codes are checked before anything is timed. Reported is
the best pass over all images with the batch that serves the peer best; loading and building are not timed.
"""
import argparse, json, os, pathlib, time

import numpy as np

from common import images

WIDTHS = [784, 256, 128]
BATCHES = [60000, 8192, 2048, 1024, 512]
# f32 differs from numpy by the order of its sums; bf16 keeps eight bits.
TOLERANCE = {"f32": 1e-4, "bf16": 2e-2}


def arguments(precisions):
    a = argparse.ArgumentParser()
    a.add_argument("--data", type=pathlib.Path, required=True, help="folder with the four MNIST .gz files")
    a.add_argument("--passes", type=int, default=5, help="timed passes for each size of batch")
    a.add_argument("--threads", type=int, default=os.cpu_count())
    a.add_argument("--precision", choices=precisions, default="f32")
    return a.parse_args()


def load(folder):
    return images(folder / "train-images-idx3-ubyte.gz")


def weights():
    """One (weight [inputs, outputs], bias [outputs]) a layer; the biases are not zero, so that the check sees them."""
    rng = np.random.default_rng(0)
    layers = []
    for i, o in zip(WIDTHS, WIDTHS[1:]):
        bound = (6.0 / (i + o)) ** 0.5
        layers.append((rng.uniform(-bound, bound, (i, o)).astype(np.float32),
                       rng.uniform(-0.5, 0.5, o).astype(np.float32)))
    return layers


def expected(layers, x):
    for w, b in layers:
        x = 1 / (1 + np.exp(-(x @ w + b)))
    return x


def measure(peer, args, encode, layers, x):
    """Checks and times `encode(batch)`, which fills and returns the codes [images, 128] of all images."""
    reference = expected(layers, x)
    for batch in BATCHES:
        difference = np.abs(encode(batch) - reference).max()
        assert difference <= TOLERANCE[args.precision], f"batch {batch}: codes differ from numpy's by {difference}"
    best = dict.fromkeys(BATCHES, float("inf"))
    for _ in range(max(args.passes, 1)):
        for batch in BATCHES:
            start = time.perf_counter()
            encode(batch)
            best[batch] = min(best[batch], time.perf_counter() - start)
    batch = min(best, key=best.get)
    print(json.dumps(dict(peer=peer, task="encode", precision=args.precision, threads=args.threads, images=len(x),
                          best_seconds=round(best[batch], 4), batch=batch)), flush=True)
