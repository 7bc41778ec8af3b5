package dev.offsync.conflict;

import dev.offsync.conflict.Decision.KeepLocal;
import dev.offsync.conflict.Decision.KeepRemote;
import dev.offsync.model.Conflict;
import java.time.Instant;

/** The strategies that compare one number of each side and keep the greater; a tie is the hub's. */
final class SidePick {
    private SidePick() {}

    /**
     * The later change, by the time at which it was made. A local change without a time cannot be proved later, so the
     * hub wins. A hub's row without one was there before offsync stamped anything, so a stamped local change is later.
     */
    static Decision later(Conflict conflict) {
        Instant local = conflict.localChangedAt();
        Instant remote = conflict.remoteChangedAt();
        if (local == null) {
            return new KeepRemote("lww: the time of the local change is unknown, and the hub wins");
        }
        if (remote == null) {
            return new KeepLocal(
                    "lww: the local change of " + local + " is later than the hub's, which predates offsync");
        }
        if (local.isAfter(remote)) {
            return new KeepLocal("lww: the local change of " + local + " is later than the hub's of " + remote);
        }
        if (local.equals(remote)) {
            return new KeepRemote("lww: both changes are of " + local + ", and the hub wins a tie");
        }
        return new KeepRemote("lww: the hub's change of " + remote + " is later than the local one of " + local);
    }

    /** The row that was changed more often: the greater version. */
    static Decision greaterVersion(Conflict conflict) {
        long local = conflict.localVersion();
        long remote = conflict.remoteVersion();
        if (local > remote) {
            return new KeepLocal("version: the local version " + local + " is greater than the hub's " + remote);
        }
        if (local == remote) {
            return new KeepRemote("version: both versions are " + local + ", and the hub wins a tie");
        }
        return new KeepRemote("version: the hub's version " + remote + " is greater than the local " + local);
    }
}
