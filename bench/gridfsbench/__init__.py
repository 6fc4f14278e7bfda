"""The benchmark of gridfs against what its users could pick instead."""
