"""Makes up a run of millions of images, in shards that are done: copies of the predictions of a small one.

    python3 large-run.py PREDICTIONS SMALL-RUN FOLDER IMAGES

SMALL-RUN is the folder of the same evaluation with --shard, whose plan and engine are taken. Needs nothing but Python.
"""

import hashlib
import json
import os
import shutil
import sys


def main() -> None:
    predictions, small, folder, images = sys.argv[1:4] + [int(sys.argv[4])]
    with open(predictions) as file:
        lines = file.read().splitlines()[1:]
    # What stands before a path, the path and what stands after it; and the labels as they are hashed.
    parts = []
    for line in lines:
        prediction = json.loads(line)
        before, after = line.split('"path":"' + prediction["path"], 1)
        labels = "[" + ", ".join(map(str, prediction["labels"])) + "]\n"
        parts.append((before + '"path":"', prediction["path"], after + "\n", labels))

    def image(place: int) -> tuple[str, str, str, str]:
        before, path, after, labels = parts[place % len(parts)]
        return before, f"{place // len(parts):06d}/{path}", after, labels

    with open(os.path.join(small, "plan.json")) as file:
        plan = json.load(file)
    names, classes = hashlib.sha256(), hashlib.sha256()
    for start in range(0, images, 100_000):
        some = [image(place) for place in range(start, min(start + 100_000, images))]
        names.update("".join(path + "\0" for _, path, _, _ in some).encode())
        classes.update("".join(labels for _, _, _, labels in some).encode())
    for checkpoint in plan["checkpoints"]:
        checkpoint["data"] |= {
            "images": images, "sha256": names.hexdigest(), "labels_sha256": classes.hexdigest()}
    os.makedirs(folder)
    text = json.dumps(plan).encode()
    with open(os.path.join(folder, "plan.json"), "wb") as file:
        file.write(text)
    shutil.copy(os.path.join(small, "engine"), folder)
    with open(os.path.join(small, "engine")) as file:
        engine = file.read().strip()

    count = plan["shards"]
    for shard in range(1, count + 1):
        place = os.path.join(folder, "shards", f"{shard:0{len(str(count))}d}-of-{count}")
        os.makedirs(place)
        header = {"engines": [engine], "format": "assay-shard-1",
                  "plan": hashlib.sha256(text).hexdigest(), "shard": f"{shard}/{count}"}
        digest = hashlib.sha256()
        with open(os.path.join(place, "result"), "wb") as file:
            def write(piece: bytes) -> None:
                digest.update(piece)
                file.write(piece)

            write(json.dumps(header).encode() + b"\n")
            first, end = images * (shard - 1) // count, images * shard // count
            for start in range(first, end, 10_000):
                some = (image(place) for place in range(start, min(start + 10_000, end)))
                write("".join(before + path + after for before, path, after, _ in some).encode())
            file.write(digest.hexdigest().encode() + b"\n")


main()
