"""A CloudTrail log of any length goes into a log in flat memory: one document, its records in a list, compressed."""

import gzip
import json
import os
import subprocess
import sys
import time
from pathlib import Path

from tests.benchmarks.conftest import LARGE
from tests.benchmarks.figures import report

SMALL = LARGE // 4
"""Enough to fill what is remembered of ids, entities and actors, which has a bound."""
BAR_GROWTH = 1.2
NAMES = ("PutObject", "GetObject", "AssumeRole", "RunInstances", "DescribeInstances", "ConsoleLogin", "CreateUser")


def record(number: int) -> str:
    """An event as AWS writes it, of about 1 kB."""
    return json.dumps(
        {
            "eventVersion": "1.09",
            "userIdentity": {
                "type": "AssumedRole",
                "principalId": f"AROAEXAMPLE{number % 40}:worker",
                "arn": f"arn:aws:sts::111122223333:assumed-role/deploy/worker-{number % 40}",
                "accountId": "111122223333",
                "sessionContext": {"sessionIssuer": {"type": "Role", "userName": "deploy"}},
            },
            "eventTime": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(1_767_225_600 + number // 3)),
            "eventSource": "s3.amazonaws.com",
            "eventName": NAMES[number % len(NAMES)],
            "awsRegion": "eu-west-1",
            "sourceIPAddress": f"192.0.2.{number % 250}",
            "userAgent": "[aws-sdk-java/2.20.1 Linux/6.1 OpenJDK/21]",
            "requestParameters": {"bucketName": "northlake", "key": f"2026/{number}.pdf", "tags": ["a"] * 20},
            "responseElements": None,
            "requestID": f"R{number:015}",
            "eventID": f"3038ebd2-c98a-4c65-9b6e-{number:012}",
            "readOnly": False,
            "resources": [{"type": "AWS::S3::Object", "ARN": f"arn:aws:s3:::northlake/2026/{number}.pdf"}],
            "eventType": "AwsApiCall",
            "recipientAccountId": "111122223333",
        }
    )


def imported(folder: Path, events: int) -> tuple[float, float]:
    """The seconds that the import of so many events takes, and the megabytes it needs at most."""
    log = folder / f"{events}.json.gz"
    with gzip.open(log, "wt", compresslevel=1) as file:
        file.write('{"Records":[')
        for number in range(events):
            file.write(f"{',' if number else ''}{record(number)}")
        file.write("]}")
    command = [sys.executable, "-m", "explorer", "import", str(log), "--into", str(folder / f"{events}.db"), "--strict"]
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0
    return time.perf_counter() - started, usage.ru_maxrss / 1024


def test_a_document_of_a_million_events_is_imported_in_flat_memory(tmp_path: Path) -> None:
    _, small = imported(tmp_path, SMALL)
    seconds, large = imported(tmp_path, LARGE)
    report("cloudtrail", events_a_second=LARGE / seconds, small_mb=small, large_mb=large, growth=large / small)
    assert large / small <= BAR_GROWTH
