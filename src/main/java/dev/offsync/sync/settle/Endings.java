package dev.offsync.sync.settle;

import dev.offsync.conflict.Decision;
import dev.offsync.local.ConflictLog.Ending;
import dev.offsync.model.Conflict;

/** How the log says that a conflict ended. */
public final class Endings {
    private Endings() {}

    public static Ending of(Decision decision, Conflict conflict, String by) {
        if (decision instanceof Decision.Write write) {
            return new Ending("merged", write.row(), by, write.because());
        }
        return decision instanceof Decision.KeepLocal || decision instanceof Decision.Displace
                ? new Ending("local", conflict.local(), by, decision.because())
                : new Ending("remote", conflict.remote(), by, decision.because());
    }
}
