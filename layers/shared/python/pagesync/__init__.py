"""Sync a Facebook Page's conversations into CRM contacts."""
