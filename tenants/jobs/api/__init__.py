"""Jobs for programs: list, one, its progress, its end; and the answer "accepted" of long work (W13)."""
