"""The layout model of PyMuPDF, with its picture network run at a third of the cost and the same results.

The model (BoxRFDGNN) looks at a small picture of the page by a U-Net of five decoder levels. As it comes, it draws each
level up to 300 by 300, joins them to one array of 58 MB, and then takes the mean and maximum of it under each text box.
Here the network ends at the levels themselves and the values are drawn up under the boxes alone: the same bilinear
formula, so the same numbers. Activations with one slope for all channels are written as LeakyRelu, which ONNX Runtime
fuses with the convolution before it.

Only what PyMuPDF 2.0 ships is known to have this form; a network of another form is run as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from operator import attrgetter
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]
_FEATURES, _LOGITS = "combined", "logits"
_PURE = ("cell_type", "numeric_like", "date_or_period_like")
"""Functions of a string alone that the table finder asks over and over for the same cells."""


def see_layout(page: Any) -> list[dict[str, Any]]:
    """Return the regions of a PyMuPDF page as the model sees them; its table finder takes them from the page."""
    page.layout_information = load_layout_model().predict(page, return_raw=True) or []
    found: list[dict[str, Any]] = page.layout_information
    return found


@cache
def load_layout_model() -> Any:
    """Return the model; it takes about a second the first time."""
    import pymupdf

    if pymupdf._get_layout is None:  # importing the package loads a model of its own, which nobody would use
        pymupdf._get_layout = _refuse
    from pymupdf.layout import DocumentLayoutAnalyzer

    model = DocumentLayoutAnalyzer.get_model()
    _quicken(model)
    return model


def _text_features(data: dict[str, Any], text_page: Any) -> None:
    """Do what the library's function of this name does, without asking each of a page's boxes for its list of names.

    Text that cannot be seen is dropped where there is text that can.
    """
    import pymupdf
    from pymupdf.features import fz_features_for_region

    names: tuple[str, ...] = ()
    seen = []
    for box, features in zip(data["bboxes"], data["custom_features"], strict=True):
        found = fz_features_for_region(text_page, pymupdf.mupdf.FzRect(*box), 0)
        if not names:
            names = tuple(n for n in dir(found) if n[0] != "_" and n not in ("this", "thisown", "last_char_rect"))
            values = attrgetter(*names)
        features.update(zip(names, values(found), strict=True))
        seen.append(not features["invisible"])
    counts = [f["num_numerals"] + f["num_non_numerals"] for f in data["custom_features"]]
    if any(count and shown for count, shown in zip(counts, seen, strict=True)):
        kept = [i for i, features in enumerate(data["custom_features"]) if features["invisible"] != 1]
        for key in ("custom_features", "bboxes", "text"):
            data[key][:] = [data[key][i] for i in kept]


def _row(features: dict[str, Any], names: Sequence[str], do_log_norm: bool = False) -> list[float]:
    """Do what the library's `get_rf_features` does for a box whose kinds are set, as they are for all boxes here."""
    if do_log_norm:
        raise ValueError("the layout model asks for logarithms, which this version of PyMuPDF is not known to do")
    return [float(features[name]) for name in names]


def limit_threads(count: int) -> None:
    """Have every model that is loaded from now on use at most so many threads."""
    import onnxruntime

    make = onnxruntime.SessionOptions

    def limited() -> Any:
        options = make()
        options.intra_op_num_threads = count
        return options

    onnxruntime.SessionOptions = limited


def _refuse(*_: Any, **__: Any) -> Any:
    raise RuntimeError("ask ingestion.layout_model for the layout, not the page")


def _quicken(model: Any) -> None:
    """Replace a model's picture network by one that ends at its decoder levels, where its form is known."""
    from pymupdf import _table_headers, table
    from pymupdf.layout import pymupdf_util_ext as features
    from pymupdf.layout.onnx import BoxRFDGNN as Network
    from pymupdf.layout.onnx import ImageFeatureExtractorV1 as ImageFeatureExtractorV1Module
    from pymupdf.layout.onnx import TableGridExtractorV2
    from pymupdf.layout.onnx.ImageFeatureExtractorV1 import ImageFeatureExtractorV1

    own = model._model
    cut = _cut_network(own.imf_model_path) if isinstance(own.feature_extractor, ImageFeatureExtractorV1) else None
    if cut is None:
        return
    own.feature_extractor = ImageFeatureExtractorV1(_Session(*cut))
    setattr(features, "extract_rf_features", _text_features)  # noqa: B010  not exported, as mypy sees it
    setattr(table, "make_chars", _characters)  # noqa: B010
    for module in (ImageFeatureExtractorV1Module, TableGridExtractorV2):
        setattr(module, "resize_image", _resize)  # noqa: B010
    for name in _PURE:
        setattr(_table_headers, name, lru_cache(8192)(getattr(_table_headers, name)))
    setattr(Network, "get_rf_features", _row)  # noqa: B010
    pool = getattr(Network, "extract_bbox_features_by_roi_pooling")  # noqa: B009
    if not isinstance(pool, _Pool):
        setattr(Network, "extract_bbox_features_by_roi_pooling", _Pool(pool))  # noqa: B010


def _cut_network(path: str) -> tuple[bytes, tuple[str, ...], int] | None:
    """Return (network, its level outputs, side of the full picture), or None for a network of another form."""
    import onnx
    from onnx import numpy_helper

    network = onnx.load(path)
    graph = network.graph
    made_by = {output: node for node in graph.node for output in node.output}
    weights = {tensor.name: tensor for tensor in graph.initializer}
    join = made_by.get(_FEATURES)
    shapes = {out.name: [d.dim_value for d in out.type.tensor_type.shape.dim] for out in graph.output}
    side = shapes.get(_FEATURES, [0])[-1]
    if join is None or join.op_type != "Concat" or set(shapes) != {_FEATURES, _LOGITS} or not side:
        return None
    drawn = [made_by.get(name) for name in join.input]
    if not all(node is not None and _is_bilinear(node, onnx) for node in drawn):
        return None
    levels = tuple(node.input[0] for node in drawn if node is not None)
    for node in graph.node:
        if node.op_type == "PRelu" and node.input[1] in weights:
            slope = numpy_helper.to_array(weights[node.input[1]])
            if slope.size == 1:
                node.op_type = "LeakyRelu"
                del node.input[1]
                node.attribute.append(onnx.helper.make_attribute("alpha", float(slope.ravel()[0])))
    logits = next(output for output in graph.output if output.name == _LOGITS)
    del graph.output[:]
    graph.output.extend([onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, None) for name in levels])
    graph.output.append(logits)
    _drop_unused(graph, {*levels, _LOGITS})
    return network.SerializeToString(), levels, side


def _is_bilinear(node: Any, onnx: Any) -> bool:
    options = {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}
    return (
        node.op_type == "Resize"
        and options.get("mode") == b"linear"
        and options.get("coordinate_transformation_mode") in (b"pytorch_half_pixel", b"half_pixel")
        and not options.get("antialias")
    )


def _drop_unused(graph: Any, wanted: set[str]) -> None:
    """Take away the nodes that lead to no wanted output; they stand in the order in which they are computed."""
    needed = set(wanted)
    for node in reversed(list(graph.node)):
        if needed.isdisjoint(node.output):
            graph.node.remove(node)
        else:
            needed.update(node.input)


@dataclass(frozen=True, slots=True)
class _Pyramid:
    """The decoder levels of one page, each shape (channels, side, side), to be drawn up to full x full."""

    levels: tuple[Array, ...]
    full: int


class _Session:
    """Runs the cut network under the outputs that the library asks for."""

    def __init__(self, network: bytes, levels: tuple[str, ...], side: int) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.enable_cpu_mem_arena = False  # as the library does: memory goes back after each page
        self._session = onnxruntime.InferenceSession(network, options, providers=["CPUExecutionProvider"])
        self._levels, self._side = levels, side

    def get_inputs(self) -> Any:
        return self._session.get_inputs()

    def get_outputs(self) -> Any:
        return (_Named(_FEATURES), _Named(_LOGITS))

    def run(self, _: Any, inputs: dict[str, Array]) -> list[Any]:
        *levels, logits = self._session.run([*self._levels, _LOGITS], inputs)
        return [_Pyramid(tuple(level[0] for level in levels), self._side), logits]


@dataclass(frozen=True, slots=True)
class _Named:
    name: str


class _Pool:
    """The library's pooling under boxes; for decoder levels the values are drawn up under each box alone."""

    def __init__(self, original: Callable[..., Array]) -> None:
        self._original = original

    def __call__(
        self, features: Any, bboxes: Sequence[Sequence[float]], page_width: int, page_height: int, **options: Any
    ) -> Array:
        if not isinstance(features, _Pyramid):
            wanted = (("mean", "min", "max", "entropy", "margin"), True)
            if (tuple(options.get("pooling_ops", ())), options.get("apply_softmax")) == wanted and len(bboxes):
                return _pool_shares(features[0], _cells(bboxes, features.shape[2], page_width, page_height))
            return self._original(features, bboxes, page_width, page_height, **options)
        if tuple(options.get("pooling_ops", ())) != ("mean", "max"):
            raise ValueError(f"the layout model asks for {options}, which this version of PyMuPDF is not known to do")
        full = features.full
        return _pool_levels(features.levels, _cells(bboxes, full, page_width, page_height), full)


def _cells(boxes: Sequence[Sequence[float]], side: int, width: int, height: int) -> list[tuple[int, int, int, int]]:
    """Return the first and last column and row of a square picture of the page that each box covers."""
    from pymupdf.layout.roi_pooling import _grid_coords_vec

    corners = _grid_coords_vec(np.asarray(boxes, dtype=np.float64), side, side, width, height)
    found: list[tuple[int, int, int, int]] = np.stack(corners, axis=1).tolist()
    return found


def _pool_shares(logits: Array, boxes: Sequence[tuple[int, int, int, int]]) -> Array:
    """Return mean, least and greatest share of each class, entropy and lead of the first, shape (boxes, 3 classes + 2).

    `logits` has shape (classes, side, side); the shares are their softmax.
    """
    shares = np.exp(logits - logits.max(axis=0))
    shares /= shares.sum(axis=0)
    classes = len(shares)
    pooled = np.empty((len(boxes), 3 * classes + 2), np.float32)
    for row, (x0, y0, x1, y1) in zip(pooled, boxes, strict=True):
        inside = shares[:, y0 : y1 + 1, x0 : x1 + 1].reshape(classes, -1)
        count = inside.shape[1]
        row[:classes] = np.add.reduce(inside, axis=1) / count
        row[classes : 2 * classes] = np.minimum.reduce(inside, axis=1)
        row[2 * classes : 3 * classes] = np.maximum.reduce(inside, axis=1)
        row[-2] = -np.vdot(inside, np.log(inside + 1e-12)) / count
        second, first = np.partition(inside, classes - 2, axis=0)[-2:]
        row[-1] = (first - second).sum() / count
    return pooled


def _pool_levels(levels: Sequence[Array], boxes: Sequence[tuple[int, int, int, int]], full: int) -> Array:
    """Return means, then maxima, of levels drawn up under boxes (x0, y0, x1, y1), shape (boxes, 2 * all channels)."""
    channels = levels[0].shape[0]
    pooled = np.empty((len(boxes), 2, len(levels), channels), np.float32)
    left, top, right, bottom = np.asarray(boxes, np.intp).reshape(-1, 4).T
    for number, level in enumerate(levels):
        side = level.shape[2]
        draw, low, high, sums = _stretch(side, full)
        lines = level.transpose(1, 0, 2).reshape(side, -1)
        rows = (sums[bottom + 1] - sums[top]) / (bottom + 1 - top)[:, None]  # weights of the mean, (boxes, side)
        columns = (sums[right + 1] - sums[left]) / (right + 1 - left)[:, None]
        means = (rows.astype(np.float32) @ lines).reshape(len(boxes), channels, side)
        pooled[:, 0, number] = (means @ columns.astype(np.float32)[:, :, None])[:, :, 0]
        for i, (x0, y0, x1, y1) in enumerate(boxes):
            first, last, start, end = low[y0], high[y1] + 1, low[x0], high[x1] + 1
            tall = (draw[y0 : y1 + 1, first:last] @ lines[first:last]).reshape(-1, channels, side)[:, :, start:end]
            drawn = tall.reshape(-1, end - start) @ draw[x0 : x1 + 1, start:end].T  # (rows * channels, columns)
            pooled[i, 1, number] = drawn.max(axis=1).reshape(-1, channels).max(axis=0)
    return pooled.reshape(len(boxes), -1)


@cache
def _stretch(side: int, full: int) -> tuple[Array, NDArray[np.intp], NDArray[np.intp], Array]:
    """Return what draws `side` values up to `full`: weights (full, side), the two that a place lies between, and sums.

    The sums, shape (full + 1, side), are those of the weights before each place.
    """
    place = np.maximum((np.arange(full) + 0.5) * side / full - 0.5, 0.0)
    low = np.minimum(place.astype(np.intp), side - 1)
    high = np.minimum(low + 1, side - 1)
    weights = np.zeros((full, side))
    np.add.at(weights, (np.arange(full), low), 1 - (place - low))
    np.add.at(weights, (np.arange(full), high), place - low)
    sums = np.concatenate([np.zeros((1, side)), weights.cumsum(axis=0)])
    return weights.astype(np.float32), low, high, sums.astype(np.float32)


def _resize(image: NDArray[np.uint8], new_size: tuple[int, int]) -> NDArray[np.uint8]:
    """Do what the library's `resize_image` does with a colour picture, bit for bit, a channel at a time.

    Its own inner loops run over three channels; most pages have one and the same in all.
    """
    height, width, channels = image.shape
    places, weights = _corners(height, width, *new_size)
    resized = np.empty((new_size[1], new_size[0], channels), np.uint8)
    last: NDArray[np.uint8] | None = None
    for channel in range(channels):
        plane = np.ascontiguousarray(image[:, :, channel])
        if last is not None and np.array_equal(plane, last):
            resized[:, :, channel] = resized[:, :, channel - 1]
            continue
        last, values = plane, plane.ravel()
        total = weights[0] * values[places[0]]
        for place, weight in zip(places[1:], weights[1:], strict=True):
            total += weight * values[place]
        resized[:, :, channel] = np.clip(total, 0, 255).astype(np.uint8).reshape(resized.shape[:2])
    return resized


@lru_cache(maxsize=4)
def _corners(
    height: int, width: int, new_width: int, new_height: int
) -> tuple[list[NDArray[np.intp]], list[NDArray[np.float64]]]:
    """Return where the four pixels around each new one stand in a flat picture, and their bilinear weights."""
    x = (np.arange(new_width) + 0.5) * (width / new_width) - 0.5
    y = (np.arange(new_height) + 0.5) * (height / new_height) - 0.5
    left, top = np.floor(x).astype(np.intp), np.floor(y).astype(np.intp)
    dx, dy = (x - left)[None, :], (y - top)[:, None]
    right, bottom = np.clip(left + 1, 0, width - 1), np.clip(top + 1, 0, height - 1)
    left, top = np.clip(left, 0, width - 1), np.clip(top, 0, height - 1)
    places = [(a[:, None] * width + b[None, :]).ravel() for a in (top, bottom) for b in (left, right)]
    weights = [(1 - dx) * (1 - dy), dx * (1 - dy), (1 - dx) * dy, dx * dy]
    return places, [weight.ravel() for weight in weights]


def _characters(page: Any, clip: Any = None) -> Any:
    """Do what the table finder's function of this name does, with numbers instead of an object a character."""
    import pymupdf
    from pymupdf import table

    add = table.CHARS._list().append
    number, height, matrix = page.number + 1, page.rect.height, page.transformation_matrix
    text_page = page.get_textpage(clip=clip, flags=table.FLAGS)
    for block in page.get_text("rawdict", textpage=text_page)["blocks"]:
        for line in block["lines"]:
            cosine, sine = (round(value, 4) for value in line["dir"])
            for span in sorted(line["spans"], key=lambda span: span["bbox"][0]):
                color = pymupdf.sRGB_to_pdf(span["color"])
                same = {
                    "fontname": span["font"], "ncs": "DeviceRGB", "non_stroking_color": color,
                    "non_stroking_pattern": None, "object_type": "char", "page_number": number,
                    "stroking_color": color, "stroking_pattern": None, "upright": sine == 0,
                    "bold": bool(span["flags"] & pymupdf.TEXT_FONT_BOLD or span["char_flags"] & 8),
                }  # fmt: skip
                for char in sorted(span["chars"], key=lambda char: char["bbox"][0]):
                    x0, y0, x1, y1 = char["bbox"]
                    x, y = char["origin"]
                    ends = matrix.d * y0 + matrix.f, matrix.d * y1 + matrix.f
                    add({
                        **same, "adv": x1 - x0 if sine == 0 else y1 - y0, "bottom": y1,
                        "doctop": y0 + height * page.number, "height": y1 - y0,
                        "matrix": (cosine, -sine, sine, cosine, matrix.a * x + matrix.e, matrix.d * y + matrix.f),
                        "size": span["size"] if sine == 0 else y1 - y0, "text": char["c"], "top": y0,
                        "width": x1 - x0, "x0": x0, "x1": x1, "y0": min(ends), "y1": max(ends),
                    })  # fmt: skip
    return text_page
