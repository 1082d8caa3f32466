"""CPU seconds that our imports cost over a bare interpreter, in processes of their own, one after the other in turn.

python -m benchmarks.import_time
"""

import os
import subprocess
import sys

from benchmarks.measure import is_quick, show

STATEMENTS = {"import syne_tune": "0.15", "from syne_tune import Reporter": "0.02"}
"""Statement to target, in seconds."""


def cpu_seconds(code):
    process = subprocess.Popen([sys.executable, "-c", code])
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, code
    return usage.ru_utime + usage.ru_stime


def main():
    repetitions = 3 if is_quick(__doc__) else 41
    for statement in STATEMENTS:
        cpu_seconds(statement)  # writes bytecode
    bare = []
    over_bare = {statement: [] for statement in STATEMENTS}
    for _ in range(repetitions):
        bare.append(cpu_seconds("pass"))
        for statement, values in over_bare.items():
            values.append(cpu_seconds(statement) - bare[-1])
    show("bare interpreter", bare, "s of CPU")
    for statement, values in over_bare.items():
        show(f"{statement}, over the bare interpreter", values, "s of CPU", STATEMENTS[statement])


if __name__ == "__main__":
    main()
