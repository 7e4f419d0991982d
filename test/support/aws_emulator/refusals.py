"""Refuses what is not emulated. moto's own answer is a server's error, which clients retry for minutes."""

from moto.core.exceptions import ServiceException
from moto.core.responses import ActionResult, BaseResponse


class NotEmulated(ServiceException):
    code = "NotEmulated"


def install():
    answer = BaseResponse.call_action

    def call_action(self):
        try:
            return answer(self)
        except NotImplementedError as error:
            return self.serialized(ActionResult(NotEmulated(str(error))))

    BaseResponse.call_action = call_action
