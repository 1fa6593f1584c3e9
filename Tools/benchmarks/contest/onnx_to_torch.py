"""A torch module of an `.onnx`, for the operators that Keras's residual networks are exported to.

Batch norms come as a product and a sum with constants; torch's compiler folds those that follow a convolution.
"""

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch.nn import functional


def network(path):
    graph = onnx.load(path).graph
    return Network(graph, {each.name: numpy_helper.to_array(each) for each in graph.initializer}).eval()


class Network(torch.nn.Module):
    """The nodes in their order; tensors go by the names that they have in the file."""

    def __init__(self, graph, constants):
        super().__init__()
        self.input, self.output = graph.input[0].name, graph.output[0].name
        self.steps = []
        for node in graph.node:
            attributes = {each.name: onnx.helper.get_attribute_value(each) for each in node.attribute}
            names = [name for name in node.input if name and name not in constants]
            given = [constants[name] for name in node.input if name in constants]
            if node.op_type not in OPERATORS:
                raise SystemExit(f"{node.name}: no operator {node.op_type} is described")
            step = OPERATORS[node.op_type](given, attributes)
            self.steps.append((step, names, node.output[0]))
        # Their parameters are this module's.
        layers = [step for step, _, _ in self.steps if isinstance(step, torch.nn.Module)]
        self.layers = torch.nn.ModuleList(layers)

    def forward(self, x):
        """Float32 in and out, whatever the parameters are."""
        dtype = next(self.parameters()).dtype
        values = {self.input: x.to(dtype)}
        for step, names, output in self.steps:
            values[output] = step(*(values[name] for name in names))
        return values[self.output].float()


def convolution(given, attributes):
    kernel, bias = given[0], given[1] if len(given) > 1 else None
    top, left, bottom, right = attributes.get("pads", [0, 0, 0, 0])
    if (top, left) != (bottom, right):
        raise SystemExit("a convolution pads unevenly")
    module = torch.nn.Conv2d(
        kernel.shape[1] * attributes.get("group", 1), kernel.shape[0], kernel.shape[2:],
        stride=attributes.get("strides", 1), padding=(top, left), groups=attributes.get("group", 1),
        bias=bias is not None,
    )  # fmt: skip
    return filled(module, weight=kernel, bias=bias)


def product(given, attributes):
    weight = given[0].T
    return filled(torch.nn.Linear(weight.shape[1], weight.shape[0], bias=False), weight=weight)


def filled(module, **arrays):
    for name, array in arrays.items():
        if array is not None:
            getattr(module, name).data = torch.from_numpy(np.array(array))
    return module


class Arithmetic(torch.nn.Module):
    """An operation of two tensors, one of which may be a constant."""

    def __init__(self, operation, given):
        super().__init__()
        self.operation = operation
        constant = torch.from_numpy(np.array(given[0])) if given else None
        self.constant = None if constant is None else torch.nn.Parameter(constant, requires_grad=False)

    def forward(self, x, y=None):
        return self.operation(x, self.constant if y is None else y)


def padding(given, attributes):
    amounts = [int(each) for each in given[0]]
    value = float(given[1]) if len(given) > 1 else 0.0
    half = len(amounts) // 2
    # ONNX has all beginnings, then all ends; torch pairs of the last axis first.
    pairs = [pair for axis in reversed(range(half)) for pair in (amounts[axis], amounts[half + axis])]
    return lambda x: functional.pad(x, pairs, value=value)


def largest(given, attributes):
    size, strides = attributes["kernel_shape"], attributes["strides"]
    top, left, bottom, right = attributes.get("pads", [0, 0, 0, 0])
    # `SAME` pads the odd pixel at the end, which torch's own padding cannot.
    pairs = (left, right, top, bottom)

    def pool(x):
        padded = functional.pad(x, pairs, value=-torch.inf) if any(pairs) else x
        return functional.max_pool2d(padded, size, strides)

    return pool


def squeezed(given, attributes):
    axes = tuple(int(each) for each in (given[0] if given else attributes["axes"]))
    return lambda x: x.squeeze(axes)


def mean(given, attributes):
    size, strides = attributes["kernel_shape"], attributes["strides"]
    top, left, bottom, right = attributes.get("pads", [0, 0, 0, 0])
    if (top, left) == (bottom, right):
        return lambda x: functional.avg_pool2d(x, size, strides, (top, left), count_include_pad=False)

    def pool(x):
        # Padding takes no part: the sum of the pixels over their number.
        pairs = (left, right, top, bottom)
        sums = functional.avg_pool2d(functional.pad(x, pairs), size, strides, divisor_override=1)
        ones = functional.pad(torch.ones_like(x[:1, :1]), pairs)
        return sums / functional.avg_pool2d(ones, size, strides, divisor_override=1)

    return pool


def clipped(given, attributes):
    least, most = (float(each) if each.size else None for each in (given + [np.empty(0)])[:2])
    return lambda x: x.clamp(least, most)


OPERATORS = {
    "Conv": convolution,
    "MatMul": product,
    "Add": lambda given, attributes: Arithmetic(torch.add, given),
    "Mul": lambda given, attributes: Arithmetic(torch.mul, given),
    "Relu": lambda given, attributes: functional.relu,
    "Pad": padding,
    "MaxPool": largest,
    "GlobalAveragePool": lambda given, attributes: lambda x: x.mean((2, 3), keepdim=True),
    "Squeeze": squeezed,
    "Sigmoid": lambda given, attributes: torch.sigmoid,
    "Sub": lambda given, attributes: Arithmetic(torch.sub, given),
    "Clip": clipped,
    "Concat": lambda given, attributes: lambda *x: torch.cat(x, attributes["axis"]),
    "AveragePool": mean,
    "Identity": lambda given, attributes: lambda x: x,
    "Transpose": lambda given, attributes: lambda x: x.permute(attributes["perm"]),
}
