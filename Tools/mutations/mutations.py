"""Damages checkpoints in every container, and compares what `assay inspect --hash` reads from each
copy with what h5py, TensorFlow, safetensors or NumPy read from the same bytes.

A copy is fine if both read the same arrays, or if the command ends with an error, in time and with a
documented exit code.
"""

import argparse
import collections
import concurrent.futures
import datetime
import hashlib
import json
import os
import pathlib
import platform
import subprocess
import sys
import tempfile
import threading

FIXTURES = pathlib.Path(__file__).resolve().parents[1] / "fixtures"
sys.path.insert(0, str(FIXTURES))

import h5py  # noqa: E402
import numpy as np  # noqa: E402

import mutants  # noqa: E402
import readings  # noqa: E402

DATA_ERRORS = {65, 66, 74}
SECONDS = 10
COLUMNS = ["equal", "error in ours", "error in both", "undamaged, error in theirs", "difference"]


def digest(values):
    return list(values.shape), hashlib.sha256(values.tobytes()).hexdigest()


class Command:
    """`assay inspect --hash`, and how much of the processor's time it takes."""

    def __init__(self, program):
        self.program = program
        self.environment = {**os.environ, "SWIFT_BACKTRACE": "enable=no"}

    def __call__(self, path):
        """The arrays' digests or None, what it says it has left out, and `(exit code, seconds, words)`."""
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as words:
            process = subprocess.Popen(
                [self.program, "inspect", "--hash", "--json", str(path)],
                stdout=out, stderr=words, env=self.environment,
            )  # fmt: skip
            # Whatever else the machine does; the command's own limits end it, or this.
            alarm = threading.Timer(20 * SECONDS, process.kill)
            alarm.start()
            _, status, usage = os.wait4(process.pid, 0)
            alarm.cancel()
            code = process.returncode = os.waitstatus_to_exitcode(status)
            seconds = usage.ru_utime + usage.ru_stime
            for stream in (out, words):
                stream.seek(0)
            said = words.read().decode(errors="replace").strip()
            arrays, left_out = None, []
            if code == 0:
                listing = json.loads(out.read())
                layers, left_out = listing["layers"], listing["left_out"]
                arrays = {
                    weight["path"]: (weight["shape"], weight["sha256"])
                    for layer in layers
                    for weight in layer["weights"]
                }
        return arrays, left_out, (code, seconds, said)


def compared(ours, theirs, undamaged, known):
    """What differs between two sets of arrays; `known` are none of our weights in the whole file.

    An array that the library refuses may be read only as it is in the whole file.
    """
    readable = {name for name, values in theirs.items() if values}
    faults = [f"{name} is not read" for name in readable - ours.keys() - known]
    for name, values in ours.items():
        if values == (theirs.get(name) or undamaged.get(name)):
            continue
        faults.append(f"{name}: {values} read, {theirs.get(name)} by the library")
    return faults


def tried(key, program, count, seed, keep, verbose):
    """A row of the table: how many copies of a container come out in which way."""
    container = mutants.CONTAINERS[key]
    command = Command(program)
    mutator = mutants.Mutator(container, seed)
    tally, remarks = collections.Counter(), []
    slowest = 0
    ours, _, _ = command(container.path)
    undamaged = ours
    theirs, _ = readings.outcome(container.read, container.path, digest)
    known = theirs.keys() - ours.keys()
    assert ours and not compared(ours, theirs, {}, known), f"{key}: the whole file reads differently"
    for number in range(count):
        mutation = mutator.draw()
        with tempfile.TemporaryDirectory() as folder:
            folder = pathlib.Path(folder)
            for name, content in mutator.files.items():
                changed = mutation.apply(content) if name == mutation.file else content
                (folder / name).write_bytes(changed)
            path = folder / container.path.name
            ours, left_out, (code, seconds, words) = command(path)
            theirs, reason = readings.outcome(container.read, path, digest)
            faults = []
            if code and code not in DATA_ERRORS:
                faults.append(f"exit {code}: {words[:200]}")
            if seconds > SECONDS:
                faults.append(f"took {seconds:.1f} s")
            if theirs is None or any(not values for values in theirs.values()):
                outcome = "error in both" if ours is None else "undamaged, error in theirs"
            else:
                outcome = "error in ours" if ours is None else "equal"
            if ours is not None and theirs is not None:
                faults += compared(ours, theirs, undamaged, known)
            elif ours is not None and not (
                ours == undamaged
                or left_out and all(undamaged.get(name) == each for name, each in ours.items())
            ):
                faults.append(f"read, but refused by the library: {reason}")
            if faults:
                tally["difference"] += 1
                remarks.append((number, mutation, faults))
                if keep:
                    place = keep / f"{key}-{number}"
                    place.mkdir(parents=True, exist_ok=True)
                    for each in folder.iterdir():
                        (place / each.name).write_bytes(each.read_bytes())
                continue
            tally[outcome] += 1
            if verbose and outcome == "undamaged, error in theirs":
                tally[f"theirs {reason}"[:100]] += 1
            if verbose and outcome == "error in ours":
                tally[f"ours {words.removeprefix(str(folder)).split(': ', 1)[-1][:80]}"] += 1
            slowest = max(slowest, seconds)
    return key, tally, slowest, remarks


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--assay", required=True, help="the command")
    parser.add_argument("--count", type=int, default=1000, help="copies of each container")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--containers", nargs="*", default=list(mutants.CONTAINERS))
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--keep", type=pathlib.Path, help="a folder for copies that differ")
    parser.add_argument("--verbose", action="store_true", help="what ours refuses and others read")
    parser.add_argument("--output", type=pathlib.Path)
    options = parser.parse_args()
    lines = [
        "# Damaged checkpoints",
        "",
        f"{datetime.date.today():%d %B %Y}, {os.cpu_count()} cores of {platform.machine()}, "
        f"{platform.freedesktop_os_release()['PRETTY_NAME']}; h5py {h5py.__version__} with HDF5 "
        f"{h5py.version.hdf5_version}, NumPy {np.__version__}; made by "
        f"`Tools/mutations/run --count {options.count} --seed {options.seed}`.",
        "",
        "Copies of a container with a few other bytes: cut short, a bit turned anywhere or in the",
        "metadata, a byte or a field there overwritten, a run of bytes from elsewhere. Equal: the",
        "command reads exactly the arrays, by name, shape and every bit, that the library reads.",
        "Undamaged: it reads those of the whole file, or some of them and names what it leaves out, where",
        "the library finds a fault with others or with what is not needed to read them. The slowest is in",
        "seconds of the processor.",
        "",
        "| container | " + " | ".join(COLUMNS) + " | slowest |",
        "|---|" + "---|" * (len(COLUMNS) + 1),
    ]
    print("\n".join(lines), flush=True)
    failed = 0
    with concurrent.futures.ProcessPoolExecutor(options.jobs, max_tasks_per_child=1) as pool:
        jobs = [
            pool.submit(
                tried, key, options.assay, options.count, options.seed, options.keep, options.verbose
            )
            for key in options.containers
        ]
        for job in jobs:
            key, tally, slowest, remarks = job.result()
            cells = [str(tally[column]) for column in COLUMNS]
            lines.append(
                f"| {mutants.CONTAINERS[key].title} | {' | '.join(cells)} "
                f"| {slowest:.1f} s |"
            )
            print(lines[-1], flush=True)
            failed += tally["difference"]
            for number, mutation, faults in remarks:
                print(f"  {number}: {mutation}: {faults[:3]}", file=sys.stderr, flush=True)
            if options.verbose:
                for column, count in tally.most_common():
                    print(f"  {count} {column}", file=sys.stderr, flush=True)
    if options.output:
        options.output.write_text("\n".join(lines) + "\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
