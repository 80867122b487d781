"""The commands of `sat-gateway`, a file for each group. Heavy imports are inside the commands: `--help` is quick."""
