"""The seams between what pagesync does and the outside things it does it with."""

from pagesync.ports.accounts import ConnectionOffers, Deletions, FacebookAccounts, FacebookLogin, TokenInspector
from pagesync.ports.analysis import AnalysisBudget, AnalysisQuota, ConversationAnalyst
from pagesync.ports.crm import ContactBook, ContactStore, ExportFiles, Organisations, Pipelines
from pagesync.ports.syncing import (
    Clock,
    ConversationSource,
    JobLedger,
    PageDirectory,
    PayloadStore,
    PayloadWriter,
    TokenCipher,
    Workflow,
)

__all__ = [
    "AnalysisBudget",
    "AnalysisQuota",
    "Clock",
    "ConnectionOffers",
    "ContactBook",
    "ContactStore",
    "ConversationAnalyst",
    "ConversationSource",
    "Deletions",
    "ExportFiles",
    "FacebookAccounts",
    "FacebookLogin",
    "JobLedger",
    "Organisations",
    "PageDirectory",
    "PayloadStore",
    "PayloadWriter",
    "Pipelines",
    "TokenCipher",
    "TokenInspector",
    "Workflow",
]
