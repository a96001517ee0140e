"""PyOD's detectors with their defaults on labelled tables, by the protocol of `cargo xtask anomalies`.

    python bench/peers/table_anomalies.py FOLDER [--detectors iforest,autoencoder] [--seed 0] [--threads 1]

FOLDER holds .npz files with arrays X and y (1 = odd). Of each table at most 10,000 rows are taken, the first of
numpy's `default_rng(0).permutation`, in their order; a detector is fitted to all of them without labels, and the same
rows are scored. Inputs are standardised, except for AutoEncoder, which standardises by itself. Prints one JSON line for each
detector: means over the tables of AUROC, average precision and seconds; a table on which it fails is left out and named.
"""

import argparse
import json
import os
import pathlib
import sys
import time
import warnings

LIMIT = 10_000


def detectors(seed):
    """The detectors by name: how each is made, and whether its inputs are standardised."""
    from pyod.models.auto_encoder import AutoEncoder
    from pyod.models.ecod import ECOD
    from pyod.models.iforest import IForest
    from pyod.models.knn import KNN
    from pyod.models.lof import LOF
    from pyod.models.pca import PCA

    return {
        "iforest": (lambda: IForest(random_state=seed), True),
        "autoencoder": (lambda: AutoEncoder(random_state=seed, verbose=0), False),
        "knn": (KNN, True),
        "ecod": (ECOD, True),
        "pca": (lambda: PCA(random_state=seed), True),
        "lof": (LOF, True),
    }


def read(path):
    import numpy

    arrays = numpy.load(path, allow_pickle=True)
    rows, labels = arrays["X"].astype(float), arrays["y"].ravel().astype(int)
    if len(rows) > LIMIT:
        kept = numpy.sort(numpy.random.default_rng(0).permutation(len(rows))[:LIMIT])
        rows, labels = rows[kept], labels[kept]
    return rows, labels


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--detectors", default="iforest,autoencoder,knn,ecod,pca,lof")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[variable] = str(options.threads)
    warnings.filterwarnings("ignore")

    import numpy
    import pyod
    import torch
    from sklearn.metrics import average_precision_score, roc_auc_score

    torch.set_num_threads(options.threads)
    known = detectors(options.seed)
    tables = sorted(options.folder.glob("*.npz"))
    for name in options.detectors.split(","):
        make, is_standardised = known[name]
        areas, precisions, seconds, failed = [], [], [], []
        for path in tables:
            rows, labels = read(path)
            if is_standardised:
                deviation = rows.std(axis=0)
                rows = (rows - rows.mean(axis=0)) / numpy.where(deviation > 0, deviation, 1)
            begin = time.perf_counter()
            try:
                detector = make()
                detector.fit(rows)
                scores = detector.decision_scores_
                area = roc_auc_score(labels, scores)
            except Exception as error:  # A detector that fails on a table says so and goes on.
                print(f"{name} on {path.stem}: {error}", file=sys.stderr)
                failed.append(path.stem)
                continue
            seconds.append(time.perf_counter() - begin)
            areas.append(area)
            precisions.append(average_precision_score(labels, scores))
        print(json.dumps(dict(
            peer=f"pyod {pyod.__version__}", detector=name, threads=options.threads, seed=options.seed, tables=len(areas),
            auroc=round(float(numpy.mean(areas)), 4), average_precision=round(float(numpy.mean(precisions)), 4),
            seconds=round(float(numpy.mean(seconds)), 3), failed=failed)), flush=True)


if __name__ == "__main__":
    main()
