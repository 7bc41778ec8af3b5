package dev.offsync.error;

/** Why a command could not do what was asked: the stable word of {@code error.code} and the process's exit code. */
public enum Reason {
    USAGE("usage", 2),
    CONFIG("config", 2),
    NOT_INITIALISED("not_initialised", 10),
    LOCKED("locked", 11),
    PERMISSION("permission", 12),
    TLS("tls", 12),
    REVOKED("revoked", 12),
    OFFLINE("offline", 13),
    MASS_DELETE("mass_delete", 14),
    CLONED_DEVICE("cloned_device", 14),
    HUB_ROLLBACK("hub_rollback", 14),
    HUB_REPLACED("hub_replaced", 14),
    LOCAL_UNREACHABLE("local_unreachable", 15),
    INTERRUPTED("interrupted", 130),
    INTERNAL("internal", 1);

    private final String word;
    private final int exitCode;

    Reason(String word, int exitCode) {
        this.word = word;
        this.exitCode = exitCode;
    }

    /** The word that scripts compare, as in the contract's list of error codes. */
    public String word() {
        return word;
    }

    public int exitCode() {
        return exitCode;
    }
}
