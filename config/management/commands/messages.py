"""`manage.py messages`: keep the Spanish and English catalogues complete (W7)."""

import argparse
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from config.catalogues import Catalogues


class Command(BaseCommand):
    help = "Extract the words of sources and templates into locale/, or check that nothing is missing."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="write nothing; fail when something is missing"
        )

    def handle(self, *, check: bool, **_options: Any) -> None:
        catalogues = Catalogues(Path(settings.LOCALE_PATHS[0]).parent)
        if not check:
            catalogues.update()
        problems = catalogues.problems()
        for line in problems:
            self.stdout.write(line)
        if problems and check:
            raise CommandError(
                f"{len(problems)} problems in locale/; run `manage.py messages` and translate."
            )
        self.stdout.write(f"{len(catalogues.wanted)} messages, {len(problems)} to do.")
