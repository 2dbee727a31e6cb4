"""The `layso` command. Importing click or Flask before gevent's patching would leave native locks behind,
so the patching for `serve` stands before every other import."""

import sys


def main() -> None:
    if sys.argv[1:2] == ["serve"]:
        from gevent import monkey

        monkey.patch_all()
    if sys.argv[1:2] == ["print-agent"]:
        # On the kiosk's own computer, which may be Windows: nothing of the server is there.
        from kiosk.agent.command import run_alone

        run_alone()
    from kiosk.unasked import leave_out

    leave_out(serving=sys.argv[1:2] == ["serve"])
    from kiosk.cli import run

    run()


if __name__ == "__main__":
    main()
