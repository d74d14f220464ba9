"""What each `kgqa` command does. A function takes the parsed arguments and returns the exit code (see `app.cli`)."""

from __future__ import annotations

import argparse
import contextlib
import json
import subprocess
import sys
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.render import (
    ProgressLine,
    answer_to_text,
    pages_to_text,
    report_to_text,
    table_to_text,
    trace_to_text,
)
from graphs.place import is_server
from ingestion.errors import KgqaError
from kgqa.collection import Collection, page_reports
from kgqa.errors import UsageError
from kgqa.settings import Settings, load_settings

if TYPE_CHECKING:
    from graphs.document_graph import DocumentGraph
    from kgqa.trace import Trace

DONE, FAILED, PARTLY = 0, 1, 3


def ingest(options: argparse.Namespace) -> int:
    """Read files into the collection and report on each."""
    settings = _ingest_settings(options)
    progress = ProgressLine()
    with Collection.open(options.collection, settings) as collection:
        try:
            report = collection.add(
                options.paths, password=options.password, progress=progress, cluster=options.cluster
            )
        finally:
            progress.close()
    if options.json:
        _print_json({"documents": [asdict(document) for document in report.documents], "notes": list(report.notes)})
    else:
        print("\n".join([report_to_text(report.documents), *(f"Note: {note}." for note in report.notes)]))
    if all(document.status == "failed" for document in report.documents):
        return FAILED
    return DONE if report.complete else PARTLY


def _ingest_settings(options: argparse.Namespace) -> Settings:
    settings = load_settings()
    given = {
        "ocr": options.ocr,
        "ocr_languages": options.ocr_languages,
        "nougat": options.nougat,
        "nougat_model": options.nougat_model,
        "layout": False if options.fast else None,
    }
    try:
        ingestion = replace(settings.ingestion, **{key: value for key, value in given.items() if value is not None})
    except ValueError as error:
        raise UsageError(f"Wrong option: {error}. See `kgqa ingest --help`.") from error
    return settings.model_copy(update={"ingestion": ingestion, "jobs": options.jobs or settings.jobs})


def documents(options: argparse.Namespace) -> int:
    """List the documents of a collection, or tell how the pages of some were read."""
    with _existing(options) as collection:
        if options.names or options.pages:
            return _page_reports(collection, options)
        records = collection.documents()
    keys = ("name", "status", "pages", "passages", "tables", "figures", "sections")
    if options.json:
        _print_json({"documents": [{key: getattr(record, key) for key in keys} for record in records]})
        return DONE
    print(table_to_text(("document", *keys[1:]), [[str(getattr(record, key)) for key in keys] for record in records]))
    return DONE


def _page_reports(collection: Collection, options: argparse.Namespace) -> int:
    """Print how each page of the named documents, or of all, was read."""
    names = options.names or [record.name for record in collection.documents() if record.doc_id]
    loaded = [collection.load(name) for name in names]
    if options.json:
        found = [
            {"name": d.name, "status": d.status, "pages": len(d.pages), "passages": len(d.passages),
             "tables": len(d.tables), "figures": len(d.figures), "sections": len(d.sections),
             "page_reports": [asdict(page) for page in page_reports(d)]}
            for d in loaded
        ]  # fmt: skip
        _print_json({"documents": found})
    else:
        print("\n\n".join(pages_to_text(document.name, page_reports(document)) for document in loaded))
    return DONE


def remove(options: argparse.Namespace) -> int:
    """Remove documents."""
    with _existing(options) as collection:
        collection.remove(*options.names)
    print(f"Removed {', '.join(options.names)}.")
    return DONE


def graph(options: argparse.Namespace) -> int:
    """Export the graph."""
    from graphs.errors import UnknownNodeError
    from graphs.export import export_graph

    with _existing(options) as collection:
        whole = collection.graph()
        names = {record.doc_id: record.name for record in collection.documents()}
    if options.trace is not None:
        return _walk_as_html(options, whole, names)
    if options.node is not None:
        if options.node not in whole:
            raise UnknownNodeError(f"there is no node {options.node!r}. `kgqa graph --format json` lists them all.")
        whole = whole.neighbourhood(options.node, max(0, options.hops))
    export_graph(whole, options.output, options.format, names)
    print(f"Wrote {len(whole.nodes)} nodes and {whole.edge_count} edges to {options.output}.", file=sys.stderr)
    return DONE


def _walk_as_html(options: argparse.Namespace, whole: DocumentGraph, names: dict[str, str]) -> int:
    from app.walk_html import picture_to_html
    from app.walk_picture import walk_to_picture

    if options.format != "html":
        raise KgqaError("--trace draws a walk, which only --format html does. Leave --trace out for the whole graph.")
    picture = walk_to_picture(_read_trace(options.trace), whole, names)
    _write_text(options.output, picture_to_html(picture))
    print(f"Wrote the walk, {len(picture.steps)} steps, to {options.output}.", file=sys.stderr)
    return DONE


def ask(options: argparse.Namespace) -> int:
    """Answer one question."""
    with _existing(options) as collection:
        answer = collection.ask(
            options.question,
            documents=options.documents,
            agent=options.agent,
            llm=options.llm,
            retriever=options.retriever,
            budget=options.budget,
            banned=options.ban,
            pinned=options.pin,
        )
    if options.trace is not None:
        _write_json(options.trace, answer.trace.to_json())
    if options.json:
        _print_json(answer.to_json())
        for note in answer.trace.notes:
            print(f"kgqa: {note}", file=sys.stderr)
    else:
        print(answer_to_text(answer))
    return PARTLY if answer.trace.notes else DONE


def batch(options: argparse.Namespace) -> int:
    """Answer a file of questions, or tell what that will cost."""
    from kgqa.batch import answer_batch

    settings = load_settings(**({"workers": options.workers} if options.workers else {}))
    with _existing(options, settings) as collection:
        if options.dry_run:
            return _forecast(options, collection)
        if options.output is None:
            raise KgqaError("A batch needs --output FILE, a .jsonl or .csv file, or --dry-run.")
        report = answer_batch(
            collection,
            options.questions,
            options.output,
            resume=options.resume,
            cluster=options.cluster,
            documents=options.documents,
            agent=options.agent,
            llm=options.llm,
            retriever=options.retriever,
            budget=options.budget,
            progress=lambda done, total: print(f"{done} of {total} questions", file=sys.stderr),
        )
    print(
        f"{report.answered} answered, {report.refused} refused, {report.failed} failed, "
        f"{report.kept} kept from before: {options.output}",
        file=sys.stderr,
    )
    spent = report.usage
    if spent.llm_calls or spent.cached_calls:
        price = f", price {spent.cost:.4g}" if spent.cost else ""
        print(
            f"{spent.llm_calls} model calls ({spent.cached_calls} more from kept replies), "
            f"{spent.prompt_tokens} prompt and {spent.completion_tokens} completion tokens, "
            f"{spent.seconds:.0f} s{price}",
            file=sys.stderr,
        )
    return PARTLY if report.failed else DONE


def _forecast(options: argparse.Namespace, collection: Collection) -> int:
    from kgqa.batch import read_questions
    from kgqa.forecast import forecast_batch
    from kgqa.models import choose_model

    settings = collection.settings
    model = choose_model(options.llm or settings.llm, settings)
    agent = options.agent or settings.agent
    _print_json(asdict(forecast_batch(collection, read_questions(options.questions), llm=model, agent=agent)))
    return DONE


def trace(options: argparse.Namespace) -> int:
    """Print a walk's record for people, with the names of the nodes where the collection has them."""
    record = _read_trace(options.file)
    if options.replay:
        return _replay(options, record)
    known = None
    if is_server(options.collection) or Path(options.collection).is_dir():
        with _existing(options) as collection:
            known = collection.graph()
    print(trace_to_text(record, known))
    return DONE


def _read_trace(path: Path) -> Trace:
    from kgqa.trace import Trace

    try:
        return Trace.from_json(json.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise KgqaError(f"{path}: {error.strerror}. Write one with `kgqa ask ... --trace FILE`.") from error
    except (ValueError, KeyError, TypeError) as error:
        raise KgqaError(
            f"{path} is not a trace that kgqa wrote ({error}). Write one with `kgqa ask ... --trace FILE`."
        ) from error


def _replay(options: argparse.Namespace, record: Trace) -> int:
    """Walk again from a record; FAILED where the collection has changed so that the walk is another."""
    from kgqa.models import choose_agent
    from kgqa.replay import agent_of, replay

    with _existing(options) as collection:
        agent = choose_agent(agent_of(record), collection.embedder, None, collection.settings.agent_folder)
        again = replay(record, store=collection.store, embedder=collection.embedder, agent=agent)
        print(trace_to_text(again, collection.graph()))
    same = again.steps == record.steps and again.paths == record.paths
    print("The walk is the recorded one." if same else "The walk is another: the collection has changed since.",
          file=sys.stderr)  # fmt: skip
    return DONE if same else FAILED


def evaluate(options: argparse.Namespace) -> int:
    """Measure search methods on data sets in BEIR layout, or answers to questions over the collection."""
    from kgqa.measure import measure

    reports = [
        measure(
            dataset,
            collection=options.collection,
            methods=[method for method in options.methods.split(",") if method],
            agent=options.agent,
            llm=options.llm,
            settings=load_settings(),
            sample=options.sample,
            seed=options.seed,
            replies=options.replies,
            progress=lambda line: print(line, file=sys.stderr),
        )
        for dataset in options.datasets
    ]
    if options.json:
        _print_json(reports[0] if len(reports) == 1 else reports)
    else:
        print("\n\n".join(_measures_to_text(report) for report in reports))
    return PARTLY if any(report.get("issues") for report in reports) else DONE


def train_agent(options: argparse.Namespace) -> int:
    """Train an agent on question sets, or on a collection alone."""
    from kgqa.models import choose_model
    from kgqa.train_agent import AgentOptions, train_agent
    from kgqa.train_encoder import TrainOptions

    names = ("passes", "seed", "validation")
    encoder = {name: value for name in names if (value := getattr(options, name)) is not None}
    whole = {n: value for n in ("practice", "folds", "rounds") if (value := getattr(options, n)) is not None}
    settings = load_settings()
    with contextlib.ExitStack() as stack:
        collection = None
        if not options.datasets:
            collection = stack.enter_context(Collection.open(options.collection, settings, create=False))
        card = train_agent(
            options.datasets,
            options.output,
            settings=settings,
            options=AgentOptions(encoder=TrainOptions(**encoder), **whole),
            collection=collection,
            model=choose_model(options.llm or "none", settings),
            resume=options.resume,
            progress=lambda line: print(line, file=sys.stderr),
        )
    if options.json:
        _print_json(card)
    else:
        print(f"Wrote the agent to {options.output}. Use it with KGQA_AGENT_FOLDER={options.output}.")
    return PARTLY if card["issues"] else DONE


def web(options: argparse.Namespace) -> int:
    """Serve the web page until interrupted."""
    from app.serve import check_address, check_port, has_provider, streamlit_command

    settings = load_settings()
    check_address(options.address, guarded=settings.web_password is not None or has_provider())
    check_port(options.address, options.port)
    command = streamlit_command(
        options.collection,
        options.port,
        address=options.address,
        max_upload_mb=max(1, int(settings.ingestion.max_file_mb)),
    )
    print(f"kgqa on http://{options.address}:{options.port} (Ctrl+C ends it)", file=sys.stderr)
    return subprocess.run(command, check=False).returncode


def doctor(options: argparse.Namespace) -> int:
    """Check what kgqa needs and, where there is one, the collection."""
    from app.checkup import checkup

    findings = checkup(options.collection, mend=options.mend, compact=options.compact)
    if options.json:
        _print_json({"findings": [asdict(finding) for finding in findings]})
    else:
        for finding in findings:
            print(f"{'ok' if finding.ok else '!!'}  {finding.what}: {finding.message}")
    return DONE if all(finding.ok for finding in findings) else FAILED


def _existing(options: argparse.Namespace, settings: Settings | None = None) -> Collection:
    return Collection.open(options.collection, settings, create=False)


def _measures_to_text(report: dict[str, Any]) -> str:
    lines = [f"{report['dataset']}: " + ", ".join(f"{k} {v}" for k, v in report.items() if isinstance(v, int))]
    for part in ("methods", "kinds"):
        rows = report.get(part) or {}
        head = list(dict.fromkeys(key for row in rows.values() for key in row if isinstance(row[key], int | float)))
        body = [[name, *(f"{row[key]:.4g}" if key in row else "-" for key in head)] for name, row in rows.items()]
        if body:
            lines.append(table_to_text([part, *head], body))
    lines.extend(f"! {issue}" for issue in report.get("issues", ()))
    return "\n".join(lines)


def _print_json(data: Any) -> None:
    json.dump(data, sys.stdout, ensure_ascii=False, indent=1)
    sys.stdout.write("\n")


def _write_json(path: Path, data: Any) -> None:
    _write_text(path, json.dumps(data, ensure_ascii=False, indent=1) + "\n")


def _write_text(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise KgqaError(f"{path}: {error.strerror}. Name a file in a folder that can be written.") from error
