package dev.offsync.model;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The hub's view of its devices. */
public record DeviceList(List<Device> devices, List<String> late, int exitCode) implements Result {
    /**
     * One device, as of its last contact.
     *
     * @param lagMs how long ago it last pulled, by the hub's clock; null where it never did
     * @param clockSkewMs its clock minus the hub's
     * @param late whether its last contact is longer ago than allowed
     */
    public record Device(
            String device,
            String role,
            Instant registeredAt,
            @Nullable Instant revokedAt,
            Instant lastContactAt,
            @Nullable Instant lastPushAt,
            @Nullable Instant lastPullAt,
            @Nullable Long lagMs,
            @Nullable Long pending,
            @Nullable Long failed,
            @Nullable Long conflictsOpen,
            @Nullable Long clockSkewMs,
            @Nullable String offsyncVersion,
            boolean late,
            List<Range> idRanges) {}

    /** Keys that a device leased. */
    public record Range(String table, String column, long low, long high) {}
}
