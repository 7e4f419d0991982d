"""S3: the metrics configurations of a bucket."""

from moto.core.exceptions import ServiceException
from moto.core.responses import ActionResult
from moto.s3.responses import S3Response


class NoSuchConfiguration(ServiceException):
    code = "NoSuchConfiguration"
    message = "The specified configuration does not exist."


def put(bucket, name, body):
    bucket.metrics_configurations = {**configurations(bucket), name: body}
    return 200, {}, ""


def get(bucket, name, _):
    return 200, {"Content-Type": "application/xml"}, configurations(bucket)[name]


def delete(bucket, name, _):
    bucket.metrics_configurations = {
        other: body for other, body in configurations(bucket).items() if other != name
    }
    return 204, {}, ""


def configurations(bucket):
    return getattr(bucket, "metrics_configurations", {})


def install():
    for method, handle in (("put", put), ("get", get), ("delete", delete)):
        wrap(f"_bucket_response_{method}", handle)


def wrap(method, handle):
    answer = getattr(S3Response, method)

    def respond(self, *args):
        bucket_name, querystring = args[-2:]
        if "metrics" not in querystring:
            return answer(self, *args)
        bucket = self.backend.get_bucket(bucket_name)
        name = querystring["id"][0]
        if handle is not put and name not in configurations(bucket):
            _, headers, body = self.serialized(ActionResult(NoSuchConfiguration()))
            return 404, headers, body
        return handle(bucket, name, self.body)

    setattr(S3Response, method, respond)
