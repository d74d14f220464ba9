"""Sums that a language model writes and we work out: `{{12.5 - 8}}` in a reply becomes "12.5 - 8 = 4.5".

A small model is poor at arithmetic but can write it down (the idea of Gao et al., arXiv 2211.10435, and of Zhou et al.,
arXiv 2308.07921). Only numbers, + - * /, parentheses, min, max, sum, round and abs are understood.
"""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from simpleeval import InvalidExpression, SimpleEval

_SUM = re.compile(r"\{\{\s*([^{}]{1,200}?)\s*(?:=\s*[^{}]{0,40})?\}\}")
_THOUSANDS = re.compile(r"(?<=\d)[,\u202f\u00a0](?=\d{3}(?!\d))")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_WORDS = {
    word: str(number)
    for number, word in enumerate("zero one two three four five six seven eight nine ten eleven twelve".split())
}
_CONSTANTS = frozenset([*map(str, range(1, 13)), "100", "1000"])
_OPERATORS: dict[type[ast.AST], Callable[..., Any]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
    ast.USub: operator.neg, ast.UAdd: operator.pos,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sum:
    """A sum as it is shown: "1200 - 950 = 250"."""

    shown: str
    operands: frozenset[str]  # as `numbers` writes them
    results: frozenset[str]

    def follows_from(self, known: Collection[str]) -> bool:
        """Return whether its operands are known, but for the small constants of arithmetic ("/ 2", "* 100")."""
        unknown = self.operands.difference(known)
        return unknown <= _CONSTANTS and len(unknown) < len(self.operands)


@dataclass(frozen=True, slots=True)
class Worked:
    """A text whose sums were worked out."""

    text: str
    sums: tuple[Sum, ...] = ()


def work_out(text: str) -> Worked:
    """Return a reply with each sum in double braces worked out; what cannot be worked out stays as it is written.

    >>> work_out("It grew by {{1,200 - 950}} people.").text
    'It grew by 1200 - 950 = 250 people.'
    >>> work_out("It opened in {{1,998}}.").text
    'It opened in 1,998.'
    """
    sums: list[Sum] = []

    def solved(match: re.Match[str]) -> str:
        expression = _THOUSANDS.sub("", match[1])
        value = evaluate(expression)
        if value is None or _NUMBER.fullmatch(expression.strip()):  # a number alone is no sum
            return match[1]
        result = f"{round(value, 4):.15g}"
        shown = f"{' '.join(expression.split())} = {result}"
        sums.append(Sum(shown, frozenset(numbers(expression)), frozenset(numbers(result))))
        return shown

    return Worked(_SUM.sub(solved, text), tuple(sums))


def evaluate(expression: str) -> float | None:
    """Return the value of a sum, or None for what is none.

    >>> evaluate("(3 + 4) * 2"), evaluate("max(1890, 1901)"), evaluate("__import__('os')"), evaluate("1 / 0")
    (14.0, 1901.0, None, None)
    """
    sums = SimpleEval(
        operators=_OPERATORS,
        functions={"min": min, "max": max, "sum": lambda *terms: sum(terms), "round": round, "abs": abs},
        names={},
    )
    try:
        value = sums.eval(expression.replace("×", "*").replace("−", "-").replace("÷", "/"))
        return float(value) if isinstance(value, int | float) else None
    except (InvalidExpression, SyntaxError, ArithmeticError, TypeError, ValueError, KeyError, AttributeError):
        return None


def numbers(text: str) -> set[str]:
    """Return the numbers in a text as written without thousands separators and needless zeros, small words too.

    >>> sorted(numbers("Three of 4,200 were at 12.50 %, 3.0 in sum"))
    ['12.5', '3', '4200']
    """
    plain = _THOUSANDS.sub("", text)
    found = {
        number.rstrip("0").rstrip(".") if "." in number else number.lstrip("0") or "0"
        for number in _NUMBER.findall(plain)
    }
    return found | {_WORDS[word] for word in re.findall(r"[a-z]+", plain.casefold()) if word in _WORDS}
