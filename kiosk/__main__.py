"""The `layso` command. Importing click or Flask before gevent's patching would leave native locks behind,
so the patching for `serve` stands before every other import."""

import sys


def main() -> None:
    if sys.argv[1:2] == ["serve"]:
        from gevent import monkey

        monkey.patch_all()
    from kiosk.cli import run

    run()


if __name__ == "__main__":
    main()
