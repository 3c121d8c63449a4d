"""What is kept of one user or account: handed over as a file, or erased; asked for by a page, done by a worker."""
