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
from functools import cache
from operator import attrgetter
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]
_FEATURES, _LOGITS = "combined", "logits"


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
        names = names or tuple(n for n in dir(found) if n[0] != "_" and n not in ("this", "thisown", "last_char_rect"))
        features.update(zip(names, attrgetter(*names)(found), strict=True))
        seen.append(not features["invisible"])
    counts = [f["num_numerals"] + f["num_non_numerals"] for f in data["custom_features"]]
    if any(count and shown for count, shown in zip(counts, seen, strict=True)):
        kept = [i for i, features in enumerate(data["custom_features"]) if features["invisible"] != 1]
        for key in ("custom_features", "bboxes", "text"):
            data[key][:] = [data[key][i] for i in kept]


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
    from pymupdf import table
    from pymupdf.layout import pymupdf_util_ext as features
    from pymupdf.layout.onnx import BoxRFDGNN as Network
    from pymupdf.layout.onnx.ImageFeatureExtractorV1 import ImageFeatureExtractorV1

    own = model._model
    cut = _cut_network(own.imf_model_path) if isinstance(own.feature_extractor, ImageFeatureExtractorV1) else None
    if cut is None:
        return
    own.feature_extractor = ImageFeatureExtractorV1(_Session(*cut))
    setattr(features, "extract_rf_features", _text_features)  # noqa: B010  not exported, as mypy sees it
    setattr(table, "make_chars", _characters)  # noqa: B010
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
            return self._original(features, bboxes, page_width, page_height, **options)
        if tuple(options.get("pooling_ops", ())) != ("mean", "max"):
            raise ValueError(f"the layout model asks for {options}, which this version of PyMuPDF is not known to do")
        from pymupdf.layout.roi_pooling import _grid_coords_vec

        full = features.full
        corners = _grid_coords_vec(np.asarray(bboxes, dtype=np.float64), full, full, page_width, page_height)
        return _pool_levels(features.levels, np.stack(corners, axis=1).tolist(), full)


def _pool_levels(levels: Sequence[Array], boxes: Sequence[tuple[int, int, int, int]], full: int) -> Array:
    """Return means, then maxima, of levels drawn up under boxes (x0, y0, x1, y1), shape (boxes, 2 * all channels)."""
    channels = levels[0].shape[0]
    pooled = np.empty((len(boxes), 2, len(levels), channels), np.float32)
    for number, level in enumerate(levels):
        side = level.shape[2]
        draw, low, high, sums = _stretch(side, full)
        lines = level.transpose(1, 0, 2).reshape(side, -1)
        for i, (x0, y0, x1, y1) in enumerate(boxes):
            top, bottom, left, right = low[y0], high[y1] + 1, low[x0], high[x1] + 1
            tall = (draw[y0 : y1 + 1, top:bottom] @ lines[top:bottom]).reshape(-1, channels, side)[:, :, left:right]
            drawn = tall.reshape(-1, right - left) @ draw[x0 : x1 + 1, left:right].T  # (rows * channels, columns)
            pooled[i, 0, number] = tall.mean(axis=0) @ (sums[x1 + 1] - sums[x0])[left:right] / (x1 + 1 - x0)
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
