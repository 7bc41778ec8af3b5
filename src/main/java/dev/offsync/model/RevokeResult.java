package dev.offsync.model;

import java.time.Instant;

/** A device that is shut out; {@code already} says that it was before. */
public record RevokeResult(String device, String role, Instant revokedAt, boolean already) implements Result {
    @Override
    public int exitCode() {
        return ExitCodes.DONE;
    }
}
