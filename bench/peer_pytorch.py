#!/usr/bin/env python3
"""Measures what an expert gets from PyTorch for the clients of a round: the peer that this project's engines are held
against.

    bench/peer_pytorch.py --model cnn --device cuda --clients 4 --samples 165 --json FILE

Every client gets the server's parameters and its own random data of the real shapes. A round ends with the mean of what
the clients send; server step, evaluation and messages are left out.

  fedavg             one pass over all samples in batches, fused Adam that starts anew at each client
  fomaml, maml,      inner SGD passes over the support set in batches, then the gradient of the query loss: at the
  meta-sgd           adapted parameters, or taken back exactly through the inner steps; meta-sgd has a rate for each
                     parameter

  loop               client by client, eagerly. All clients are alike: a few are timed, the rest in proportion
  graph              client by client, as CUDA graphs: one for a step, or for the whole task where autograd goes
                     back through it
  vmap               all clients together, by torch.func.vmap
  vmap-graph         the same, replayed as CUDA graphs

Prints milliseconds a round: medians, after a round to warm up. What a variant cannot do is "-", its reason on stderr.
"""
from __future__ import annotations

import argparse
import datetime
import gc
import json
import math
import pathlib
import platform
import signal
import statistics
import sys
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import torch
import torch.nn.functional as F
from torch import Tensor
from torch.func import grad, vmap

Parameters = Sequence[Tensor]

ALGORITHMS = ("fedavg", "fomaml", "maml", "meta-sgd")
VARIANTS = ("loop", "graph", "vmap", "vmap-graph")
LOCAL_RATE, INNER_RATE = 1e-4, 1e-3  # values do not change the time


# Networks, as functions of their parameters.


class Cnn:
    """FEMNIST: conv 5x5 32, pool; conv 5x5 64, pool; fc 2048; fc 62."""

    shapes = ((32, 1, 5, 5), (32,), (64, 32, 5, 5), (64,), (2048, 3136), (2048,), (62, 2048), (62,))
    classes = 62
    recurrent = False

    @staticmethod
    def inputs(clients: int, samples: int) -> Tensor:
        return torch.rand(clients, samples, 1, 28, 28)

    @staticmethod
    def logits(p: Parameters, x: Tensor, library_lstm: bool) -> Tensor:
        x = F.max_pool2d(F.relu(F.conv2d(x, p[0], p[1], padding=2)), 2)
        x = F.max_pool2d(F.relu(F.conv2d(x, p[2], p[3], padding=2)), 2)
        return F.linear(F.relu(F.linear(x.flatten(1), p[4], p[5])), p[6], p[7])


def lstm_shapes(inputs: int, hidden: int, layers: int = 2) -> tuple[tuple[int, ...], ...]:
    """The parameters of an LSTM in the order of torch.lstm: for each layer two weights and two biases."""
    shapes: list[tuple[int, ...]] = []
    for layer in range(layers):
        shapes += [(4 * hidden, hidden if layer else inputs), (4 * hidden, hidden), (4 * hidden,), (4 * hidden,)]
    return tuple(shapes)


def lstm_last(p: Parameters, x: Tensor, library: bool) -> Tensor:
    """The last output [n, hidden] of an LSTM over x [n, length, width]: by the library's own, which vmap does not know,
    or step by step."""
    hidden = p[1].shape[1]
    if library:
        zeros = x.new_zeros(len(p) // 4, x.shape[0], hidden)
        return torch.lstm(x, (zeros, zeros), list(p), True, len(p) // 4, 0.0, True, False, True)[0][:, -1]
    for layer in range(0, len(p), 4):
        w_input, w_hidden, b_input, b_hidden = p[layer:layer + 4]
        outputs: list[Tensor] = []
        for gates in F.linear(x, w_input, b_input + b_hidden).unbind(1):  # the input products of all steps are one
            if outputs:
                gates = torch.addmm(gates, outputs[-1], w_hidden.t())
            i, f, g, o = gates.chunk(4, 1)
            cell = i.sigmoid() * g.tanh() + (f.sigmoid() * cell if outputs else 0)
            outputs.append(o.sigmoid() * cell.tanh())
        x = torch.stack(outputs, 1)
    return outputs[-1]


class Shakespeare:
    """80 characters; learned vectors of 8; two LSTM layers of 256; fc 80."""

    shapes = ((80, 8), *lstm_shapes(8, 256), (80, 256), (80,))
    classes = 80
    recurrent = True

    @staticmethod
    def inputs(clients: int, samples: int) -> Tensor:
        return torch.randint(0, 80, (clients, samples, 80))

    @staticmethod
    def logits(p: Parameters, x: Tensor, library_lstm: bool) -> Tensor:
        return F.linear(lstm_last(p[1:-2], F.embedding(x, p[0]), library_lstm), p[-2], p[-1])


class Sent140:
    """25 words, frozen vectors of 300, looked up beforehand; two LSTM layers of 100; fc 2."""

    shapes = (*lstm_shapes(300, 100), (2, 100), (2,))
    classes = 2
    recurrent = True

    @staticmethod
    def inputs(clients: int, samples: int) -> Tensor:
        return torch.randn(clients, samples, 25, 300)

    @staticmethod
    def logits(p: Parameters, x: Tensor, library_lstm: bool) -> Tensor:
        return F.linear(lstm_last(p[:-2], x, library_lstm), p[-2], p[-1])


NETWORKS = {"cnn": Cnn, "shakespeare": Shakespeare, "sent140": Sent140}


# Gradients of one client, and of all of a group.


@contextmanager
def cudnn_allowed(allowed: bool) -> Iterator[None]:
    before = torch.backends.cudnn.enabled
    torch.backends.cudnn.enabled = allowed
    try:
        yield
    finally:
        torch.backends.cudnn.enabled = before


class Alone:
    """A client's gradient by autograd. Parameters and batches have no leading client dimension."""

    def __init__(self, network):
        self.network = network

    def gradient(self, p: Parameters, x: Tensor, y: Tensor, rows: int, second_order: bool = False) -> Parameters:
        """The gradient of the summed loss over `rows`; with `second_order` it can be differentiated again."""
        # cuDNN's LSTM has no second derivative; that of the CPU's library is slower than the steps'.
        library_lstm = not second_order or x.is_cuda
        with torch.enable_grad(), cudnn_allowed(not (second_order and self.network.recurrent)):
            loss = F.cross_entropy(self.network.logits(p, x, library_lstm), y, reduction="sum") / rows
            return torch.autograd.grad(loss, p, create_graph=second_order)

    def copies(self, phi: Parameters) -> list[Tensor]:
        return [t.detach().clone().requires_grad_() for t in phi]

    def mean(self, updates: Parameters) -> Parameters:
        return updates


class Together:
    """The gradients of all clients of a group by torch.func. Parameters have a leading client dimension, or none where
    all clients are at the server's; batches and gradients have one."""

    def __init__(self, network, clients: int):
        self.clients = clients
        self.dimensions = [len(s) for s in network.shapes]

        def loss(p: Parameters, x: Tensor, y: Tensor, rows: int) -> Tensor:
            return F.cross_entropy(network.logits(p, x, library_lstm=False), y, reduction="sum") / rows

        self.of_one = grad(loss)

    def gradient(self, p: Parameters, x: Tensor, y: Tensor, rows: int, second_order: bool = False) -> Parameters:
        where = 0 if p[0].dim() > self.dimensions[0] else None
        with torch.set_grad_enabled(second_order):
            return vmap(self.of_one, in_dims=(where, 0, 0, None))(p, x, y, rows)

    def copies(self, phi: Parameters) -> list[Tensor]:
        return [t.detach().expand(self.clients, *t.shape).clone().requires_grad_() for t in phi]

    def mean(self, updates: Parameters) -> Parameters:
        return [u.mean(0) for u in updates]


class Captured:
    """`work(*inputs)` as one CUDA graph for each shape of its inputs. What it writes or returns lies where it lay when
    it was captured, and holds until the next call."""

    def __init__(self, work: Callable[..., Parameters | None]):
        self.work = work
        self.graphs: dict[tuple, tuple] = {}

    def __call__(self, *inputs: Tensor) -> Parameters | None:
        key = tuple(t.shape for t in inputs)
        if key not in self.graphs:
            self.graphs[key] = self.capture([t.clone() for t in inputs])
        graph, own_inputs, outputs = self.graphs[key]
        for mine, given in zip(own_inputs, inputs):
            mine.copy_(given)
        graph.replay()
        return outputs

    def capture(self, inputs: list[Tensor]) -> tuple:
        # Warmed up on the stream of the capture, so that handles, workspaces and cuDNN's choices are there before it.
        stream = torch.cuda.Stream()
        stream.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(stream):
            for _ in range(3):
                self.work(*inputs)
        torch.cuda.current_stream().wait_stream(stream)
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph, stream=stream):
            outputs = self.work(*inputs)
        return graph, inputs, outputs


# The algorithms. `x` and `y` are a client's samples, or those of a group with a leading client dimension.


class Task:
    """What one client, or a group together, does in a round. Calling it returns what is sent, the mean of a group's."""

    def __init__(self, arguments: argparse.Namespace, phi: Parameters, engine: Alone | Together, captured: bool):
        self.phi, self.engine = phi, engine
        self.batch, self.support, self.epochs = arguments.batch, arguments.support, arguments.epochs
        clients = engine.clients if isinstance(engine, Together) else 1
        self.portion = max(1, arguments.portion // clients)
        self.sample_dim = 1 if isinstance(engine, Together) else 0
        self.captured = Captured if captured else lambda work: work

    def batches(self, x: Tensor, y: Tensor, begin: int, end: int, size: int) -> Iterator[tuple[Tensor, Tensor]]:
        for first in range(begin, end, size):
            rows = min(size, end - first)
            yield x.narrow(self.sample_dim, first, rows), y.narrow(self.sample_dim, first, rows)

    def inner_batches(self, x: Tensor, y: Tensor) -> Iterator[tuple[Tensor, Tensor]]:
        for _ in range(self.epochs):
            yield from self.batches(x, y, 0, self.support, self.batch)

    def query_portions(self, x: Tensor, y: Tensor) -> Iterator[tuple[Tensor, Tensor]]:
        return self.batches(x, y, self.support, y.shape[-1], self.portion)


class SteppingTask(Task):
    """A task that needs no memory of its steps: parameters `w` change in place, and a graph is one step."""

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.w = self.engine.copies(self.phi)
        self.start = [p.detach().expand_as(w) for p, w in zip(self.phi, self.w)]
        # The first step is taken at the server's parameters, which a group reads once for all clients.
        self.first_step = self.captured(lambda x, y: self.step(self.phi, x, y))
        self.next_step = self.captured(lambda x, y: self.step(self.w, x, y))

    def step(self, at: Parameters, x: Tensor, y: Tensor) -> None:
        raise NotImplementedError

    def steps(self, batches: Iterator[tuple[Tensor, Tensor]]) -> None:
        torch._foreach_copy_(self.w, self.start)
        for number, (x, y) in enumerate(batches):
            (self.next_step if number else self.first_step)(x, y)


class FedAvg(SteppingTask):
    def __init__(self, *arguments):
        super().__init__(*arguments)
        on_gpu = self.phi[0].is_cuda
        self.adam = torch.optim.Adam(self.w, lr=LOCAL_RATE, fused=True, capturable=on_gpu)
        for w in self.w:  # its state exists from its first step on
            w.grad = torch.zeros_like(w)
        self.adam.step()
        self.state = [t for s in self.adam.state.values() for t in s.values()]

    def step(self, at: Parameters, x: Tensor, y: Tensor) -> None:
        for w, g in zip(self.w, self.engine.gradient(at, x, y, y.shape[-1])):
            w.grad = g
        self.adam.step()

    @torch.no_grad()
    def __call__(self, x: Tensor, y: Tensor) -> Parameters:
        torch._foreach_zero_(self.state)
        self.steps(self.batches(x, y, 0, y.shape[-1], self.batch))
        return self.engine.mean([p - w for p, w in zip(self.phi, self.w)])


class Fomaml(SteppingTask):
    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.sum = [torch.zeros_like(w) for w in self.w]
        self.query = self.captured(self.add_query_gradient)

    def step(self, at: Parameters, x: Tensor, y: Tensor) -> None:
        torch._foreach_add_(self.w, self.engine.gradient(at, x, y, y.shape[-1]), alpha=-INNER_RATE)

    def add_query_gradient(self, x: Tensor, y: Tensor) -> None:
        torch._foreach_add_(self.sum, self.engine.gradient(self.w, x, y, self.query_rows))

    @torch.no_grad()
    def __call__(self, x: Tensor, y: Tensor) -> Parameters:
        self.query_rows = y.shape[-1] - self.support
        self.steps(self.inner_batches(x, y))
        torch._foreach_zero_(self.sum)
        for portion in self.query_portions(x, y):
            self.query(*portion)
        return self.engine.mean(self.sum)


class SecondOrder(Task):
    """maml and meta-sgd: autograd takes the query gradient back through the inner steps, so a graph is all of it."""

    per_parameter = False

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.alpha = [torch.full_like(p, INNER_RATE).requires_grad_() for p in self.phi] if self.per_parameter else []
        self.task = self.captured(self.meta_gradient)

    def meta_gradient(self, x: Tensor, y: Tensor) -> Parameters:
        w: Parameters = self.phi
        with torch.enable_grad():
            for batch in self.inner_batches(x, y):
                gradient = self.engine.gradient(w, *batch, batch[1].shape[-1], second_order=True)
                rates = self.alpha or [INNER_RATE] * len(w)
                w = [p - rate * g for p, rate, g in zip(w, rates, gradient)]
        adapted = [t.detach().requires_grad_() for t in w]
        query = [torch.zeros_like(t) for t in w]
        with torch.no_grad():
            for portion in self.query_portions(x, y):
                torch._foreach_add_(query, self.engine.gradient(adapted, *portion, y.shape[-1] - self.support))
            # The server's parameters are every client's: their gradient is the sum over the clients.
            torch._foreach_div_(query, self.engine.clients if isinstance(self.engine, Together) else 1)
        return torch.autograd.grad(w, [*self.phi, *self.alpha], query)

    def __call__(self, x: Tensor, y: Tensor) -> Parameters:
        return self.task(x, y)


class MetaSgd(SecondOrder):
    per_parameter = True


TASKS = {"fedavg": FedAvg, "fomaml": Fomaml, "maml": SecondOrder, "meta-sgd": MetaSgd}


# Rounds and their time.


class Round:
    """A round's work in one variant. Calling it returns the mean update of the `timed` clients among all."""

    def __init__(self, arguments: argparse.Namespace, algorithm: str, variant: str, data: tuple[Tensor, Tensor]):
        network = NETWORKS[arguments.model]
        captured = variant.endswith("graph")
        if captured and arguments.device != "cuda":
            raise NotImplementedError("CUDA graphs need --device cuda")
        together = variant.startswith("vmap")
        self.timed = arguments.clients if together else min(arguments.clients, arguments.loop_clients)
        self.together, self.data = together, data
        phi = initial_parameters(network, arguments.device, arguments.channels_last and not together)
        engine = Together(network, arguments.clients) if together else Alone(network)
        self.task = TASKS[algorithm](arguments, phi, engine, captured)

    def __call__(self) -> Parameters:
        if self.together:
            return self.task(*self.data)
        mean: list[Tensor] = []
        for x, y in zip(self.data[0][:self.timed], self.data[1]):
            update = self.task(x, y)
            mean = mean or [torch.zeros_like(u) for u in update]
            torch._foreach_add_(mean, [u.detach() for u in update], alpha=1 / self.timed)
        return mean


def initial_parameters(network, device: str, channels_last: bool) -> list[Tensor]:
    generator = torch.Generator().manual_seed(0)
    parameters = []
    for shape in network.shapes:
        bound = 1 / math.sqrt(math.prod(shape[1:])) if len(shape) > 1 else 0.05
        values = (torch.rand(shape, generator=generator) * 2 - 1) * bound
        kernel = channels_last and len(shape) == 4  # images of one channel are in both layouts at once
        layout = torch.channels_last if kernel else torch.contiguous_format
        parameters.append(values.to(device, memory_format=layout).requires_grad_())
    return parameters


@contextmanager
def time_limit(seconds: int) -> Iterator[None]:
    def give_up(*_):
        raise TimeoutError(f"no result within {seconds} s")

    before = signal.signal(signal.SIGALRM, give_up)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def measured(work: Round, arguments: argparse.Namespace) -> tuple[list[float], list[Tensor]]:
    """The seconds of up to `repeat` rounds, as many as end within `seconds`, after one to warm up; and the update."""
    synchronise = torch.cuda.synchronize if arguments.device == "cuda" else lambda: None
    update = [u.detach().clone() for u in work()]
    synchronise()
    times: list[float] = []
    while len(times) < arguments.repeat and sum(times) < arguments.seconds:
        begin = time.perf_counter()
        work()
        synchronise()
        times.append(time.perf_counter() - begin)
    return times, update


def difference(a: Parameters, b: Parameters) -> float:
    """The distance of two updates, relative to the second."""
    far = sum((x.double() - y.double()).square().sum() for x, y in zip(a, b))
    return math.sqrt(far / sum(y.double().square().sum() for y in b))


def compare(arguments: argparse.Namespace, report: Callable[[str, str, dict], None]) -> None:
    """Measures every variant of every algorithm and reports each: seconds a round, or why there are none."""
    network = NETWORKS[arguments.model]
    torch.manual_seed(1)
    x = network.inputs(arguments.clients, arguments.samples).to(arguments.device)
    y = torch.randint(0, network.classes, (arguments.clients, arguments.samples)).to(arguments.device)
    for algorithm in arguments.algorithms:
        of_loop: list[Tensor] = []
        for variant in arguments.variants:
            try:
                with time_limit(arguments.limit):
                    work = Round(arguments, algorithm, variant, (x, y))
                    times, update = measured(work, arguments)
                    result = {"seconds_per_round": statistics.median(times) * arguments.clients / work.timed,
                              "runs": len(times), "clients_timed": work.timed}
                    if variant == "loop":
                        of_loop = update if work.timed == arguments.clients else []
                    elif of_loop and work.timed == arguments.clients:
                        result["difference_from_loop"] = difference(update, of_loop)
            except (RuntimeError, TimeoutError) as error:  # out of memory, and NotImplementedError, are RuntimeErrors
                result = {"reason": str(error).strip().split("\n")[0]}
            work = update = None  # memory is free for the next variant
            gc.collect()
            if arguments.device == "cuda":
                torch.cuda.empty_cache()
            report(algorithm, variant, result)


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)

    def words(text: str) -> list[str]:
        return text.split(",")

    parser.add_argument("--model", choices=NETWORKS, default="cnn")
    parser.add_argument("--algorithms", type=words, default=list(ALGORITHMS), help="separated by commas; default all")
    parser.add_argument("--variants", type=words, default=list(VARIANTS), help="separated by commas; default all")
    parser.add_argument("--device", choices=["cpu", "cuda"], default="cpu")
    parser.add_argument("--precision", choices=["fp32", "tf32"], default="fp32", help="tf32 on GPUs alone")
    parser.add_argument("--threads", type=int, default=1, help="on the CPU")
    parser.add_argument("--clients", type=int, default=4, help="of a round; all have equal numbers of samples")
    parser.add_argument("--samples", type=int, default=165, help="of a client")
    parser.add_argument("--support", type=int, default=0, help="samples to adapt on; 0 = a fifth")
    parser.add_argument("--batch", type=int, default=10, help="samples a step")
    parser.add_argument("--epochs", type=int, default=1, help="inner passes over the support set")
    parser.add_argument("--portion", type=int, default=4096, help="query samples of all clients computed at once")
    parser.add_argument("--loop-clients", type=int, default=4, help="timed where clients come one after the other")
    parser.add_argument("--channels-last", action="store_true", help="layout of images, but for vmap")
    parser.add_argument("--repeat", type=int, default=7, help="rounds whose median counts")
    parser.add_argument("--seconds", type=float, default=10, help="no more rounds after so many seconds")
    parser.add_argument("--limit", type=int, default=60, help="seconds after which a variant is given up")
    parser.add_argument("--json", type=pathlib.Path, help="file for the results")
    arguments = parser.parse_args()
    arguments.support = arguments.support or max(1, arguments.samples // 5)
    for given, known in ((arguments.algorithms, ALGORITHMS), (arguments.variants, VARIANTS)):
        if unknown := set(given) - set(known):
            parser.error(f"{unknown.pop()} is none of {', '.join(known)}")
    if min(arguments.clients, arguments.batch, arguments.epochs, arguments.loop_clients, arguments.portion) < 1:
        parser.error("--clients, --batch, --epochs, --loop-clients and --portion are at least 1")
    if not 0 < arguments.support < arguments.samples:
        parser.error("--support is at least 1, and less than --samples")
    if arguments.precision == "tf32" and arguments.device == "cpu":
        parser.error("--precision tf32 needs --device cuda")
    if arguments.device == "cuda" and not torch.cuda.is_available():
        parser.error("PyTorch finds no GPU")
    return arguments


def main() -> None:
    arguments = parsed()
    warnings.filterwarnings("ignore", message=".*(single contiguous chunk|allow_tf32|API to control TF32).*")
    torch.set_num_threads(arguments.threads)
    torch.backends.cudnn.benchmark = True
    torch.backends.cudnn.allow_tf32 = torch.backends.cuda.matmul.allow_tf32 = arguments.precision == "tf32"
    on_gpu = arguments.device == "cuda"
    context = {"date": datetime.date.today().isoformat(), "torch": torch.__version__,
               "processor": torch.cuda.get_device_name() if on_gpu else platform.processor() or platform.machine()}
    context |= {name: getattr(arguments, name)
                for name in ("model", "device", "precision", "threads", "clients", "samples", "support", "batch",
                             "epochs", "portion", "channels_last")}
    results: dict[str, dict[str, dict]] = {}

    def report(algorithm: str, variant: str, result: dict) -> None:
        results.setdefault(algorithm, {})[variant] = result
        if "reason" in result:
            print(f"{arguments.model} {algorithm} {variant}: {result['reason']}", file=sys.stderr, flush=True)
        if arguments.json:  # after each one, so that a run that is stopped keeps what it has
            arguments.json.write_text(json.dumps({"context": context, "results": results}, indent=1) + "\n")

    compare(arguments, report)
    print(f"{arguments.model}, {arguments.clients} clients of {arguments.samples} samples, {arguments.support} of them "
          f"support, {context['processor']}, {arguments.precision}, torch {torch.__version__}: ms a round")
    print(f"{'':10}" + "".join(f"{v:>12}" for v in arguments.variants))
    for algorithm, variants in results.items():
        cells = (f"{1e3 * r['seconds_per_round']:.2f}" if "seconds_per_round" in r else "-" for r in variants.values())
        print(f"{algorithm:10}" + "".join(f"{cell:>12}" for cell in cells))


if __name__ == "__main__":
    main()
