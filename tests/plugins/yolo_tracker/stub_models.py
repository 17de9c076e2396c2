"""Small ONNX networks that detect red, green and blue squares, in each layout YOLO comes in.

A network finds the pixels of each colour, their bounding box, and how much of each cell of the
grid they cover; every well covered cell says the box. So there are many doubles, as in a real
one, and a colour must appear once in a picture. Colours are told apart by channel: a model that
is fed BGR instead of RGB calls red things blue.
"""

import numpy as np
import onnx
from onnx import numpy_helper, parser

STRIDES = (8, 16, 32)
NAMES = "{0: 'red', 1: 'green', 2: 'blue'}"

BOXES = """
    m = Conv(x, weights)
    b = Greater(m, threshold)
    mask = Cast<to = 1>(b)
    columns = ReduceMax<axes = [2], keepdims = 0>(mask)
    rows = ReduceMax<axes = [3], keepdims = 0>(mask)
    shape = Shape(x)
    zero = Constant<value_int = 0>()
    one = Constant<value_int = 1>()
    two = Constant<value_int = 2>()
    three = Constant<value_int = 3>()
    high = Gather(shape, two)
    wide = Gather(shape, three)
    xr = Range(zero, wide, one)
    yr = Range(zero, high, one)
    xs = Cast<to = 1>(xr)
    ys = Cast<to = 1>(yr)
    w = Cast<to = 1>(wide)
    h = Cast<to = 1>(high)
    unit = Constant<value_float = 1.0>()
    half = Constant<value_float = 0.5>()
    xn = Add(xs, unit)
    yn = Add(ys, unit)
    xc = Sub(w, xs)
    yc = Sub(h, ys)
    xa = Mul(columns, xn)
    ya = Mul(rows, yn)
    xb = Mul(columns, xc)
    yb = Mul(rows, yc)
    x2 = ReduceMax<axes = [2], keepdims = 1>(xa)
    y2 = ReduceMax<axes = [2], keepdims = 1>(ya)
    xd = ReduceMax<axes = [2], keepdims = 1>(xb)
    yd = ReduceMax<axes = [2], keepdims = 1>(yb)
    x1 = Sub(w, xd)
    y1 = Sub(h, yd)
    width = Sub(x2, x1)
    height = Sub(y2, y1)
    xm = Add(x1, x2)
    ym = Add(y1, y2)
    cx = Mul(xm, half)
    cy = Mul(ym, half)
    p8 = AveragePool<kernel_shape = [8, 8], strides = [8, 8]>(mask)
    p16 = AveragePool<kernel_shape = [16, 16], strides = [16, 16]>(mask)
    p32 = AveragePool<kernel_shape = [32, 32], strides = [32, 32]>(mask)
    flat = Constant<value_ints = [1, 3, -1]>()
    f8 = Reshape(p8, flat)
    f16 = Reshape(p16, flat)
    f32 = Reshape(p32, flat)
    covered = Concat<axis = 2>(f8, f16, f32)
    over = Greater(covered, half)
    hot = Cast<to = 1>(over)
    sure = Constant<value_float = 0.95>()
    certain = Mul(covered, hot)
    scores = Mul(certain, sure)
    said = Concat<axis = 2>(cx, cy, width, height)
    turned = Transpose<perm = [0, 2, 1]>(said)
    placed = MatMul(turned, hot)
"""
V8 = "y = Concat<axis = 1>(placed, scores)"
V5 = """
    object = ReduceMax<axes = [1], keepdims = 1>(scores)
    column = Concat<axis = 1>(placed, object, hot)
    anchor = Transpose<perm = [0, 2, 1]>(column)
    y = Concat<axis = 1>(anchor, anchor, anchor)
"""
X = """
    places = Slice(placed, s0, s2, s1)
    sizes = Slice(placed, s2, s4, s1)
    cells = Div(places, stride)
    relative = Sub(cells, grid)
    any = ReduceMax<axes = [1], keepdims = 1>(hot)
    offsets = Mul(relative, any)
    least = Max(sizes, unit)
    shares = Div(least, stride)
    logs = Log(shares)
    object = ReduceMax<axes = [1], keepdims = 1>(scores)
    column = Concat<axis = 1>(offsets, logs, object, hot)
    y = Transpose<perm = [0, 2, 1]>(column)
"""
END = """
    best = ReduceMax<axes = [2], keepdims = 1>(scores)
    row = Concat<axis = 2>(x1, y1, x2, y2, best, class)
    y = Pad(row, pads)
"""
KINDS = {"v8": V8, "v5": V5, "x": X, "end": END}


def build(kind, size=(320, 320), half=False, metadata=None):
    """A model of a layout, for pictures of ``size`` (height, width; None: any size)."""
    type_name = "float16" if half else "float"
    high, wide = size or ("high", "wide")
    head, tail = ("x = Cast<to = 1>(images)", "output0 = Cast<to = 10>(y)") if half else (
        "x = Identity(images)", "output0 = Identity(y)",
    )  # fmt: skip
    text = f"""<ir_version: 9, opset_import: ["" : 17]>
    network ({type_name}[1, 3, {high}, {wide}] images) => ({type_name}[a, b, c] output0) {{
    {head} {BOXES} {KINDS[kind]} {tail}
    }}"""
    model = parser.parse_model(text)
    for name, value in _constants(kind, size).items():
        model.graph.initializer.append(numpy_helper.from_array(value, name))
    for key, value in ({"names": NAMES} if metadata is None else metadata).items():
        model.metadata_props.add(key=key, value=value)
    onnx.checker.check_model(model)
    return model


def save(folder, kind, name="squares", **how):
    """The model as a file; its path."""
    path = folder / f"{name}.onnx"
    onnx.save(build(kind, **how), path)
    return path


def of_shape(path, shape, inputs="float[1, 3, 64, 64]"):
    """A network that always gives zeros of this shape."""
    text = f"""<ir_version: 9, opset_import: ["" : 17]>
    network ({inputs} images) => (float[{", ".join(map(str, shape))}] y) {{
    y = ConstantOfShape(shape)
    }}"""
    model = parser.parse_model(text)
    model.graph.initializer.append(numpy_helper.from_array(np.array(shape, np.int64), "shape"))
    onnx.save(model, path)
    return path


def _constants(kind, size):
    bright = 255.0 if kind == "x" else 1.0
    channels = np.full((3, 3), -0.5, np.float32) + 1.5 * np.eye(3, dtype=np.float32)
    if kind == "x":
        channels = channels[:, ::-1]
    values = {
        "weights": np.ascontiguousarray(channels)[:, :, None, None],
        "threshold": np.float32(0.3 * bright),
    }
    if kind == "end":
        values["class"] = np.arange(3, dtype=np.float32).reshape(1, 3, 1)
        values["pads"] = np.array([0, 0, 0, 0, 297, 0])
    if kind == "x":
        values |= {f"s{n}": np.array([n]) for n in (0, 1, 2, 4)}
        values["s1"] = np.array([1])
        parts = []
        for stride in STRIDES:
            ys, xs = np.mgrid[: size[0] // stride, : size[1] // stride]
            parts.append(np.stack([xs.ravel(), ys.ravel(), np.full(xs.size, stride)]))
        cells = np.concatenate(parts, axis=1).astype(np.float32)
        values |= {"grid": cells[None, :2], "stride": cells[None, 2:]}
    return values
