"""The demonstration: the whole service on one machine, used through its public API as any client would use it."""
