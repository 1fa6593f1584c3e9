"""Where and when a table was made, in the words that stand above it."""

import datetime
import os
import platform
from pathlib import Path


def processor():
    """What the processor calls itself: which kernels run follows from what it can do."""
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.machine()


def made_by(tool, versions):
    """The lines above a table: versions, date, machine, and the tool that wrote it."""
    return [
        f"{versions}; {datetime.date.today():%d %B %Y}; {os.cpu_count()} cores of {processor()},",
        f"{platform.freedesktop_os_release()['PRETTY_NAME']}; made by `{tool}`.",
    ]
