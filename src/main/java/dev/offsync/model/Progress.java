package dev.offsync.model;

/** Told how far long work has come; the terminal's bar is one listener. */
@FunctionalInterface
public interface Progress {
    /** Nobody listens. */
    Progress NONE = (what, done, total) -> {};

    /**
     * @param what the step in words, as in "uploading"
     * @param done units done so far
     * @param total all units, or a negative number where that is not known
     */
    void report(String what, long done, long total);
}
