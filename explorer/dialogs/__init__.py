"""The modal questions. Each returns a value and touches nothing else."""
