package dev.offsync.cli;

/** The lines on exit statuses in every {@code --help}: picocli wants constants of the form CODE:MEANING. */
final class ExitStatus {
    static final String DONE = "0:done";
    static final String UNEXPECTED = "1:unexpected error";
    static final String USAGE = "2:usage or configuration error; nothing was done";
    static final String CONFLICTS = "3:done, but conflicts wait for a decision";
    static final String REJECTED = "4:done, but operations were rejected, failed or are parked";
    static final String CHECK_CONFLICTS = "3:with --check: conflicts wait for a decision";
    static final String CHECK_REJECTED = "4:with --check: operations failed or are parked, or it is too long ago";
    static final String CHECK_LATE = "4:with --check: a device is late";
    static final String CHECK_ERROR = "5:an error was found; warnings and advice leave 0";
    static final String REPAIR_CONFLICTS = "3:with --repair: conflicts wait for a decision";
    static final String DIFFERENCES = "5:rows differ; with --repair 0 or 3";
    static final String NOT_INITIALISED = "10:not initialised, or by an incompatible version of offsync";
    static final String INCOMPATIBLE = "10:initialised by an incompatible version of offsync";
    static final String LOCKED = "11:another run of offsync holds this device's lock";
    static final String REFUSED = "12:authentication, permission or TLS failure, or the device was revoked";
    static final String OFFLINE = "13:hub unreachable, or the link broke; operations stay queued";
    static final String CHECK_OFFLINE = "13:with --check: hub unreachable";
    static final String SAFETY_STOP = "14:safety stop; the hint holds the way out";
    static final String CHECK_SAFETY_STOP = "14:with --check: safety stop; the hint holds the way out";
    static final String LOCAL_UNREACHABLE = "15:local database unreachable";
    static final String INTERRUPTED = "130:interrupted (143: terminated); the next run goes on";

    static final String HEADING = "%nExit status:%n";

    private ExitStatus() {}
}
