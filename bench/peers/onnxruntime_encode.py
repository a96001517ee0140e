#!/usr/bin/env python3
"""Encoding in ONNX Runtime on the processor: pip install onnxruntime onnx numpy."""
from encode_task import WIDTHS, arguments, load, measure, weights
import numpy as np, onnx, onnxruntime
from onnx import TensorProto, helper, numpy_helper

# The processor's provider has no matrix product in bf16.
args = arguments(["f32"])
layers = weights()
nodes, constants, last = [], [], "x"
for k, (w, b) in enumerate(layers):
    constants += [numpy_helper.from_array(w, f"w{k}"), numpy_helper.from_array(b, f"b{k}")]
    nodes += [helper.make_node("Gemm", [last, f"w{k}", f"b{k}"], [f"z{k}"]),
              helper.make_node("Sigmoid", [f"z{k}"], [f"a{k}"])]
    last = f"a{k}"
graph = helper.make_graph(
    nodes, "encoder", [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", WIDTHS[0]])],
    [helper.make_tensor_value_info(last, TensorProto.FLOAT, ["n", WIDTHS[-1]])], constants)
model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=10)
onnx.checker.check_model(model)
options = onnxruntime.SessionOptions()
options.intra_op_num_threads = args.threads
session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
x = load(args.data)
codes = np.empty((len(x), WIDTHS[-1]), np.float32)


def encode(batch):
    for s in range(0, len(x), batch):
        codes[s:s + batch] = session.run(None, {"x": x[s:s + batch]})[0]
    return codes


measure("onnxruntime " + onnxruntime.__version__, args, encode, layers, x)
