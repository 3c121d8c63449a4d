"""What is kept of one user or account, handed over or erased: asked for by a page, done by a worker."""
