"""boto3 for tests: one JSON request a line on stdin, one JSON answer a line on stdout."""

import json
import sys

import boto3
from botocore.exceptions import BotoCoreError, ClientError, WaiterError
from botocore.parsers import ResponseParserError

client = boto3.client("rds")


def answer(kind, name, parameters):
    if kind == "call":
        result = getattr(client, name)(**parameters)
        result.pop("ResponseMetadata")
        return result
    if kind == "wait":
        return client.get_waiter(name).wait(**parameters, WaiterConfig={"Delay": 1, "MaxAttempts": 180})
    if kind == "pages":
        pages = client.get_paginator(name).paginate(**parameters)
        return [{k: v for k, v in page.items() if k != "ResponseMetadata"} for page in pages]
    raise ValueError(kind)


for line in sys.stdin:
    try:
        reply = {"result": answer(*json.loads(line))}
    except ClientError as error:
        reply = {"code": error.response["Error"]["Code"], "message": error.response["Error"]["Message"]}
    except WaiterError as error:
        reply = {"code": "WaiterError", "message": str(error)}
    except (BotoCoreError, ResponseParserError) as error:  # no answer, or none that can be read
        reply = {"code": type(error).__name__, "message": str(error)}
    print(json.dumps(reply, default=str), flush=True)
