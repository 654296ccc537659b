"""AWS CloudTrail: log files (`{"Records": [...]}`), lists, lines, and the answers of `aws cloudtrail lookup-events`.

Source: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html and
https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html. The rows of `lookup-events` hold
the record as text in `CloudTrailEvent`. Insights tell of unusual activity, each when it begins and when it ends:
https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-insights-fields-trails.html. A failed sign-in has
an `errorMessage` and no `errorCode`:
https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-aws-console-sign-in-events.html.
"""

from .format import table_format
from .mapping import ActorAt, EntityAt, Table
from .picking import first, joined

SERVICE = first("eventSource", "EventSource", "insightDetails.eventSource")

TABLE = Table(
    id=first("eventID", "EventId"),
    occurred_at=first("eventTime", "EventTime"),
    event_name=first("eventName", "EventName", joined(" ", "insightDetails.insightType", "insightDetails.eventName")),
    environment=first("recipientAccountId", "userIdentity.accountId"),
    entities=(
        EntityAt(type="resources.0.type", id=first("resources.0.ARN", "resources.0.arn")),
        EntityAt(type="Resources.0.ResourceType", id="Resources.0.ResourceName"),
        EntityAt(
            type=SERVICE,
            id=first(
                "requestParameters.bucketName",
                "requestParameters.instanceId",
                "requestParameters.instancesSet.items.instanceId",
                "requestParameters.functionName",
                "requestParameters.tableName",
                "requestParameters.roleArn",
                "requestParameters.roleName",
                "requestParameters.userName",
                "requestParameters.groupName",
                "requestParameters.policyArn",
                "requestParameters.keyId",
                "requestParameters.keyName",
                "requestParameters.secretId",
                "requestParameters.name",
            ),
        ),
        EntityAt(type=SERVICE),
    ),
    actor=ActorAt(
        type="userIdentity.type",
        id=first("userIdentity.arn", "userIdentity.principalId", "userIdentity.invokedBy", "Username"),
        name=first("userIdentity.userName", "userIdentity.sessionContext.sessionIssuer.userName", "Username"),
        ip_address="sourceIPAddress",
    ),
    trace_id=first("requestID", "sharedEventID"),
    opens=("CloudTrailEvent",),
    failures=tuple(
        f"{place}.{member}:*"
        for place in ("payload", "payload.CloudTrailEvent")
        for member in ("errorCode", "errorMessage")
    ),
)

FORMAT = table_format(
    "cloudtrail",
    "AWS CloudTrail",
    TABLE,
    lambda members: (
        {"eventSource", "eventName", "eventTime"} <= members.keys()
        or {"CloudTrailEvent", "EventName"} <= members.keys()
        or {"eventTime", "insightDetails"} <= members.keys()
    ),
)
