"""Everything the documentation shows, runs.

Per page, in a directory of its own: blocks whose first line is a comment with a file name (``# train.py``) are written
to that file; all other Python blocks run, in their order, as one script; then the lines of the console blocks that
begin with ``$`` run in a shell. Blocks in other languages (``text``, ``bash``) are not run; ``py`` is for those that
need a SageMaker SDK, ``scripts/sdk_tests`` runs them.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
PAGES = sorted(
    path
    for pattern in ("*.md", "docs/**/*.md", "examples/**/*.md", "benchmarks/*.md")
    for path in REPOSITORY.glob(pattern)
)
FENCE = re.compile(r"^ *```(\w*)\s*$")
FILE_NAME = re.compile(r"# ([\w./-]+\.\w+)\s*$")
LINK = re.compile(r"\[[^\]\n]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.*)$", re.MULTILINE)


@dataclass(frozen=True)
class Block:
    """One fenced block of a page.

    Args:
        language: What stands behind the opening fence.
        line: Number of the first line of its content, from 1.
        lines: The content.
    """

    language: str
    line: int
    lines: tuple[str, ...]

    @property
    def file_name(self) -> str | None:
        match = FILE_NAME.match(self.lines[0]) if self.lines else None
        return match.group(1) if match else None


def blocks_of(text: str) -> list[Block]:
    blocks: list[Block] = []
    start: int | None = None
    language = ""
    lines = text.splitlines()
    for number, line in enumerate(lines):
        fence = FENCE.match(line)
        if fence and start is None:
            start, language = number + 1, fence.group(1)
        elif fence and start is not None:
            blocks.append(Block(language, start + 1, tuple(lines[start:number])))
            start = None
    assert start is None, f"the block that begins in line {start} has no end"
    return blocks


def script_of(blocks: list[Block], language: str = "python") -> str:
    """Blocks of one language as one script whose line numbers are those of the page."""
    lines: list[str] = []
    for block in blocks:
        if block.language == language and block.file_name is None:
            lines += [""] * (block.line - 1 - len(lines))
            lines += block.lines
    return "\n".join(lines)


def commands_of(blocks: list[Block]) -> list[str]:
    consoles = [block for block in blocks if block.language == "console"]
    return [line[2:] for block in consoles for line in block.lines if line.startswith("$ ")]


def page_id(page: Path) -> str:
    return str(page.relative_to(REPOSITORY))


@pytest.mark.parametrize("page", PAGES, ids=page_id)
def test_blocks_of_a_page_run(page: Path, tmp_path: Path, run_command: Callable[..., str]) -> None:
    blocks = blocks_of(page.read_text())
    for block in blocks:
        if block.file_name is not None:
            path = tmp_path / block.file_name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("\n".join(block.lines) + "\n")
    script, commands = script_of(blocks), commands_of(blocks)
    if script:
        (tmp_path / f"{page.stem}_page.py").write_text(script + "\n")
        run_command(sys.executable, f"{page.stem}_page.py")
    for command in commands:
        run_command("bash", "-c", command)


def slug(heading: str) -> str:
    return re.sub(r"[^\w -]", "", heading.lower()).strip().replace(" ", "-")


@pytest.mark.parametrize("page", PAGES, ids=page_id)
def test_relative_links_of_a_page_lead_somewhere(page: Path) -> None:
    broken = []
    for target in LINK.findall(page.read_text()):
        name, _, anchor = target.partition("#")
        if re.match(r"[a-z]+:", target):
            continue
        linked = page.parent / name if name else page
        if not linked.exists():
            broken.append(target)
        elif anchor and linked.suffix == ".md":
            headings = {slug(heading) for heading in HEADING.findall(linked.read_text())}
            broken += [] if anchor in headings else [target]
    assert broken == []


def test_every_page_can_be_reached_from_the_index() -> None:
    """Two clicks at most: from ``docs/README.md``, or from the readme."""
    indices = [REPOSITORY / "README.md", REPOSITORY / "docs" / "README.md"]
    linked = {
        (index.parent / target.partition("#")[0]).resolve()
        for index in indices
        for target in LINK.findall(index.read_text())
    }
    pages = {page.resolve() for page in PAGES if page not in indices}
    assert {page_id(page) for page in pages - linked} == set()
