"""Makes the pages in ``docs/generated/`` from what they describe.

``python docs/generate.py`` writes them; ``--check`` writes nothing, names every page that is not
current and exits with 1. The same source gives the same bytes.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from itertools import chain
from pathlib import Path

from generating import activities, commands, decisions, faces, floors, methods, references

FOLDER = Path(__file__).with_name("generated")
MAKERS = (activities, commands, decisions, faces, floors, methods, references)


def pages() -> dict[str, bytes]:
    """Every generated file by its path below ``docs/generated/``."""
    made = chain.from_iterable(maker.pages() for maker in MAKERS)
    return {path: text.encode() for path, text in sorted(made)}


def stale(made: Mapping[str, bytes], folder: Path) -> list[str]:
    """The files that are missing, differ, or are not made any more."""
    there = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }
    return sorted(name for name in made.keys() | there.keys() if made.get(name) != there.get(name))


def write(made: Mapping[str, bytes], folder: Path) -> list[str]:
    """Bring the folder up to what was made; the files that changed."""
    changed = stale(made, folder)
    for name in changed:
        path = folder / name
        if name not in made:
            path.unlink()
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(made[name])
    return changed


def main(arguments: Sequence[str] | None = None) -> int:
    """Write or check the pages; 1 where a check finds one that is not current."""
    parser = argparse.ArgumentParser(description="Make the pages in docs/generated/.")
    parser.add_argument("--check", action="store_true", help="write nothing; name what is stale")
    parser.add_argument("--folder", type=Path, default=FOLDER, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    made = pages()
    if not options.check:
        for name in write(made, options.folder):
            print(name)
        return 0
    found = stale(made, options.folder)
    for name in found:
        print(f"docs/generated/{name}: not current; run python docs/generate.py", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main())
