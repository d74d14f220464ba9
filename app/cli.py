"""The `kgqa` command: what it takes, and which function does the work.

Standard output holds the result and nothing else (with `--json`, one JSON document); progress, warnings and errors go
to standard error. Exit codes: 0 done; 1 the work failed; 2 wrong usage; 3 done in part, the issues are in the output.
Everything heavy is imported by the function that needs it, so that `kgqa --help` starts at once.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn, TypeAlias

from graphs.place import to_place
from ingestion.errors import KgqaError
from kgqa import __version__

Command = Callable[[argparse.Namespace], int]
Subparsers: TypeAlias = "argparse._SubParsersAction[_Parser]"


class _Parser(argparse.ArgumentParser):
    """A parser whose errors are one line: what, why, and the mend."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong and where help is, and exit with 2."""
        self.exit(2, f"{self.prog}: {message}. See `{self.prog} --help`.\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    options = build_parser().parse_args(arguments)
    if options.collection is None:
        from kgqa.settings import default_collection

        options.collection = default_collection()
    try:
        return _command(options.command)(options)
    except KgqaError as error:
        if options.debug:
            traceback.print_exc()
        print(f"kgqa: {error}", file=sys.stderr)
        return 2 if error.code == "usage" else 1
    except KeyboardInterrupt:
        print("kgqa: interrupted. What was finished is kept; run the same command again to go on.", file=sys.stderr)
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # the reader went away: `kgqa ... | head`
        return 0
    except Exception as error:  # noqa: BLE001  the last line of defence: no traceback without --debug
        if options.debug:
            traceback.print_exc()
        print(
            f"kgqa: unexpected {type(error).__name__}: {' '.join(str(error).split())[:300]}. "
            "This is a bug; run the command again with --debug and report what it prints.",
            file=sys.stderr,
        )
        return 1


def _at_least(least: int, most: int | None = None) -> Callable[[str], int]:
    """Return what reads a whole number from `least` to `most`, and says so where it is none."""

    def read(given: str) -> int:
        number = int(given) if re.fullmatch(r"-?[0-9]+", given) else least - 1
        if number < least or (most is not None and number > most):
            raise argparse.ArgumentTypeError(
                f"{given!r} is no whole number from {least}{f' to {most}' if most else ''}"
            )
        return number

    return read


def _command(name: str) -> Command:
    from app import commands

    command: Command = getattr(commands, name.replace("-", "_"))
    return command


def build_parser() -> _Parser:
    """Return the parser of the whole command line."""
    common = _Parser(add_help=False)
    common.add_argument(
        "--collection",
        type=to_place,
        metavar="DIR",
        help="the collection: a folder, or postgresql://USER@HOST/DATABASE "
        "(default: $KGQA_COLLECTION, else ./kgqa-collection)",
    )
    common.add_argument("--debug", action="store_true", help="show a traceback where something goes wrong")
    as_json = _Parser(add_help=False)
    as_json.add_argument("--json", action="store_true", help="print one JSON document")
    model = _Parser(add_help=False)
    model.add_argument("--agent", choices=("auto", "question", "encoder", "llm"), help="who chooses the next hop")
    model.add_argument(
        "--llm",
        metavar="SPEC",
        help="none, openai:MODEL (address in OPENAI_BASE_URL), ollama:MODEL, gguf:PATH, hf:MODEL, or auto: "
        "the first that is configured and reachable (default)",
    )

    parser = _Parser(prog="kgqa", description="Ask your documents; every answer cites page and box.")
    parser.add_argument("--version", action="version", version=f"kgqa {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _add_collection_commands(commands, common, as_json)
    _add_question_commands(commands, common, as_json, model)
    _add_other_commands(commands, common, as_json, model)
    return parser


def _add_collection_commands(commands: Subparsers, common: _Parser, as_json: _Parser) -> None:
    ingest = commands.add_parser("ingest", parents=[common, as_json], help="read files and folders into the collection")
    ingest.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="a file or a folder")
    ingest.add_argument(
        "--ocr",
        choices=("auto", "never", "always"),
        help="reading of pages by their picture: "
        "where the text layer is missing or wrong (auto, the default), never, or always",
    )
    ingest.add_argument(
        "--ocr-languages", metavar="L", help="Tesseract's names, such as eng+deu; auto, the default, finds them"
    )
    ingest.add_argument(
        "--nougat",
        choices=("auto", "never", "always"),
        help="reading of scientific pages by a Nougat model: those with formulas (auto, the default, where a model is "
        "named), none, or all",
    )
    ingest.add_argument("--nougat-model", metavar="MODEL", help="name or folder of a Nougat model for transformers")
    ingest.add_argument("--fast", action="store_true", help="bare text without layout: no headings, no tables")
    ingest.add_argument("--password", help="for encrypted files")
    ingest.add_argument("--cluster", metavar="ADDRESS", help="read on a Ray cluster: auto, or its address")
    ingest.add_argument("--jobs", type=_at_least(1), metavar="N", help="files that are read at the same time")

    documents = commands.add_parser("documents", parents=[common, as_json], help="list the documents of the collection")
    documents.add_argument("names", nargs="*", metavar="NAME", help="tell how the pages of these were read")
    documents.add_argument("--pages", action="store_true", help="tell how each page was read")

    remove = commands.add_parser("remove", parents=[common], help="remove documents from the collection")
    remove.add_argument("names", nargs="+", metavar="NAME")

    graph = commands.add_parser("graph", parents=[common], help="export the graph")
    graph.add_argument("--format", choices=("graphml", "gexf", "json", "html", "parquet"), required=True)
    graph.add_argument("--output", type=Path, required=True, metavar="FILE")
    graph.add_argument(
        "--trace", type=Path, metavar="TRACE", help="draw the walk of this record (of `ask --trace`), as html"
    )
    graph.add_argument("--node", metavar="ID", help="only what is near this node, by its id as --format json gives it")
    graph.add_argument("--hops", type=_at_least(0), default=2, metavar="N", help="how many edges away that may be (2)")

    doctor = commands.add_parser("doctor", parents=[common, as_json], help="check the set-up and the collection")
    doctor.add_argument("--mend", action="store_true", help="mend what can be mended")
    doctor.add_argument("--compact", action="store_true", help="give back the space of what was removed")


def _add_question_commands(
    commands: Subparsers,
    common: _Parser,
    as_json: _Parser,
    model: _Parser,
) -> None:
    asking = _Parser(add_help=False)
    asking.add_argument("--documents", nargs="+", action="extend", metavar="NAME", help="ask these documents only")
    asking.add_argument("--retriever", choices=("bm25", "tfidf", "dense", "hybrid"), help="what seeds the walk")
    asking.add_argument("--budget", type=_at_least(1), metavar="N", help="pieces of evidence to read at most")

    ask = commands.add_parser("ask", parents=[common, as_json, model, asking], help="ask a question")
    ask.add_argument("question", metavar="QUESTION")
    ask.add_argument("--ban", nargs="+", action="extend", default=[], metavar="NODE",
                     help="never visit these nodes of a trace, or take these edges (NODE|NODE)")  # fmt: skip
    ask.add_argument("--pin", nargs="+", action="extend", default=[], metavar="NODE", help="begin from these nodes")
    ask.add_argument("--trace", type=Path, metavar="FILE", help="write the walk's record there, as JSON")

    batch = commands.add_parser("batch", parents=[common, model, asking], help="answer a file of questions")
    batch.add_argument("questions", type=Path, metavar="QUESTIONS", help=".txt (a question a line), .jsonl or .csv")
    batch.add_argument("--output", type=Path, metavar="FILE", help=".jsonl or .csv")
    batch.add_argument("--cluster", metavar="ADDRESS", help="answer on a Ray cluster: auto, or its address")
    batch.add_argument(
        "--workers", type=_at_least(1), metavar="N", help="questions that wait for the model at the same time"
    )
    batch.add_argument("--dry-run", action="store_true", help="tell calls, tokens, time and price, and ask nothing")
    batch.add_argument("--resume", action="store_true", help="keep the answers that FILE holds and go on")

    trace = commands.add_parser("trace", parents=[common], help="print a walk's record for people")
    trace.add_argument("file", type=Path, metavar="FILE")
    trace.add_argument("--replay", action="store_true", help="walk again from the record, without a model, and compare")


def _add_other_commands(
    commands: Subparsers,
    common: _Parser,
    as_json: _Parser,
    model: _Parser,
) -> None:
    evaluate = commands.add_parser(
        "evaluate", parents=[common, as_json, model], help="measure search methods, or answers over a collection"
    )
    evaluate.add_argument(
        "datasets", nargs="+", type=Path, metavar="DATASET", help="a folder in BEIR layout, or a .jsonl of questions"
    )
    evaluate.add_argument(
        "--methods",
        default="bm25,tfidf,dense,hybrid,kgp",
        help="comma-separated (default: %(default)s); also kgp-tfidf, ppr, ircot, gold, and run:FILE, what another "
        "system found, in TREC's format",
    )
    evaluate.add_argument("--sample", type=int, metavar="N", help="ask so many questions of each set, by chance")
    evaluate.add_argument("--seed", type=int, default=0, metavar="N", help="of that chance (default: 0)")
    evaluate.add_argument(
        "--replies", type=Path, metavar="FILE", help="keep the model's replies there: a run that was cut off goes on"
    )

    train = commands.add_parser("train-agent", parents=[common, as_json], help="train the agent that chooses hops")
    train.add_argument(
        "datasets", nargs="*", type=Path, metavar="DATASET",
        help="a folder in BEIR layout, its gold passages in hops; none: questions made of the collection alone",
    )  # fmt: skip
    train.add_argument("--output", type=Path, required=True, metavar="DIR", help="where adapter and card are written")
    train.add_argument("--passes", type=int, metavar="N", help="over the data (default: 4)")
    train.add_argument("--seed", type=int, metavar="N", help="(default: 0)")
    train.add_argument("--practice", type=int, metavar="N", help="questions to make of each corpus's own passages")
    train.add_argument("--llm", metavar="SPEC", help="a model that puts them into words (default: none)")
    train.add_argument("--folds", type=int, metavar="N", help="parts of the questions for the ranking (default: 2)")
    train.add_argument(
        "--rounds", type=int, metavar="N", help="of learning from walks that found evidence (default: 0)"
    )
    train.add_argument("--validation", type=float, metavar="SHARE", help="of the questions, to stop early (default: 0)")
    train.add_argument("--resume", action="store_true", help="go on where a run into DIR was cut off")

    web = commands.add_parser("web", parents=[common], help="open the web page")
    web.add_argument("--port", type=_at_least(1, 65_535), default=8501, help="(default: %(default)s)")
    web.add_argument(
        "--address",
        default="127.0.0.1",
        help="to listen on (default: %(default)s, this machine alone); another one needs KGQA_WEB_PASSWORD",
    )


if __name__ == "__main__":
    sys.exit(main())
