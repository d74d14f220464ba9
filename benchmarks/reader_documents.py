"""The documents of `benchmarks/reader/*.jsonl`, cut from Debian packages and sample files.

    apt-get download hackrf-doc backup-manager-doc fasta3-doc ctsim-doc dvdisaster-doc gpsim-doc expeyes-doc-en \\
        developers-reference ledger infernal-doc r-cran-vegan r-cran-survival r-cran-sp r-cran-psychotree r-cran-epi \\
        r-cran-bradleyterry2 r-cran-metafor r-cran-pls mrbayes-doc auto-multiple-choice-doc-pdf debian-policy fai-doc \\
        r-cran-surveillance
    python benchmarks/reader_documents.py FOLDER_OF_PACKAGES OUTPUT

Debian 12's versions are meant; in others pages may have moved. Twelve more are sample files of three repositories: put
the files of `SAMPLES` (jsvine/pdfplumber `tests/pdfs`, Unstructured-IO/unstructured `example-docs/pdf`,
camelot-dev/camelot `tests/files` and, below it, `tabula/icdar2013-dataset`) into FOLDER_OF_PACKAGES too. Where one is
missing, that is said and the others are cut. The other documents that the questions name are the shared sample PDFs.
"""

from __future__ import annotations

import gzip
import subprocess
import sys
import tempfile
from pathlib import Path

import pypdfium2

PAGES = {  # name: file in a package, first page from 0, page behind the last
    "hackrf_guide.pdf": ("hackrf.pdf.gz", 8, 20),
    "backup_manager.pdf": ("user-guide.pdf.gz", 4, 17),
    "fasta_guide.pdf": ("fasta_guide.pdf", 2, 14),
    "ctsim_manual.pdf": ("ctsim.pdf.gz", 6, 18),
    "dvdisaster_manual.pdf": ("manual.pdf.gz", 6, 18),
    "gpsim_manual.pdf": ("gpsim.pdf.gz", 4, 16),
    "expeyes_manual.pdf": ("en-eyes.pdf", 6, 20),
    "devref.pdf": ("developers-reference.pdf", 14, 28),
    "ledger3.pdf": ("ledger3.pdf", 8, 20),
    "infernal_guide.pdf": ("Userguide.pdf", 6, 16),
    "diversity-vegan.pdf": ("diversity-vegan.pdf", 0, 99),
    "splines.pdf": ("splines.pdf", 0, 99),
    "intro_sp.pdf": ("intro_sp.pdf", 0, 99),
    "raschtree.pdf": ("raschtree.pdf", 0, 99),
    "yll.pdf": ("yll.pdf", 0, 99),
    "bradleyterry.pdf": ("BradleyTerry.pdf", 0, 99),
    "metafor.pdf": ("metafor.pdf", 0, 16),
    "pls.pdf": ("pls-manual.pdf", 0, 12),
    "mrbayes_manual.pdf": ("Manual_MrBayes_v3.2.pdf", 8, 24),
    "amc_guide.pdf": ("auto-multiple-choice.en.pdf", 4, 16),
    "fhs.pdf": ("fhs-3.0.pdf.gz", 8, 20),
    "fai_guide.pdf": ("fai-guide.pdf", 5, 17),
    "outbreak_monitoring.pdf": ("monitoringCounts.pdf", 0, 12),
}
SAMPLES = {
    "fedreg_2020.pdf": ("federal-register-2020-17221.pdf", 0, 99),
    "breast_cancer_guide.pdf": ("failure-after-repair.pdf", 4, 34),
    "dense_retrieval.pdf": ("multi-column.pdf", 0, 99),
    "gao_cyber.pdf": ("invalid-pdf-structure-pdfminer-one-page.pdf", 0, 99),
    "reliance.pdf": ("reliance.pdf", 0, 99),
    "course_modules.pdf": ("list-item-example.pdf", 0, 99),
    "layoutparser.pdf": ("layout-parser-paper-with-empty-pages.pdf", 0, 99),
    "carbon_letter.pdf": ("negative-coords.pdf", 0, 99),
    "diesel_rules.pdf": ("diesel_engines.pdf", 0, 12),
    "housing_health.pdf": ("us-024.pdf", 0, 99),
    "ivet_finland.pdf": ("eu-014.pdf", 0, 99),
    "brucellosis.pdf": ("eu-019.pdf", 0, 99),
}


def main() -> None:
    """Unpack, cut, write."""
    packages, output = Path(sys.argv[1]), Path(sys.argv[2])
    output.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as unpacked:
        for package in sorted(packages.glob("*.deb")):
            subprocess.run(["dpkg-deb", "-x", str(package), unpacked], check=True)
        for name, (source, first, end) in {**PAGES, **SAMPLES}.items():
            places = [*sorted(Path(unpacked).rglob(source)), packages / source]
            found = next((path for path in places if path.is_file()), None)
            if found is None:
                print(f"{name}: {source} is missing", file=sys.stderr)
                continue
            data = gzip.decompress(found.read_bytes()) if found.suffix == ".gz" else found.read_bytes()
            whole, cut = pypdfium2.PdfDocument(data), pypdfium2.PdfDocument.new()
            cut.import_pages(whole, list(range(first, min(end, len(whole)))))
            cut.save(output / name)


if __name__ == "__main__":
    main()
