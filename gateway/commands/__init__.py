"""The commands of `sat-gateway`, a file for each group. Heavy imports stand inside the commands: `--help` is quick."""
