package dev.offsync.model;

/**
 * What {@code queue retry} armed again.
 *
 * @param retried operations that the hub had rejected
 * @param released operations that were parked with them
 */
public record RetryResult(long retried, long released) implements Result {
    @Override
    public int exitCode() {
        return ExitCodes.DONE;
    }
}
