#!/usr/bin/env python3
"""gatelift beside ingress2gateway v1.1.0: time, memory, and what becomes of inputs that are easy to get wrong.

    benches/peer/compare.py                    # 1, 100, 1,000 and 10,000 Ingresses; prints two tables
    benches/peer/compare.py --small            # 1 and 100
    benches/peer/compare.py --write            # also writes docs/comparison.md

The peer is installed with `go install` into the build folder, checked against Go's checksum database like any module, or
taken from PEER=/path/to/ingress2gateway. Where neither works, that is said at the start and at the end, and only gatelift
is measured and judged. gatelift is the release build (`cargo build --release`), or GATELIFT=/path. Times are wall time, the
best of three; memory is the peak resident size that the system reports for the process, in which sizes below this script's
own (some 15 MB) cannot be told apart. Nothing but Python's standard library is needed.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
MODULE = "github.com/kubernetes-sigs/ingress2gateway@v1.1.0"
LIMIT = 600  # seconds for one run

INGRESS = """apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web-{n}
  namespace: shop-{space}
  annotations:
    nginx.ingress.kubernetes.io/proxy-body-size: 8m
    nginx.ingress.kubernetes.io/ssl-redirect: "true"
spec:
  ingressClassName: nginx
  tls:
  - hosts: [host-{n}.example.com]
    secretName: tls-{n}
  rules:
  - host: host-{n}.example.com
    http:
      paths:
      - path: /
        pathType: Prefix
        backend: {{service: {{name: web, port: {{number: 80}}}}}}
      - path: /api
        pathType: Prefix
        backend: {{service: {{name: api, port: {{number: 8080}}}}}}
"""


def find_gatelift():
    if "GATELIFT" in os.environ:
        return Path(os.environ["GATELIFT"]).resolve()
    subprocess.run(["cargo", "build", "--release", "--locked"], cwd=ROOT, check=True)
    return TARGET / "release" / "gatelift"


def find_peer():
    """The peer's binary, or None with the reason."""
    if "PEER" in os.environ:
        return Path(os.environ["PEER"]).resolve(), None
    folder = TARGET / "peer"
    binary = folder / "ingress2gateway"
    if binary.exists():
        return binary, None
    folder.mkdir(parents=True, exist_ok=True)
    environment = {**os.environ, "GOBIN": str(folder)}
    try:
        done = subprocess.run(["go", "install", MODULE], env=environment, capture_output=True, text=True, timeout=1800)
    except (OSError, subprocess.TimeoutExpired) as error:
        return None, str(error)
    if done.returncode != 0:
        return None, reason(done.stderr)
    return binary, None


def reason(said):
    """The last line that says why Go did not install it, without addresses."""
    lines = [line for line in said.splitlines() if MODULE.partition("@")[0] in line] or ["no reason was given"]
    if "/sumdb/" in lines[-1]:
        return "its version is not in the checksum database that `go install` was given, and unchecked modules are not built"
    return re.sub(r"\s*(reading )?https?://\S+", "", lines[-1])


class Run:
    """One run of a program: its output, exit status, wall time in seconds and peak memory in bytes."""

    def __init__(self, args, stdin=b""):
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err, tempfile.TemporaryFile() as given:
            given.write(stdin)
            given.seek(0)
            started = time.monotonic()
            process = subprocess.Popen([str(arg) for arg in args], stdin=given, stdout=out, stderr=err)
            _, status, usage = os.wait4(process.pid, 0)
            self.seconds = time.monotonic() - started
            process.returncode = os.waitstatus_to_exitcode(status)
            self.code = process.returncode
            self.peak = usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
            out.seek(0)
            err.seek(0)
            self.out, self.err = out.read(), err.read().decode(errors="replace")


def best(runs):
    return min(runs, key=lambda run: run.seconds)


def convert(gatelift, path, more=()):
    return Run([gatelift, "convert", "-f", path, "-q", *more])


def print_with(peer, paths):
    files = [word for path in paths for word in ("--input-file", path)]
    return Run([peer, "print", "--no-color", "--providers", "ingress-nginx", *files])


def speed(gatelift, peer, sizes):
    rows = []
    for size in sizes:
        repeat = 3 if size <= 1000 else 1
        with tempfile.TemporaryDirectory() as folder:
            folder = Path(folder)
            texts = [INGRESS.format(n=n, space=n % 20) for n in range(size)]
            (folder / "files").mkdir()
            paths = [folder / "files" / f"{n}.yaml" for n in range(size)]
            for path, text in zip(paths, texts):
                path.write_text(text)
            one = folder / "all.yaml"
            one.write_text("---\n".join(texts))
            for shape, path, list_of in (("one file", one, [one]), ("a file each", folder / "files", paths)):
                ours = best([convert(gatelift, path) for _ in range(repeat)])
                plain = best([convert(gatelift, path, ["--no-prove"]) for _ in range(repeat)])
                theirs = best([print_with(peer, list_of) for _ in range(repeat)]) if peer else None
                rows.append((size, shape, ours, plain, theirs))
                print(row(rows[-1]), flush=True)
    return rows


def megabytes(run):
    return f"{run.peak / 1e6:.0f} MB"


def row(measured):
    size, shape, ours, plain, theirs = measured
    mine = f"{ours.seconds:.3f} s, {megabytes(ours)} | {plain.seconds:.3f} s, {megabytes(plain)}"
    if theirs is None:
        return f"| {size:,} | {shape} | {mine} | not run | |"
    if theirs.code != 0:
        return f"| {size:,} | {shape} | {mine} | exit {theirs.code} | |"
    ratio = f"{theirs.seconds / ours.seconds:.1f}x, {theirs.peak / ours.peak:.1f}x"
    return f"| {size:,} | {shape} | {mine} | {theirs.seconds:.3f} s, {megabytes(theirs)} | {ratio} |"


def judged(gatelift, case, output, told):
    """Whether the API server takes an output, and which requests it treats otherwise than the case."""
    text = output.decode(errors="replace")
    if not text.strip() or "kind:" not in text:
        return "no objects", told
    with tempfile.TemporaryDirectory() as folder:
        after = Path(folder) / "after.yaml"
        after.write_text(text)
        checked = Run([gatelift, "validate", "-f", after, "--message-format", "json"])
        try:
            refused = {
                place["object"]
                for diagnostic in json.loads(checked.out)["diagnostics"]
                if diagnostic["severity"] == "error"
                for place in diagnostic["places"][:1]
            }
        except ValueError:
            return "not YAML", told
        verdict = Run([gatelift, "verify", "--before", case, "--after", after, "-o", "json"])
    try:
        differences = json.loads(verdict.out)["differences"]
    except ValueError:
        return "cannot be compared", told
    # What both implementations are bound to change is told by its code and is not about the conversion.
    bound = {"G2L201", "G2L204", "G2L205", "G2L206", "G2L217", "G2L219", "G2L225"}
    # An answer of 500 is a rule that was not written, whatever it answered to the example before.
    unwritten = {"respond": {"status": 500}}
    wrong = [one for one in differences if not set(one["codes"]) <= bound or one["after"] == unwritten]
    parts = []
    if refused:
        parts.append(f"{len(refused)} refused by the API server")
    if wrong:
        request = wrong[0]["request"]
        parts.append(f"`{request['method']} {request['scheme']}://{request['host']}{request['path']}` differs")
    return ", ".join(parts) or "the same", told


def correctness(gatelift, peer):
    rows = []
    for case in sorted((Path(__file__).parent / "cases").glob("*.yaml")):
        name = case.stem
        what = case.read_text().splitlines()[0].lstrip("# ")
        ours = Run([gatelift, "convert", "-f", case, "--message-format", "json"])
        findings = [d for d in json.loads(ours.err)["diagnostics"] if d["severity"] != "info"]
        codes = ", ".join(sorted({d["code"] for d in findings}))
        mine = judged(gatelift, case, ours.out, f"told: {codes}" if codes else "nothing told")
        theirs = None
        if peer:
            run = print_with(peer, [case])
            if run.code != 0:
                theirs = (f"exit {run.code}", "no output")
            else:
                warnings = run.err.count(" WARN ") + run.err.count(" ERROR ")
                theirs = judged(gatelift, case, run.out, f"{warnings} warnings" if warnings else "nothing told")
        rows.append((name, what, mine, theirs))
        print(table_row(rows[-1]), flush=True)
    return rows


def table_row(found):
    name, what, mine, theirs = found
    other = f"{theirs[0]} ({theirs[1]})" if theirs else "not run"
    return f"| {name} | {what} | {mine[0]} ({mine[1]}) | {other} |"


SPEED = """| Ingresses | input | gatelift, proved | gatelift `--no-prove` | ingress2gateway | ratio of time, of memory |
|---:|---|---|---|---|---|"""
CASES = """| case | what requests experience today | gatelift | ingress2gateway |
|---|---|---|---|"""


def page(gatelift, peer, why_not, measured, found):
    version = Run([gatelift, "--version"]).out.decode().strip()
    rows = "\n".join(row(one) for one in measured)
    cases = "\n".join(table_row(one) for one in found)
    without = "" if peer else f"\n**ingress2gateway was not run for this page**: {why_not}. No number of it is given.\n"
    read = "" if peer else "\nWhat its source says it would do with such inputs is told in [competitor-cases.md](competitor-cases.md); that was read, not run.\n"
    return f"""<!-- Generated: benches/peer/compare.py --write -->

# Beside ingress2gateway

{version} and ingress2gateway v1.1.0 (provider ingress-nginx), on the same inputs and machine ({os.cpu_count()} processors).
{without}
## Time and memory

Wall time and peak resident memory of the whole process, the best of three runs (one at 10,000). gatelift reads its output
back and compares it with the input for all requests unless `--no-prove` is given; ingress2gateway does neither.

{SPEED}
{rows}

## What becomes of inputs that are easy to get wrong

Each input is under `benches/peer/cases`. Both outputs are judged by the same two commands: `gatelift validate` (the rules of
the API server, held against the CRDs by tests) and `gatelift verify` (every request, by ingress-nginx's semantics, itself
held against measured answers). The judge is gatelift's own; a mistake in its model would favour it. Differences that every
Gateway API implementation makes (the controller's own health endpoint, its default certificate and body limit, paths with
encoded slashes, ingress-nginx's default timeouts) are left out on both sides.
{read}

{CASES}
{cases}

## What ingress2gateway does that gatelift does not

- It reads the annotations or resources of Kong, Cilium, APISIX, GCE, Traefik and F5 NGINX, and OpenAPI documents. Of other
  controllers than ingress-nginx and Istio, gatelift reads what the Ingress API promises.
- It writes policies for kgateway, agentgateway and GCE; gatelift writes those of Envoy Gateway, and Gateway API alone for
  every other implementation.
- It is a project of Kubernetes SIG Network with releases and packages; gatelift is built from source.
"""


def main():
    small = "--small" in sys.argv
    gatelift = find_gatelift()
    peer, why_not = find_peer()
    skipped = f"SKIPPED, THE PEER WAS NOT MEASURED: {MODULE} could not be installed: {why_not}"
    if peer is None:
        print(f"{skipped}\n")
    print(SPEED)
    measured = speed(gatelift, peer, [1, 100] if small else [1, 100, 1000, 10_000])
    print(f"\n{CASES}")
    found = correctness(gatelift, peer)
    if "--write" in sys.argv:
        (ROOT / "docs" / "comparison.md").write_text(page(gatelift, peer, why_not, measured, found))
    if peer is None:
        print(f"\n{skipped}")


if __name__ == "__main__":
    main()
