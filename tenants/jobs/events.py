"""What others may want to hear about jobs."""

from django.dispatch import Signal

# kwargs: job (its id), by, kind, params, state, error.
# Sent in the transaction that ends the job, whoever ends it.
job_ended = Signal()
