"""`python -m tests.template`: fill the run's template database, as the owner."""

import django


def main() -> None:
    """Migrate, then make the cast."""
    django.setup()
    from django.core.management import call_command

    from tests.cast import make_cast

    call_command("migrate", processes=1, verbosity=0)
    make_cast()


if __name__ == "__main__":
    main()
