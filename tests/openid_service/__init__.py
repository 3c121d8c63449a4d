"""A provider of sign-in for the tests: django-oauth-toolkit in its own process, with faults on demand."""
