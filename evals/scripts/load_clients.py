"""Clients of evals/load.sh that wrk cannot be: askers, many open streams, clients that drip. Standard library only.

Prints one JSON object. Every answer is counted by what it was, so that nothing that failed is missing from the figures."""

import argparse
import asyncio
import collections
import json
import sys
import time
import urllib.parse


def questions(path):
    with open(path, encoding="utf-8") as lines:
        return [json.loads(line)["text"] for line in lines]


def percentiles(took):
    took = sorted(took)
    at = lambda p: round(took[min(len(took) - 1, int(len(took) * p))], 3) if took else None
    return {"p50": at(0.5), "p99": at(0.99), "most": at(1.0)}


def post(port, path, question):
    body = urllib.parse.urlencode({"question": question}).encode()
    head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nOrigin: http://127.0.0.1:{port}\r\n"
    head += f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    return head.encode() + body


async def whole(port, request, began=None):
    """The whole answer to a request on a connection of its own; when the first byte came is noted."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(request)
        await writer.drain()
        first = await reader.read(1)
        if began is not None:
            began.append(time.monotonic())
        return first + await reader.read()
    finally:
        writer.close()


def status(answer):
    line = answer.split(b"\r\n", 1)[0].split()
    return line[1].decode() if len(line) > 1 else "nothing"


async def ask(args):
    asked, count, took, until = questions(args.questions), 0, [], time.monotonic() + args.seconds
    outcomes = collections.Counter()

    async def asker(n):
        nonlocal count
        while time.monotonic() < until:
            count += 1
            # Each another question: the same words about a patient of another age.
            question = f"{asked[count % len(asked)]} The patient is {20 + count // len(asked) % 70} years old."
            started = time.monotonic()
            try:
                outcomes[status(await whole(args.port, post(args.port, "/ask", question)))] += 1
            except OSError as error:
                outcomes[type(error).__name__] += 1
            took.append(time.monotonic() - started)

    await asyncio.gather(*(asker(n) for n in range(args.askers)))
    return {"askers": args.askers, "asked": count, "outcomes": outcomes, "seconds": percentiles(took)}


async def streams(args):
    asked, took, first, ends = questions(args.questions), [], [], collections.Counter()

    async def stream(n):
        started, began = time.monotonic(), []
        question = f"{asked[n % len(asked)]} The patient is {20 + n // len(asked)} years old."
        try:
            answer = await whole(args.port, post(args.port, "/ask/stream", question), began)
            end = status(answer)
            if end == "200":
                end = next((e for e in ("done", "problem") if f"event: {e}".encode() in answer), "cut off")
                if end == "problem":
                    end = "problem " + answer.decode(errors="replace").split('"code":"', 1)[-1].split('"', 1)[0]
        except OSError as error:
            end = type(error).__name__
        ends[end] += 1
        took.append(time.monotonic() - started)
        first.extend(t - started for t in began)

    await asyncio.gather(*(stream(n) for n in range(args.streams)))
    return {"streams": args.streams, "ends": ends, "begun_s": percentiles(first), "ended_s": percentiles(took)}


async def drip(args):
    ends, until = collections.Counter(), time.monotonic() + args.seconds

    async def client(n):
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", args.port)
        except OSError as error:
            ends[type(error).__name__] += 1
            return
        line = f"GET / HTTP/1.1\r\nHost: 127.0.0.1:{args.port}\r\nX-Slow: " + "a" * 1000
        closed = asyncio.ensure_future(reader.read())
        try:
            for byte in line.encode():
                if closed.done() or time.monotonic() > until:
                    break
                writer.write(bytes([byte]))
                await asyncio.wait([closed], timeout=1)
            ends["cut off by the server" if closed.done() else "still open"] += 1
        except OSError:
            ends["cut off by the server"] += 1
        finally:
            closed.cancel()
            writer.close()

    await asyncio.gather(*(client(n) for n in range(args.clients)), return_exceptions=True)
    return {"dripping": args.clients, "ends": ends}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["ask", "streams", "drip"])
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--questions", default="evals/data/starter.jsonl")
    parser.add_argument("--askers", type=int, default=20)
    parser.add_argument("--streams", type=int, default=1000)
    parser.add_argument("--clients", type=int, default=500)
    parser.add_argument("--seconds", type=float, default=60)
    args = parser.parse_args()
    json.dump(asyncio.run({"ask": ask, "streams": streams, "drip": drip}[args.what](args)), sys.stdout)
    print()


if __name__ == "__main__":
    main()
