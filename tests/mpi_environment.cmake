# Read by ctest before the tests: lets Open MPI start more ranks than cores, and start as root, in every
# test that calls mpirun. Other MPI libraries do not look at these. The first two lines are for Open MPI 4
# and 5, the next two for 4, the last two for 5.
set(ENV{OMPI_ALLOW_RUN_AS_ROOT} 1)
set(ENV{OMPI_ALLOW_RUN_AS_ROOT_CONFIRM} 1)
set(ENV{OMPI_MCA_rmaps_base_oversubscribe} 1)
set(ENV{OMPI_MCA_hwloc_base_binding_policy} none)
set(ENV{PRTE_MCA_rmaps_default_mapping_policy} ":oversubscribe")
set(ENV{PRTE_MCA_hwloc_default_binding_policy} none)
# A rank that waits gives its core to those that work. Open MPI does so only where one mpirun has more ranks than cores;
# here several tests with a few ranks each run side by side, and twice as long.
set(ENV{OMPI_MCA_mpi_yield_when_idle} 1)
# Where munge is installed but its daemon does not run, each start waits two seconds for it.
set(ENV{PMIX_MCA_psec} ^munge)
# Each run measures the machine twice, which takes seconds for every rank and says nothing where tests run side by side.
set(ENV{FEDMETA_SGEMM_SIZE} 256)
# Several tests run side by side, several ranks in one: threads that spin for each other cost minutes. The
# programs set their own number by --threads.
set(ENV{OMP_NUM_THREADS} 1)
set(ENV{OMP_WAIT_POLICY} passive)
