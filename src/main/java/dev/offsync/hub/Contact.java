package dev.offsync.hub;

import java.util.UUID;

/** The token of one contact of a run: what the hub is believed to hold, and what it is to hold next. */
public record Contact(int device, UUID run, long seq, UUID nonce, UUID nextNonce) {}
