// How the programs start: what they need of their surroundings, and with which threads.

#include <gtest/gtest.h>
#include <sched.h>

#include <algorithm>
#include <sstream>

#include "cli/program.hpp"
#include "data/temporary_folder.hpp"

namespace fedmeta::test {
namespace {

/// fedmeta_bench alone, with these variables added to the environment.
Finished run_with(std::vector<std::string> variables, const std::vector<std::string>& arguments) {
  variables.insert(variables.begin(), "env");
  variables.push_back(path_of("fedmeta_bench"));
  variables.insert(variables.end(), arguments.begin(), arguments.end());
  return run_command(variables);
}

/// MPI began, and nobody else had anything to say: it is the existing file that is refused.
void expect_started(const std::vector<std::string>& variables) {
  const TemporaryFolder folder;
  const auto output = folder.write("results.h5", "something else").string();
  const auto finished = run_with(variables, {"--output", output});
  EXPECT_EQ(finished.status, 2);
  EXPECT_EQ(finished.err, "fedmeta_bench: error: output exists (--output " + output +
                              "): add --force to overwrite it, or choose another --output\n");
}

// An MPI that cannot begin is not asked.
TEST(Start, AnswersComeWithoutMpi) {
  for (const std::string question : {"--version", "--help", "--print-config"}) {
    SCOPED_TRACE(question);
    const auto finished = run_with({"OMPI_MCA_pml=none_such", "MPIR_CVAR_DEVICE=none_such"}, {question});
    EXPECT_EQ(finished.status, 0);
    EXPECT_EQ(finished.err, "");
    EXPECT_FALSE(finished.out.empty());
    EXPECT_EQ(run_bench({question}, 4).out, finished.out);
  }
}

TEST(Start, AWrongQuestionIsRefusedOnce) {
  for (const int ranks : {0, 4}) {
    const auto finished = run_bench({"--print-config", "--roundz", "3"}, ranks);
    EXPECT_EQ(finished.status, 2);
    EXPECT_EQ(lines_with(finished.err, "fedmeta_bench: error: unknown option").size(), 1U) << finished.err;
  }
}

// Open MPI's singleton starts a daemon, for which it looks for ssh.
TEST(Start, AloneNeedsNoOtherProgram) {
  expect_started({"PATH=/nowhere"});
}

// Open MPI's session folder is the same for all processes that start alone, so two could get in each other's
// way.
TEST(Start, AloneNeedsNoFolderOfMpi) {
  const TemporaryFolder folder;
  expect_started({"TMPDIR=" + folder.write("no_folder", "").string()});
}

// In the shell of a Slurm job, and in that of a step, no srun has started this process.
TEST(Start, VariablesOfSlurmAreNoLauncher) {
  std::vector<std::string> variables{"SLURM_JOB_ID=7",         "SLURM_JOBID=7",
                                     "SLURM_NTASKS=4",         "SLURM_NPROCS=4",
                                     "SLURM_NODELIST=nowhere", "SLURM_JOB_NODELIST=nowhere",
                                     "SLURM_TASKS_PER_NODE=4", "SLURM_PROCID=0",
                                     "SLURM_LOCALID=0",        "SLURM_NODEID=0"};
  expect_started(variables);
  variables.insert(variables.end(), {"SLURM_STEP_ID=0", "SLURM_STEPID=0", "SLURM_STEP_NUM_TASKS=1"});
  expect_started(variables);
}

TEST(Start, AWorkingFolderThatIsGoneIsRefused) {
  const TemporaryFolder folder;
  const auto finished = run_command({"sh", "-c", "mkdir \"$1\" && cd \"$1\" && rmdir \"$1\" && exec \"$0\"",
                                     path_of("fedmeta_bench"), (folder.path() / "gone").string()});
  EXPECT_EQ(finished.status, 2);
  EXPECT_EQ(finished.err.rfind("fedmeta_bench: error: the working folder is gone", 0), 0U) << finished.err;
  EXPECT_EQ(std::count(finished.err.begin(), finished.err.end(), '\n'), 1) << finished.err;
}

// MPI would say "internal error", and the advice was to check the network.
TEST(Start, SharedMemoryThatIsTooSmallIsNamed) {
  const auto allowed = run_command({"unshare", "-m", "mount", "-t", "tmpfs", "tmpfs", "/dev/shm"});
  if (allowed.status != 0) GTEST_SKIP() << "SKIPPED: no right to mount a small /dev/shm: " << allowed.err;
  const TemporaryFolder folder;
  auto command =
      on_ranks({path_of("fedmeta_bench"), "--generated-clients", "12", "--generated-samples", "100",
                "--model", "lr", "--clients-per-round", "2", "--output", (folder.path() / "r.h5").string()},
               2);
  const std::vector<std::string> in_small{"unshare", "-m", "sh", "-c",
                                          "mount -t tmpfs -o size=100k tmpfs /dev/shm && exec \"$0\" \"$@\""};
  command.insert(command.begin(), in_small.begin(), in_small.end());
  const auto finished = run_command(command);
  EXPECT_EQ(finished.status, 5) << finished.err;
  const auto lines = lines_with(finished.err, "fedmeta_bench: error: too little shared memory ");
  ASSERT_EQ(lines.size(), 1U) << finished.err;
  EXPECT_NE(lines[0].find(" free of 0.1 MB (/dev/shm): make it larger"), std::string::npos) << lines[0];
}

/// The threads of rank 0, as the banner says.
int threads_of(const Finished& finished) {
  std::istringstream lines(finished.out);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream in(line);
    std::string rank, host, pid, device, threads;
    if (in >> rank >> host >> pid >> device >> threads && rank == "0" && device == "cpu")
      return std::stoi(threads);
  }
  ADD_FAILURE() << finished.out << finished.err;
  return -1;
}

/// A short run with these variables.
Finished run_shortly(const std::vector<std::string>& variables) {
  const TemporaryFolder folder;
  return run_with(variables,
                  {"--dataset", "synthetic", "--generated-clients", "12", "--clients-per-round", "2",
                   "--rounds", "1", "--algorithms", "fomaml", "--output", (folder.path() / "r.h5").string()});
}

int cores_here() {
  cpu_set_t cores;
  return sched_getaffinity(0, sizeof cores, &cores) == 0 ? CPU_COUNT(&cores) : 1;
}

// libgomp binds the main thread to one core before main begins. (A container's quota may be smaller: then the
// note says so, and names no place.)
TEST(Start, OpenMpsPlacesLeaveAllCores) {
  if (cores_here() < 2) GTEST_SKIP() << "SKIPPED: one core";
  for (const auto& variables : std::vector<std::vector<std::string>>{
           {"OMP_PROC_BIND=true", "OMP_PLACES=threads"}, {"GOMP_CPU_AFFINITY=0-1023"}}) {
    const auto finished = run_shortly(variables);
    if (finished.out.find("quota") == std::string::npos) {
      EXPECT_EQ(threads_of(finished), cores_here()) << variables.front();
      EXPECT_EQ(finished.out.find("note: rank"), std::string::npos) << finished.out;
    }
  }
}

TEST(Start, FewerThreadsThanCoresAreSaid) {
  if (cores_here() < 2) GTEST_SKIP() << "SKIPPED: one core";
  const auto finished = run_shortly({"OMP_PLACES={0}", "OMP_PROC_BIND=true"});
  EXPECT_EQ(threads_of(finished), 1);
  EXPECT_EQ(lines_with(finished.out, "  note: rank 0 has 1 thread, ").size(), 1U) << finished.out;
}

}  // namespace
}  // namespace fedmeta::test
