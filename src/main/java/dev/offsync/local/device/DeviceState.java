package dev.offsync.local.device;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What the device knows of itself. {@code id} and {@code hubIdentity} are null before it was registered.
 */
public record DeviceState(
        @Nullable Integer id,
        String name,
        @Nullable UUID hubIdentity,
        String localIdentity,
        long contactSeq,
        @Nullable UUID contactNonce,
        @Nullable UUID nextNonce,
        long lastBatch,
        @Nullable Instant lastContactAt,
        long lastContactOperation,
        @Nullable Long clockSkewMs,
        @Nullable Instant lastPushAt,
        @Nullable Instant lastPullAt) {}
