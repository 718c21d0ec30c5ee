"""The grader's core: run a notebook in a sandbox, judge it from outside.

    zygote    two processes with torch loaded that fork on request
    student   runs the learner's cells and probes, inside the sandbox
    tester    runs the test cells, outside; it alone knows tests and oracles
    wire      the only way between the two: plain data in frames, never pickle
    sandbox   namespaces, own root, seccomp, limits

Nothing that comes from the student's process is believed but the values themselves.
"""
