"""A ReFrame configuration for those who have none: this machine, by mpirun, or by Slurm."""

site_configuration = {
    "systems": [
        {
            "name": "here",
            "hostnames": [".*"],
            # ---- EDIT --------------------------------------------------------
            "partitions": [
                {"name": "mpirun", "scheduler": "local", "launcher": "mpirun", "environs": ["builtin"]},
                {"name": "slurm", "scheduler": "squeue", "launcher": "srun", "environs": ["builtin"],
                 "access": [],  # such as "--account=PROJECT"
                 "env_vars": [["SLURM_MPI_TYPE", "pmix"]]},
            ],
            # ---- END ---------------------------------------------------------
        }
    ],
}
