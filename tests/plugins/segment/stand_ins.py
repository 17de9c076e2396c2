"""Small ONNX networks with the inputs and outputs of SAM 2 and SAM 3 exports.

They really look: at how red, green or blue the picture is, at the points, boxes and words. So a
picture that is fed in the wrong order of channels, wrongly normalised or wrongly scaled, and
prompts in the wrong units, give the wrong masks. Masks come at a quarter of the picture's side.
"""

import json

import numpy as np
import onnx
from onnx import numpy_helper, parser

SIDE = 256
COLOURS = ("red", "green", "blue")
_HEAD = '<ir_version: 9, opset_import: ["" : 17]>'
_MEAN, _STD = np.float32([0.485, 0.456, 0.406]), np.float32([0.229, 0.224, 0.225])

ENCODER = f"""{_HEAD}
encoder (float[1, 3, {SIDE}, {SIDE}] image)
=> (float[1, 3, h, w] high_res_feats_0, float[1, 1, a, b] high_res_feats_1,
    float[1, 1, c, d] image_embed) {{
    colours = Conv(image, back, mean)
    high_res_feats_0 = AveragePool<kernel_shape = [4, 4], strides = [4, 4]>(colours)
    image_embed = Conv(high_res_feats_0, redness)
    high_res_feats_1 = Identity(image_embed)
}}"""

# On the thing is what is red, within the box or within 70 px of a positive point, and not within
# 40 px of a negative one. A second, emptier mask comes with a lower score.
DECODER = f"""{_HEAD}
decoder (float[1, 1, c, d] image_embed, float[1, 1, a, b] high_res_feats_1,
    float[1, 3, h, w] high_res_feats_0, float[1, n, 2] point_coords, float[1, n] point_labels,
    float[1, 1, {SIDE // 4}, {SIDE // 4}] mask_input, float[1] has_mask_input)
=> (float[1, 2, r, s] masks, float[1, 2] iou_predictions) {{
    x = Gather<axis = 2>(point_coords, first)
    y = Gather<axis = 2>(point_coords, second)
    on = Equal(point_labels, one)
    off = Equal(point_labels, zero)
    reach = Where(on, seventy, zero)
    xa = Sub(x, reach)
    ya = Sub(y, reach)
    xb = Add(x, reach)
    yb = Add(y, reach)
    xl = Where(off, far, xa)
    yl = Where(off, far, ya)
    xh = Where(off, nowhere, xb)
    yh = Where(off, nowhere, yb)
    left = ReduceMin<axes = [1], keepdims = 1>(xl)
    top = ReduceMin<axes = [1], keepdims = 1>(yl)
    right = ReduceMax<axes = [1], keepdims = 1>(xh)
    bottom = ReduceMax<axes = [1], keepdims = 1>(yh)
    c1 = Greater(columns, left)
    c2 = Less(columns, right)
    r1 = Greater(rows, top)
    r2 = Less(rows, bottom)
    c3 = And(c1, c2)
    r3 = And(r1, r2)
    within = And(c3, r3)
    stack = Constant<value_ints = [-1, 1, 1]>()
    px = Reshape(x, stack)
    py = Reshape(y, stack)
    away = Reshape(off, stack)
    dx = Sub(columns, px)
    dy = Sub(rows, py)
    ax = Abs(dx)
    ay = Abs(dy)
    apart = Max(ax, ay)
    close = Less(apart, forty)
    taken = And(close, away)
    takenf = Cast<to = 1>(taken)
    hole = ReduceMax<axes = [0], keepdims = 0>(takenf)
    withinf = Cast<to = 1>(within)
    kept = Sub(withinf, hole)
    cut = Sub(kept, half)
    red = Sub(image_embed, half)
    mask = Min(red, cut)
    worse = Sub(mask, half)
    masks = Concat<axis = 1>(worse, mask)
    iou_predictions = Identity(scores)
}}"""

# Three masks, one for each colour; sought are those that the words name and those in the middle of
# example boxes, except where that box is labelled 0. Without anything red there is nothing at all.
SAM3 = f"""{_HEAD}
sam3 (float[1, 3, {SIDE}, {SIDE}] images, int64[1, 32] input_ids, int64[1, 32] attention_mask,
    float[1, m, 4] input_boxes, int64[1, m] input_boxes_labels)
=> (float[1, 3, h, w] pred_masks, float[1, 3] pred_logits, float[1, 1] presence_logits) {{
    plain = Conv(images, back, mean)
    only = Conv(plain, against)
    small = AveragePool<kernel_shape = [4, 4], strides = [4, 4]>(only)
    pred_masks = Sub(small, half)
    column = Constant<value_ints = [1, 32]>()
    ids = Reshape(input_ids, column)
    counts = Cast<to = 1>(attention_mask)
    same = Equal(ids, words)
    samef = Cast<to = 1>(same)
    counted = Mul(samef, counts)
    named = ReduceMax<axes = [1], keepdims = 0>(counted)
    flat = Constant<value_ints = [3, -1]>()
    maps = Reshape(pred_masks, flat)
    cx = Gather<axis = 2>(input_boxes, first)
    cy = Gather<axis = 2>(input_boxes, second)
    width = Constant<value_float = {SIDE / 4}>()
    gx = Mul(cx, width)
    gy = Mul(cy, width)
    fx = Floor(gx)
    fy = Floor(gy)
    row = Mul(fy, width)
    place = Add(row, fx)
    number = Cast<to = 7>(place)
    seen = Gather<axis = 1>(maps, number)
    hit = Greater(seen, zero)
    hits = Cast<to = 1>(hit)
    there = GreaterOrEqual(input_boxes_labels, none)
    signs = Cast<to = 1>(there)
    labels = Cast<to = 1>(input_boxes_labels)
    doubled = Mul(labels, two)
    sign = Sub(doubled, one)
    weight = Mul(sign, signs)
    votes = Mul(hits, weight)
    shown = ReduceSum<keepdims = 0>(votes, last)
    list = Constant<value_ints = [3]>()
    example = Reshape(shown, list)
    wish = Add(named, example)
    strong = Mul(wish, eight)
    weak = Sub(strong, four)
    one_row = Constant<value_ints = [1, 3]>()
    pred_logits = Reshape(weak, one_row)
    reds = Gather<axis = 1>(pred_masks, first)
    most = ReduceMax<keepdims = 0>(reds)
    much = Mul(most, eight)
    corner = Constant<value_ints = [1, 1]>()
    presence_logits = Reshape(much, corner)
}}"""


def save_sam2(folder):
    """Encoder and decoder as files; their paths."""
    grid = (np.arange(SIDE // 4, dtype=np.float32) + 0.5) * 4
    encoder = {"redness": np.float32([[[[1]], [[-1]], [[-1]]]])}
    decoder = {
        "first": np.array(0), "second": np.array(1), "columns": grid[None, :],
        "rows": grid[:, None], "scores": np.float32([[0.4, 0.9]]), "seventy": np.float32(70),
        "forty": np.float32(40), "far": np.float32(1e6), "nowhere": np.float32(-1e6),
        "zero": np.float32(0), "one": np.float32(1), "half": np.float32(0.5),
    }  # fmt: skip
    return (
        _save(folder / "encoder.onnx", ENCODER, encoder | _pixels(_MEAN, _STD)),
        _save(folder / "decoder.onnx", DECODER, decoder),
    )


def save_sam3(folder, network=SAM3):
    """Network and tokenizer as files; the path of the network."""
    (folder / "tokenizer.json").write_text(json.dumps(tokenizer()))
    vocabulary = tokenizer()["model"]["vocab"]
    words = np.array([[vocabulary[f"{name}</w>"]] for name in COLOURS])
    constants = {
        "against": (2 * np.eye(3) - 1).astype(np.float32)[:, :, None, None], "words": words,
        "first": np.array(0), "second": np.array(1), "last": np.array([1, 2]),
        "none": np.array(0), "zero": np.float32(0), "half": np.float32(0.5),
        "one": np.float32(1), "two": np.float32(2), "four": np.float32(4), "eight": np.float32(8),
    }  # fmt: skip
    half = np.float32([0.5] * 3)
    return _save(folder / "sam3.onnx", network, constants | _pixels(half, half))


def save_other(path):
    """A network that is neither."""
    text = f"{_HEAD} other (float[1, 3, 8, 8] camera) => (float[1, 3, 8, 8] depth) {{\n"
    return _save(path, text + "depth = Identity(camera)\n}", {})


def tokenizer():
    """A tokenizer.json of CLIP's form that knows three words."""
    letters = sorted(set("".join(COLOURS)))
    parts = [*letters, *(f"{letter}</w>" for letter in letters)]
    merges = []
    for word in COLOURS:
        pieces = [*word[:-1], f"{word[-1]}</w>"]
        while len(pieces) > 1:
            merges.append(f"{pieces[-2]} {pieces[-1]}")
            pieces[-2:] = [pieces[-2] + pieces[-1]]
            parts.append(pieces[-1])
    names = [*dict.fromkeys(parts), "<|startoftext|>", "<|endoftext|>"]
    vocabulary = {name: number for number, name in enumerate(names)}
    return {"model": {"type": "BPE", "vocab": vocabulary, "merges": list(dict.fromkeys(merges))}}


def _pixels(mean, std):
    """Weights that turn a normalised picture back into RGB of 0..1."""
    return {"back": np.diag(std).astype(np.float32)[:, :, None, None], "mean": mean}


def _save(path, text, constants):
    model = parser.parse_model(text)
    for name, value in constants.items():
        model.graph.initializer.append(numpy_helper.from_array(np.asarray(value), name))
    onnx.checker.check_model(model)
    onnx.save(model, path)
    return path
