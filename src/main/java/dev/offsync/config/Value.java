package dev.offsync.config;

/** A value as it was written, with the place an error message can name, as in {@code OFFSYNC_BATCH_SIZE}. */
record Value(String text, Origin origin, String place) {}
