"""Jobs, their ledger and Page connections in one DynamoDB table.

| PK | SK | item |
|---|---|---|
| `PAGE#{facebookPageId}` | `PAGE` | connection; `activeJobId` is the lock that makes one active job a Page |
| `JOB#{jobId}` | `JOB` | the job and its counters |
| `JOB#{jobId}` | `PAGE#{platform}#{page}` | a listed page: how many batches, and how to go on |
| `JOB#{jobId}` | `BATCH#{platform}#{page}#{batch}` | what a batch holds and, once settled, each outcome |
| `JOB#{jobId}` | `FAILURE#{time}#{...}` | one failure, newest last |
"""

from pagesync.adapters.dynamodb.ledger import DynamoLedger
from pagesync.adapters.dynamodb.pages import DynamoPages

__all__ = ["DynamoLedger", "DynamoPages"]
