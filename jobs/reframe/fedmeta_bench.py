"""ReFrame tests of fedmeta_bench: it ends with RESULT: VALID, and its FOM lines are the performance.

    reframe -C jobs/reframe/settings.py --system here:mpirun -c jobs/reframe/fedmeta_bench.py --prefix runs/reframe -r \\
            -S executable=$PWD/build/bin/fedmeta_bench

--performance-report shows all figures; they go to perflogs/. Reference values are a site's own: -S or the block below.
Tried with ReFrame 4.10: mpirun, and a Slurm of one node.
"""

import pathlib

import reframe as rfm
import reframe.utility.sanity as sn
from reframe.core.builtins import parameter, run_after, run_before, sanity_function, variable

# ---- EDIT ----------------------------------------------------------------
TASKS = [1, 4]  # a test for each
ARGUMENTS = ["--profile", "paper", "--rounds", "20", "--algorithms", "fedavg,fomaml,maml,meta-sgd"]
REFERENCE = {  # as {"SYSTEM:PARTITION": {"maml.seconds_per_round": (0.5, None, 0.1, "s")}}
}
# ---- END -----------------------------------------------------------------


@rfm.simple_test
class FedmetaBench(rfm.RunOnlyRegressionTest):
    valid_systems = ["*"]
    valid_prog_environs = ["*"]
    executable = "fedmeta_bench"
    tasks = parameter(TASKS)
    arguments = variable(str, value=" ".join(ARGUMENTS))
    time_limit = "30m"
    reference = REFERENCE

    @run_after("init")
    def set_tasks(self):
        self.num_tasks = self.tasks
        self.executable_opts = [*self.arguments.split(), "--output", "results.h5", "--progress", "off"]

    @sanity_function
    def ends_valid(self):
        return sn.assert_found(r"^RESULT: VALID$", self.stdout)

    @run_before("performance")
    def take_figures_of_merit(self):
        output = pathlib.Path(self.stagedir, sn.evaluate(self.stdout))
        lines = sn.extractall(r"^FOM (\S+) = ([-+.\deE]+) ?(\S*)$", output, (1, 2, 3))
        for name, value, unit in sn.evaluate(lines):  # "none", of a target that was not reached, is no number
            self.perf_variables[name] = sn.make_performance_function(sn.defer(float(value)), unit or "1")
