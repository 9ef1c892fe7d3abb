"""What staff type about brands, labels and tasks."""
