#!/usr/bin/env python3
"""Encoding in PyTorch (eager, inference mode; bf16 by autocast): pip install torch numpy."""
from encode_task import arguments, load, measure, weights
import contextlib
import torch

args = arguments(["f32", "bf16"])
torch.set_num_threads(args.threads)
layers = weights()
modules = []
for w, b in layers:
    linear = torch.nn.Linear(*w.shape)
    with torch.no_grad():
        linear.weight.copy_(torch.from_numpy(w.T)); linear.bias.copy_(torch.from_numpy(b))
    modules += [linear, torch.nn.Sigmoid()]
net = torch.nn.Sequential(*modules).eval()
images = load(args.data)
x = torch.from_numpy(images)
codes = torch.empty(len(x), layers[-1][1].size)
cast = (lambda: torch.autocast("cpu", dtype=torch.bfloat16)) if args.precision == "bf16" else contextlib.nullcontext


def encode(batch):
    with torch.inference_mode(), cast():
        for s in range(0, len(x), batch):
            codes[s:s + batch] = net(x[s:s + batch])
    return codes.numpy()


measure("pytorch " + torch.__version__, args, encode, layers, images)
