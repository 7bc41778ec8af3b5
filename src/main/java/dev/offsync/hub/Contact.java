package dev.offsync.hub;

import java.util.UUID;

/** The token of one contact: what the hub is believed to hold, and what it is to hold next. */
public record Contact(int device, long seq, UUID nonce, UUID nextNonce) {}
