"""``python -m kyoso`` is the command line."""

from kyoso.cli import main

main()
