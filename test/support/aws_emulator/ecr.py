"""ECR: repositories live under a domain that no resolver knows, so that nobody asks the real AWS for them."""

from moto.ecr.models import Repository


def install():
    create = Repository.__init__

    def __init__(self, *args, **kwargs):
        create(self, *args, **kwargs)
        self.uri = self.uri.replace(".amazonaws.com", ".amazonaws.invalid")

    Repository.__init__ = __init__
