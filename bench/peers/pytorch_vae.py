#!/usr/bin/env python3
"""New digits of PyTorch's example of a variational autoencoder, and how near new digits are to held-out ones: pip install torch numpy.

The network is that of https://github.com/pytorch/examples/tree/main/vae, 784-400-20 with relu, binary cross-entropy, Adam with lr 0.001
and batches of 128, as the preset `vae` has it. After 10 epochs 10,000 standard normal codes are decoded and rounded to bytes.

How near they are is measured among the first 64 principal components of the training images: Frechet's distance to the test images, and
how often the nearest of all others, test images and new ones together, is of the same kind (0.5 where the two cannot be told apart).
`--files` measures other images too, IDX files of bytes such as those of `autoencoder generate --out new.idx`.
"""
import argparse, gzip, json, os, pathlib, time
import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

a = argparse.ArgumentParser()
a.add_argument("--data", type=pathlib.Path, required=True, help="folder with the four MNIST .gz files")
a.add_argument("--epochs", type=int, default=10)
a.add_argument("--seeds", type=int, nargs="*", default=[0, 1])
a.add_argument("--threads", type=int, default=os.cpu_count())
a.add_argument("--files", type=pathlib.Path, nargs="*", default=[])
args = a.parse_args()
torch.set_num_threads(args.threads)

COUNT, COMPONENTS = 10_000, 64


def images(path):
    raw = gzip.open(path).read() if path.suffix == ".gz" else path.read_bytes()
    return torch.from_numpy(np.frombuffer(raw, np.uint8, offset=16).reshape(-1, 784).astype(np.float32) / 255)


train = images(args.data / "train-images-idx3-ubyte.gz")
test = images(args.data / "t10k-images-idx3-ubyte.gz")
mean = train.double().mean(0)
centred = train.double() - mean
directions = torch.linalg.eigh(centred.T @ centred / len(train))[1].flip(1)[:, :COMPONENTS]


def projected(x):
    return (x.double() - mean) @ directions


def root(matrix):
    values, vectors = torch.linalg.eigh(matrix)
    return (vectors * values.clamp(min=0).sqrt()) @ vectors.T


def frechet(one, other):
    (m, c), (n, d) = ((x.mean(0), torch.cov(x.T)) for x in (one, other))
    s = root(c)
    return ((m - n) ** 2).sum() + c.trace() + d.trace() - 2 * root(s @ d @ s).trace()


def same_kind(real, new):
    """The share of the real images, and of the new ones, whose nearest neighbour among all others is of the same kind."""
    both = torch.cat([real, new])
    is_new = torch.arange(len(both)) >= len(real)
    squares, nearest = (both ** 2).sum(1), []
    for begin in range(0, len(both), 1000):
        part = both[begin:begin + 1000]
        distances = squares - 2 * part @ both.T
        distances[torch.arange(len(part)), begin + torch.arange(len(part))] = torch.inf
        nearest.append(distances.argmin(1))
    same = is_new[torch.cat(nearest)] == is_new
    return same[:len(real)].double().mean().item(), same[len(real):].double().mean().item()


def report(name, new, **more):
    held_out, new = projected(test), projected(new[:COUNT])
    of_real, of_new = same_kind(held_out, new)
    numbers = dict(frechet=round(frechet(held_out, new).item(), 3), same_kind=round((of_real + of_new) / 2, 4),
                   of_real=round(of_real, 4), of_new=round(of_new, 4))
    print(json.dumps(dict(peer=name, images=len(new), **numbers, **more)), flush=True)


class Vae(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1, self.mu, self.logvar = nn.Linear(784, 400), nn.Linear(400, 20), nn.Linear(400, 20)
        self.fc3, self.fc4 = nn.Linear(20, 400), nn.Linear(400, 784)

    def decode(self, z):
        return self.fc4(F.relu(self.fc3(z)))

    def forward(self, x):
        h = F.relu(self.fc1(x))
        mu, logvar = self.mu(h), self.logvar(h)
        return self.decode(mu + torch.randn_like(mu) * (0.5 * logvar).exp()), mu, logvar


def loss_of(net, x):
    logits, mu, logvar = net(x)
    bce = F.binary_cross_entropy_with_logits(logits, x, reduction="sum")
    return bce - 0.5 * (1 + logvar - mu ** 2 - logvar.exp()).sum()


def of_seed(seed):
    torch.manual_seed(seed)
    net, begin = Vae(), time.perf_counter()
    optimizer = torch.optim.Adam(net.parameters(), lr=1e-3)
    for _ in range(args.epochs):
        for part in torch.randperm(len(train)).split(128):
            optimizer.zero_grad(set_to_none=True)
            loss = loss_of(net, train[part])
            loss.backward()
            optimizer.step()
    seconds = time.perf_counter() - begin
    with torch.no_grad():
        nats = loss_of(net, test).item() / len(test)
        new = (torch.sigmoid(net.decode(torch.randn(COUNT, 20))) * 255).round() / 255
    report("pytorch " + torch.__version__, new, seed=seed, epochs=args.epochs, test_nats=round(nats, 2), train_seconds=round(seconds, 1))


report("training images", train)
for path in args.files:
    report(str(path), images(path))
for seed in args.seeds:
    of_seed(seed)
