"""What the measurements share: one run of a whole command, and runs of several commands in turn."""
import os
import statistics
import time


def run(command):
    """Wall seconds and peak MiB of one run of a whole command."""
    begin = time.monotonic()
    pid = os.fork()
    if pid == 0:
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 1)
        os.dup2(null, 2)
        os.execvp(command[0], command)
    _, _, usage = os.wait4(pid, 0)
    return time.monotonic() - begin, usage.ru_maxrss / 1024


def in_turn(commands, runs):
    """{name: (median, minimum, maximum, peak MiB)} of commands run A B C A B C ..., so that a machine
    whose speed drifts gives fair ratios. The first round is not counted."""
    times = {name: [] for name in commands}
    peaks = {name: 0.0 for name in commands}
    for i in range(runs + 1):
        for name, command in commands.items():
            seconds, peak = run(command)
            if i:
                times[name].append(seconds)
                peaks[name] = max(peaks[name], peak)
    return {name: (statistics.median(t), min(t), max(t), peaks[name]) for name, t in times.items()}
