package dev.offsync.model;

import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

/** The mark of this process's run: it stands in its log lines, in the application_name of its sessions and in metrics. */
public final class RunId {
    /** Eight hexadecimal digits. */
    public static final String CURRENT =
            HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());

    private RunId() {}
}
