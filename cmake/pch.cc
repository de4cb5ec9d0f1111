// Owner of the precompiled header that all targets reuse.
