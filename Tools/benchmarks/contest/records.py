"""What was measured so far, in `results.json`: written after every measurement, and continued on request."""

import datetime
import hashlib
import json
import os
import platform
from pathlib import Path


class Record:
    def __init__(self, path, options):
        self.path = path
        now = fresh(options)
        self.results = continued(path, now) if options.goes_on else now
        build = "".join(digest(each) for each in (options.assay, options.contender))
        self.same_build = any(run["build"] == build for run in self.results["runs"])
        self.run = {"build": build, "load": []}
        self.results["models"] = list(dict.fromkeys(self.results["models"] + options.models))

    def begin(self):
        self.results["runs"].append(self.run)

    def note_load(self):
        self.run["load"].append(os.getloadavg()[0])

    def save(self):
        # Whole or not at all: whoever stops a long run keeps what it has.
        part = self.path.with_suffix(".part")
        part.write_text(json.dumps(self.results, indent=1) + "\n")
        part.replace(self.path)


def fresh(options):
    return {
        "machine": machine(), "day": datetime.date.today().isoformat(),
        "settings": {"seconds": options.seconds, "images": options.images},
        "models": [], "runs": [], "versions": {}, "agreement": {}, "excluded": {}, "photographs": {},
        "missing": {}, "rows": {},
    }  # fmt: skip


def continued(path, now):
    """The results there are, if they are of this machine and day and were measured alike."""
    if not path.exists():
        raise SystemExit(f"{path}: there is nothing to continue")
    results = json.loads(path.read_text())
    for what in ("machine", "day", "settings"):
        if results[what] != now[what]:
            raise SystemExit(f"{path} has {what} {results[what]}, now {now[what]}: it cannot be continued")
    return results


def machine():
    return {
        "name": platform.node(), "processor": processor(), "cores": os.cpu_count(),
        "memory": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
        "system": platform.freedesktop_os_release()["PRETTY_NAME"], "python": platform.python_version(),
    }  # fmt: skip


def processor():
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":")[1].strip()
    return platform.machine()


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16]
