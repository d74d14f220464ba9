"""Nougat (Blecher et al., "Nougat: Neural Optical Understanding for Academic Documents", arXiv 2308.13418).

A page's picture -> its text with formulas in LaTeX, by transformers' own implementation; the package `nougat-ocr` does
not run beside today's transformers. What a page gives is taken only when none of the paper's failures shows (section
5.4): repetition, by the variance of the last tokens' logits and by the text itself; a page given up; and disagreement
with the text layer. Otherwise the page is read as if Nougat were not there.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import Any

import numpy as np

from ingestion.blocks import PageBlocks, RawPage
from ingestion.document import Engine
from ingestion.errors import IngestionError
from ingestion.mmd import MISSING_PAGE, markdown_to_blocks, mmd_to_markdown
from ingestion.options import IngestionOptions
from ingestion.page_readers import PageError
from ingestion.pdf import PdfPage
from ingestion.plain import markdown_to_plain
from ingestion.routes import classify_page
from ingestion.text_quality import word_agreement

_DPI = 96  # as upstream draws pages
_WINDOW = 200  # tokens at the end whose logits are looked at
_LEVEL = 0.045  # variance of smoothed logits below which the model is repeating itself
_AGREE = 0.35  # agreement with the text layer below which Nougat read something else; formulas never agree
_MATH = re.compile(r"[∑∏∫√∂∇∞≈≠≤≥±×∈∉⊂⊆∪∩∀∃→⇒⇔∝⊗⊕·′\u0391-\u03a9\u03b1-\u03c9\U0001d400-\U0001d7ff\uf000-\uf0ff]")


class NougatError(IngestionError):
    """The model cannot be loaded."""

    code = "nougat-missing"


@dataclass(frozen=True, slots=True)
class NougatText:
    """What the model wrote for a page."""

    text: str
    failure: str  # why it is not to be trusted, or ""


class NougatReader:
    """Reads the pages that Nougat is for: all with `nougat="always"`, those with formulas with "auto"."""

    engine: Engine = "nougat"

    def __init__(self, options: IngestionOptions, upcoming: Callable[[int], Iterator[PdfPage]] | None = None) -> None:
        """Take the options; `upcoming` gives the pages after one, for batches."""
        self._options = options
        self._upcoming = upcoming
        self._ready: dict[int, NougatText] = {}

    @property
    def key(self) -> str:
        """What its results depend on beside the page."""
        return f"nougat 1 {self._options.nougat} {self._options.nougat_model}"

    def read(self, page: PdfPage, reason: str) -> RawPage:
        """See PageReader; raises NougatError where the model cannot be loaded."""
        if page.number not in self._ready:
            self._generate(page)
        written = self._ready.pop(page.number)
        if written.failure:
            raise PageError("nougat-failed", f"Nougat {written.failure}")
        kind = classify_page(page).kind
        markdown = mmd_to_markdown(written.text)
        words = [word for words in page.words for word, _ in words]
        agreement = None
        if kind in ("digital", "mixed") and words:
            agreement = round(word_agreement(markdown_to_plain(markdown).split(), [word.text for word in words]), 4)
            if agreement < _AGREE:
                raise PageError("nougat-failed", f"Nougat read something else (agreement {agreement:.2f})")
        blocks = markdown_to_blocks(markdown, words if kind in ("digital", "mixed") else [], page.box)
        own = PageBlocks(page.number, page.label, page.box.x1, page.box.y1, blocks, 10.0)
        return RawPage(own, self.engine, reason, agreement=agreement)

    def is_for(self, page: PdfPage) -> bool:
        """Return whether a page is to be read by Nougat at all."""
        if classify_page(page).kind == "blank":
            return False
        return self._options.nougat == "always" or has_formulas([word.text for word, _ in page.words[0]])

    def _generate(self, page: PdfPage) -> None:
        """Have the model write this page and, in the same batch, the next ones that it may be asked for."""
        pages = [page]
        if self._upcoming is not None and self._options.nougat_batch > 1:
            later = (p for p in self._upcoming(page.number) if self.is_for(p))
            pages += islice(later, self._options.nougat_batch - 1)
        model = load_nougat(self._options.nougat_model, self._options.nougat_device)
        written = model.read([page.picture(_DPI, color=True)[0] for page in pages])
        self._ready.update({page.number: text for page, text in zip(pages, written, strict=True)})


def has_formulas(words: Sequence[str]) -> bool:
    """Return whether a page's words hold enough signs of mathematics for Nougat to be worth its time."""
    signs = sum(bool(_MATH.search(word)) for word in words)
    return signs >= 8 and signs > 0.01 * len(words)


@cache
def load_nougat(model: str, device: str = "auto") -> NougatModel:
    """Return the model of that name or folder, loaded once; raise NougatError where it cannot be had."""
    return NougatModel(model, device)


class NougatModel:
    """Processor, encoder and decoder on one device, in bfloat16 where the device is quick in it."""

    def __init__(self, model: str, device: str) -> None:
        try:
            import torch
            from transformers import NougatProcessor, VisionEncoderDecoderModel

            self._torch = torch
            self._device = ("cuda" if torch.cuda.is_available() else "cpu") if device == "auto" else device
            self._dtype = torch.bfloat16 if _is_quick(self._device) else torch.float32
            self._processor = NougatProcessor.from_pretrained(model)
            loaded: Any = VisionEncoderDecoderModel.from_pretrained(model, dtype=self._dtype)
            self._model = loaded.to(self._device).eval()
        except (ImportError, OSError, ValueError, KeyError, RuntimeError) as error:
            raise NougatError(
                f"The Nougat model {model!r} cannot be loaded ({' '.join(str(error).split())[:160]}). Install the "
                "extra kgqa[nougat] and set ingestion.nougat_model to a folder with the model, or to its name if this "
                "machine may fetch it."
            ) from error

    def read(self, pictures: Sequence[bytes]) -> list[NougatText]:
        """Return what the model writes for pictures of pages (PNG)."""
        from PIL import Image
        from transformers import LogitsProcessorList

        images = [Image.open(io.BytesIO(picture)).convert("RGB") for picture in pictures]
        pixels = self._processor(images, return_tensors="pt").pixel_values.to(self._device, self._dtype)
        config = self._model.generation_config
        tokenizer = self._processor.tokenizer
        peaks = _Peaks()
        with self._torch.inference_mode():
            ids = self._model.generate(
                pixels,
                min_length=1,
                max_length=config.max_length or self._model.decoder.config.max_position_embeddings,
                bad_words_ids=[[tokenizer.unk_token_id]],
                do_sample=False,
                logits_processor=LogitsProcessorList([peaks]),
            )
        texts = tokenizer.batch_decode(ids, skip_special_tokens=True)
        result = []
        for row, (tokens, text) in enumerate(zip(ids.tolist(), texts, strict=True)):
            ended = tokenizer.eos_token_id in tokens[1:]
            clean = self._processor.post_process_generation(text, fix_markdown=True)
            result.append(NougatText(clean, find_failure(clean, text, ended, [step[row] for step in peaks.values])))
        return result


class _Peaks:
    """Notes the largest logit of each step; changes nothing."""

    def __init__(self) -> None:
        self.values: list[list[float]] = []

    def __call__(self, input_ids: Any, scores: Any) -> Any:
        self.values.append(scores.float().max(dim=-1).values.tolist())
        return scores


def find_failure(text: str, raw: str, ended: bool, peaks: Sequence[float]) -> str:
    """Return what is wrong with a page that the model wrote, or "".

    `raw` is the text before it was mended; `ended` says whether the model came to an end by itself; `peaks` are the
    largest logits of its steps.
    """
    if MISSING_PAGE.search(raw) or not text.strip():
        return "gave the page up"
    if _repeats(raw):
        return "repeated itself"
    if not ended and _is_flat(peaks):
        return "repeated itself"
    if not ended:
        return "did not come to an end"
    return ""


def _is_flat(peaks: Sequence[float]) -> bool:
    """Return whether the last logits vary as little as they do when the model repeats itself (section 5.4)."""
    last = np.asarray(peaks[-_WINDOW:], dtype=np.float64)
    if len(last) < _WINDOW:
        return False
    smooth = np.array([last[i:].var() for i in range(len(last) - 15)])
    return bool(smooth.min() < _LEVEL)


def _repeats(text: str) -> bool:
    """Return whether a text ends in the same words or lines over and over."""
    words = text.split()[-400:]
    for size in range(1, 41):
        tail = words[-size:]
        count = 1
        while words[-size * (count + 1) : len(words) - size * count] == tail:
            count += 1
        if count >= (8 if size < 4 else 4) and count * size >= 20:
            return True
    return False


def _is_quick(device: str) -> bool:
    if device != "cpu":
        return True
    import torch

    return bool(torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported())
