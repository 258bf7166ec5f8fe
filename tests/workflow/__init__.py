"""The state machine of infra/sync.asl.json, walked on the emulator: scripted functions, the real flow."""
