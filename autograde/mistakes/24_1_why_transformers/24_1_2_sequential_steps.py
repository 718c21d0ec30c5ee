"""The bank of 24.1.2, sequential_steps."""
# ruff: noqa: B007, B020, B905, F811, F821, F841

from collections import deque
from graphlib import TopologicalSorter

from autograde.mistakes import right, wrong


@wrong("24.1.2", names="steps.all-operations", says="You count all operations")
def sequential_steps(y):
    seen, todo = set(), [y.grad_fn]
    while todo:
        node = todo.pop()
        if node is None or node in seen or not node.next_functions:
            continue
        seen.add(node)
        todo += [f for f, _ in node.next_functions]
    return len(seen)


@wrong("24.1.2", names="steps.leaves-counted", says="the given values too")
def sequential_steps(y):
    seen, todo = set(), [y.grad_fn] if y.grad_fn else []
    while todo:
        node = todo.pop()
        if node in seen:
            continue
        seen.add(node)
        todo += [f for f, _ in node.next_functions if f is not None]
    return len(seen)


@wrong("24.1.2", names="steps.never-twice", says="met before")
def sequential_steps(y):
    steps, seen, wave = 0, set(), {y.grad_fn}
    while True:
        wave = {n for n in wave if n and n.next_functions and n not in seen}
        if not wave:
            return steps
        seen |= wave
        steps += 1
        wave = {f for n in wave for f, _ in n.next_functions}


@wrong("24.1.2", names="steps.never-twice", how="breadth first with a queue")
def sequential_steps(y):
    queue, seen, far = deque([(y.grad_fn, 1)]), set(), 0
    while queue:
        node, depth = queue.popleft()
        if node is None or node in seen or not node.next_functions:
            continue
        seen.add(node)
        far = max(far, depth)
        for before, _ in node.next_functions:
            queue.append((before, depth + 1))
    return far


@wrong("24.1.2", names="steps.one-more", says="one too many")
def sequential_steps(y):
    steps, wave = 0, {y.grad_fn} - {None}
    while wave:
        steps += 1
        wave = {f for n in wave for f, _ in n.next_functions} - {None}
    return steps


@wrong("24.1.2", names="steps.one-less", says="one too few")
def sequential_steps(y):
    steps, wave = 0, {y.grad_fn}
    while True:
        wave = {f for n in wave if n for f, _ in n.next_functions}
        wave = {n for n in wave if n and n.next_functions}
        if not wave:
            return steps
        steps += 1


@wrong("24.1.2", names="steps.shortest-chain", says="the shortest chain")
def sequential_steps(y):
    steps, wave = 0, {y.grad_fn} - {None}
    while wave and all(n.next_functions for n in wave):
        steps += 1
        wave = {f for n in wave for f, _ in n.next_functions} - {None}
    return steps


@wrong("24.1.2", names="steps.first-input-only", says="only one input")
def sequential_steps(y):
    steps, node = 0, y.grad_fn
    while node is not None and node.next_functions:
        steps += 1
        node = node.next_functions[0][0]
    return steps


@wrong("24.1.2", names="steps.first-input-only", how="counts the leaf too")
def sequential_steps(y):
    steps, node = 0, y.grad_fn
    while node is not None:
        steps += 1
        node = node.next_functions[0][0] if node.next_functions else None
    return steps


@wrong("24.1.2", names="steps.chains-added", says="add up the chains")
def sequential_steps(y):
    order, seen, todo = [], set(), [(y.grad_fn, False)]
    while todo:
        node, done = todo.pop()
        if node is None or not node.next_functions:
            continue
        if done:
            order.append(node)
        elif node not in seen:
            seen.add(node)
            todo.append((node, True))
            todo += [(f, False) for f, _ in node.next_functions]
    steps = {}
    for node in order:
        steps[node] = 1 + sum(steps.get(f, 0) for f, _ in node.next_functions)
    return steps.get(y.grad_fn, 0)


@wrong("24.1.2", names="steps.inputs-of-the-last", says="Go on from there")
def sequential_steps(y):
    if y.grad_fn is None:
        return 0
    return len([f for f, _ in y.grad_fn.next_functions if f is not None])


@wrong("24.1.2", names="steps.too-deep", says="Python stops at 1000")
def sequential_steps(y):
    memory = {}

    def depth(node):
        if node is None or not node.next_functions:
            return 0
        if node not in memory:
            memory[node] = 1 + max(depth(f) for f, _ in node.next_functions)
        return memory[node]

    return depth(y.grad_fn)


@wrong("24.1.2", names="steps.every-way", says="walk every way", how="a list of nodes")
def sequential_steps(y):
    steps, wave = 0, [y.grad_fn]
    while True:
        wave = [n for n in wave if n and n.next_functions]
        if not wave:
            return steps
        steps += 1
        wave = [f for n in wave for f, _ in n.next_functions]


@wrong("24.1.2", names="steps.every-way", how="depth first, without memory")
def sequential_steps(y):
    longest, todo = 0, [(y.grad_fn, 1)]
    while todo:
        node, depth = todo.pop()
        if node is None or not node.next_functions:
            continue
        longest = max(longest, depth)
        for before, _ in node.next_functions:
            todo.append((before, depth + 1))
    return longest


@wrong("24.1.2", names="steps.missing-node", says="Leave None out")
def sequential_steps(y):
    steps, wave = 0, {y.grad_fn}
    while True:
        wave = {n for n in wave if n.next_functions}
        if not wave:
            return steps
        steps += 1
        wave = {f for n in wave for f, _ in n.next_functions}


@wrong("24.1.2", names="steps.pairs", says="is a pair")
def sequential_steps(y):
    steps, wave = 0, {y.grad_fn}
    while True:
        wave = {n for n in wave if n and n.next_functions}
        if not wave:
            return steps
        steps += 1
        wave = {f for n in wave for f in n.next_functions}


@wrong("24.1.2", names="error", says="your code stopped", how="asks the tensor")
def sequential_steps(y):
    steps = 0
    while y.next_functions:
        steps, y = steps + 1, y.next_functions[0][0]
    return steps


@wrong("24.1.2", names="type", says="yours is a list", how="a list of names")
def sequential_steps(y):
    names, node = [], y.grad_fn
    while node is not None and node.next_functions:
        names.append(node.name())
        node = node.next_functions[0][0]
    return names


@wrong("24.1.2", names="steps.empty-wave", says="an empty wave counts")
def sequential_steps(y):
    steps, wave = 0, {y.grad_fn}
    while wave:
        wave = {n for n in wave if n is not None and n.next_functions}
        steps += 1
        wave = {f for n in wave for f, _ in n.next_functions}
    return steps


@wrong("24.1.2", names="steps.stops-early", says="There one way ends")
def sequential_steps(y):
    steps, wave = 0, {y.grad_fn}
    while None not in wave and all(n.next_functions for n in wave):
        steps += 1
        wave = {f for n in wave for f, _ in n.next_functions}
    return steps


@wrong("24.1.2", names="steps.stops-early", how="follows the last entry only")
def sequential_steps(y):
    node, steps = y.grad_fn, 0
    while node is not None and node.next_functions:
        steps += 1
        for node, _ in node.next_functions:
            pass
    return steps


@wrong("24.1.2", names="steps.never-twice", how="a depth that grows is not passed on")
def sequential_steps(y):
    if y.grad_fn is None:
        return 0
    depth, todo = {y.grad_fn: 1}, [y.grad_fn]
    while todo:
        node = todo.pop(0)
        for f, _ in node.next_functions:
            if f is None or not f.next_functions:
                continue
            if f not in depth:
                todo.append(f)
            depth[f] = max(depth.get(f, 0), depth[node] + 1)
    return max(depth.values())


@wrong("24.1.2", names="steps.never-twice", how="the same from the end of the list")
def sequential_steps(y):
    depth, todo = {y.grad_fn: 1} if y.grad_fn else {}, [y.grad_fn]
    while todo and todo[0]:
        node = todo.pop()
        for f, _ in node.next_functions:
            if f is not None and f.next_functions:
                if f not in depth:
                    todo.append(f)
                    depth[f] = 0
                depth[f] = max(depth[f], depth[node] + 1)
    return max(depth.values(), default=0)


@right("24.1.2", how="waves, written out")
def sequential_steps(y):
    steps = 0
    wave = {y.grad_fn}
    while True:
        operations = set()
        for node in wave:
            if node is not None and "AccumulateGrad" not in node.name():
                operations.add(node)
        if not operations:
            return steps
        steps += 1
        wave = set()
        for node in operations:
            for before, _number in node.next_functions:
                wave.add(before)


@right("24.1.2", how="depth first with a stack of its own")
def sequential_steps(y):
    depth, todo = {None: 0}, [y.grad_fn]
    while todo:
        node = todo[-1]
        if node in depth:
            todo.pop()
            continue
        before = [f for f, _ in node.next_functions]
        waiting = [f for f in before if f not in depth]
        if waiting:
            todo += waiting
        else:
            depth[node] = 1 + max(depth[f] for f in before) if before else 0
            todo.pop()
    return depth[y.grad_fn]


@right("24.1.2", how="a topological order from the standard library")
def sequential_steps(y):
    graph, todo = {}, [y.grad_fn]
    while todo:
        node = todo.pop()
        if node is not None and node not in graph:
            graph[node] = [f for f, _ in node.next_functions if f is not None]
            todo += graph[node]
    depth = {None: 0}
    for node in TopologicalSorter(graph).static_order():
        depth[node] = max((1 + depth[f] for f in graph[node]), default=0)
    return depth[y.grad_fn]


@right("24.1.2", how="recursion in a thread of its own, with memory")
def sequential_steps(y):
    import sys
    import threading

    memory, result = {}, []

    def depth(node):
        if node is None or hasattr(node, "variable"):
            return 0
        if node not in memory:
            memory[node] = 1 + max([depth(f) for f, _ in node.next_functions])
        return memory[node]

    def run():
        limit = sys.getrecursionlimit()
        sys.setrecursionlimit(100_000)
        result.append(depth(y.grad_fn))
        sys.setrecursionlimit(limit)

    threading.stack_size(256 * 2**20)
    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    threading.stack_size(0)
    return result[0]


@right("24.1.2", how="waves with a dict, and one step back at the end")
def sequential_steps(y):
    if y.grad_fn is None:
        return 0
    waves = [{y.grad_fn: True}]
    while waves[-1]:
        waves.append({f: True for n in waves[-1] for f, _ in n.next_functions if f})
    return len(waves) - 2


@right("24.1.2", how="recursion with memory, and a higher limit")
def sequential_steps(y):
    import sys

    memory, limit = {}, sys.getrecursionlimit()

    def depth(node):
        if node is None or len(node.next_functions) == 0:
            return 0
        if node not in memory:
            longest = 0
            for before, _ in node.next_functions:
                longest = max(longest, depth(before))
            memory[node] = longest + 1
        return memory[node]

    sys.setrecursionlimit(50_000)
    try:
        return depth(y.grad_fn)
    finally:
        sys.setrecursionlimit(limit)


@right("24.1.2", how="a number of numpy's")
def sequential_steps(y):
    import numpy as np

    depths, wave = [0], {y.grad_fn} - {None}
    while wave := {n for n in wave if "AccumulateGrad" not in n.name()}:
        depths.append(depths[-1] + 1)
        wave = {f for n in wave for f, _ in n.next_functions} - {None}
    return np.max(depths)


@right("24.1.2", how="counts the wave of leaves, from minus one on")
def sequential_steps(y):
    if y.grad_fn is None:
        return 0
    steps, wave = -1, {y.grad_fn}
    while wave:
        steps += 1
        wave = {f for n in wave for f, _ in n.next_functions if f}
    return steps
