"""Jobs, their ledger and Page connections in one DynamoDB table.

| PK | SK | item |
|---|---|---|
| `PAGE#{facebookPageId}` | `PAGE` | connection; `activeJobId` is the lock that makes one active job a Page |
| `JOB#{jobId}` | `JOB` | the job and its counters; `openSince` until it is final, which index `open` lists |
| `PAGE#{facebookPageId}` | `FAILED#{platform}#{conversationId}` | a conversation to read again |
| `JOB#{jobId}` | `PAGE#{page}` | a listed page: how many batches, and how to go on |
| `JOB#{jobId}` | `BATCH#{page}#{batch}` | what a batch holds and, once settled, each outcome |
| `JOB#{jobId}` | `FAILURE#{time}#{...}` | one failure, newest last |
| `JOB#{jobId}` | `COST` | tokens and money of the job's analyses |
| `ORG#{orgId}` | `SPEND#{day}` | the same of an organisation's day, with what is set aside |
| `LOGIN#{digest of the state}` | `LOGIN` | somebody who was sent to Facebook's dialog |
| `OFFER#{connectionId}` | `OFFER` | the Pages that a login opened, and the person's token as ciphertext |
| `QUOTA#{model}` | `QUOTA` | until when the requests and the tokens of each minute are booked |
"""

from pagesync.adapters.dynamodb.budget import DynamoBudget
from pagesync.adapters.dynamodb.ledger import DynamoLedger
from pagesync.adapters.dynamodb.offers import DynamoOffers
from pagesync.adapters.dynamodb.pages import DynamoPages
from pagesync.adapters.dynamodb.quota import DynamoQuota

__all__ = ["DynamoBudget", "DynamoLedger", "DynamoOffers", "DynamoPages", "DynamoQuota"]
