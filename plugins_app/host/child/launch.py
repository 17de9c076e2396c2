"""Starts a host from any folder: ``python -I launch.py DESCRIPTOR SUPERVISOR_PID``."""

import sys
from pathlib import Path

if __name__ == "__main__":
    # At the end, so that nothing here can shadow a plugin's own modules.
    sys.path.append(str(Path(__file__).resolve().parents[3]))

    from plugins_app.host.child.main import main

    main(int(sys.argv[1]), int(sys.argv[2]))
